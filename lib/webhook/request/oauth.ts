import { parseJson, type NumberReader } from '../template/json';
import { HookFailure } from '../transport/failure';
import type { Call } from './request';
import { sendWell, type SendOptions } from '../transport/send';
import { isFresh, type Clock } from '../../concurrency/clock';

/** A token is renewed this long before it ends, so that it does not end on its way. */
const MARGIN_MS = 30_000;

/** What OAuth answered: each key is a parameter. */
export type OAuthAnswer = Readonly<Record<string, unknown>>;

/** Asks for a token before a call, and keeps it for as long as the answer's `expires_in` says; in memory only. */
export class OAuth {
    private kept: { answer: OAuthAnswer; at: number; lifeMs: number } | null = null;

    /** @param number how numbers of the answer are kept */
    constructor(
        private readonly call: Call,
        private readonly secret: string,
        private readonly clock: Clock,
        private readonly number: NumberReader = Number,
    ) {}

    /** @throws HookFailure where there is none to have; ClosedError */
    async answer(options: SendOptions): Promise<OAuthAnswer> {
        if (this.kept !== null && isFresh(this.kept.at, this.kept.lifeMs, this.clock.now())) return this.kept.answer;
        const secrets = [...options.secrets, this.secret];
        const request = this.call.make({ values: {}, secrets: { oauthSecret: this.secret }, picture: null });
        const { body, origin } = await sendWell(request, { ...options, secrets }, 'OAuth: ');
        const answer = this.read(body.toString('utf8'), origin);
        const seconds = Number(answer['expires_in'] ?? 0);
        this.kept =
            Number.isFinite(seconds) && seconds * 1000 > MARGIN_MS
                ? { answer, at: this.clock.now(), lifeMs: seconds * 1000 - MARGIN_MS }
                : null;
        return answer;
    }

    /** The token was refused: the next call asks for another. */
    drop(): void {
        this.kept = null;
    }

    private read(text: string, origin: string): OAuthAnswer {
        let answer: unknown;
        try {
            answer = parseJson(text, this.number);
        } catch {
            answer = undefined;
        }
        if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer as OAuthAnswer;
        throw new HookFailure(`OAuth: ${origin} did not answer with a JSON object: check the token URL`, {
            remedy: 'park',
        });
    }
}

/** Texts in an answer that are secrets: all of them, but for what is known to be none. */
export function secretsIn(answer: OAuthAnswer): string[] {
    return Object.entries(answer)
        .filter(([key, value]) => typeof value === 'string' && !['token_type', 'scope', 'expires_in'].includes(key))
        .map(([, value]) => value as string);
}
