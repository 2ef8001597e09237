import { setTimeout as sleep } from 'node:timers/promises';
import { AuthError, ClosedError, RejectedError } from '../../http/errors';
import type { Answer } from '../../http/http';
import type { Picture } from '../../http/picture-type';
import { PATIENCE_401_MS } from './connection';
import type { ImageToken } from './image-token';

/** What the server checks a request for a picture by. */
type Way = 'key' | 'token';

/**
 * Pictures of archives. Up to 1.2.5.5 the server checks the camera token in the address and does not look at the key; from
 * 1.2.5.6 on (bambuddy#3025) the key in the header is enough, and a token in the address is refused, right key or not. The
 * version does not tell which (development builds), so the key is tried first and the token on a 401. What worked is asked
 * first the next time, and when it stops working (an upgrade or a downgrade while we run) the other is tried again.
 */
export class Pictures {
    private works: Way = 'key';

    /**
     * @param request asks for a path below `/api/v1` with the key in the header, and with `?token=` where one is given
     * @param token null: authentication is off, there is one way only
     */
    constructor(
        private readonly request: (path: string, token: string | null, signal?: AbortSignal) => Promise<Answer>,
        private readonly token: ImageToken | null,
    ) {}

    /**
     * @returns null where the server has none (404, or what it answers is no image)
     * @throws AuthError where no token is given for the key; RejectedError where both ways are refused although one is: that
     * is the picture's trouble, not the key's. As `Http.request`
     */
    async get(path: string, signal?: AbortSignal): Promise<Picture | null> {
        const { token } = this;
        if (token === null) return pictureOf(await this.request(path, null, signal));
        for (let attempt = 0; ; attempt++) {
            let refusal: AuthError | null = null;
            for (const way of [this.works, otherThan(this.works)]) {
                const answer =
                    way === 'key' ? await this.ask(path, null, signal) : await this.byToken(path, token, signal);
                if (answer instanceof AuthError) refusal = answer;
                if (answer === null || answer instanceof AuthError) continue;
                this.works = way;
                return pictureOf(answer);
            }
            const pause = PATIENCE_401_MS[attempt];
            if (pause === undefined) throw refused(refusal);
            await sleep(pause, undefined, { signal }).catch(() => {
                throw new ClosedError();
            });
        }
    }

    /** @returns null where the server knows no call for a token */
    private async byToken(path: string, tokens: ImageToken, signal?: AbortSignal): Promise<Answer | AuthError | null> {
        const held = tokens.held;
        const token = await tokens.get(signal);
        if (token === null) return null;
        const answer = await this.ask(path, token, signal);
        if (!(answer instanceof AuthError)) return answer;
        tokens.drop(token);
        // minted a moment ago: another one would be refused, too
        if (token !== held) return answer;
        // after a restart the server knows no token of before
        const renewed = await tokens.get(signal);
        return renewed === null ? null : this.ask(path, renewed, signal);
    }

    /** @returns a 401 instead of throwing it: it may be the way that is wrong */
    private async ask(path: string, token: string | null, signal?: AbortSignal): Promise<Answer | AuthError> {
        try {
            return await this.request(path, token, signal);
        } catch (failure) {
            if (failure instanceof AuthError && failure.status === 401) return failure;
            throw failure;
        }
    }
}

function otherThan(way: Way): Way {
    return way === 'key' ? 'token' : 'key';
}

function refused(refusal: AuthError | null): RejectedError {
    const { status = 401, body } = refusal ?? {};
    const detail = (body as { detail?: unknown } | null | undefined)?.detail;
    const said = typeof detail === 'string' ? `: ${detail.slice(0, 200)}` : '';
    return new RejectedError(
        `Bambuddy returns no picture: it rejects both the API key and a camera token (${status}${said}). ` +
            'Other requests with this key may succeed.',
        { server: 'Bambuddy', status, body },
    );
}

function pictureOf({ status, headers, body }: Answer): Picture | null {
    const type = (headers['content-type'] ?? '').split(';')[0]!.trim();
    if (status === 404 || !Buffer.isBuffer(body) || body.length === 0) return null;
    return type.startsWith('image/') ? { bytes: body, type } : null;
}
