import { createHash, randomBytes } from 'node:crypto';
import type express from 'express';
import { Refusal } from './errors';

export interface Token {
    /** of a person; of a community there is none */
    user: number | null;
    kind: 'user' | 'group' | 'service';
    scope: ReadonlySet<string>;
    /** ms since 1970; null: never */
    ends: number | null;
    /** the application's, which counts the calls of a month */
    client: string;
}

export interface TokenOptions {
    user?: number;
    kind?: Token['kind'];
    scope?: string;
    /** ms; null: never */
    life?: number | null;
    client?: string;
}

interface Session {
    client: string;
    device: string;
    user: number;
    scope: string;
}

interface Code extends Session {
    challenge: string;
    redirect: string;
}

const HOUR = 3_600_000;

/** Access tokens, and VK ID, which hands them out. */
export class Tokens {
    readonly tokens = new Map<string, Token>();
    private readonly refresh = new Map<string, Session>();
    private readonly codes = new Map<string, Code>();
    /** how often a pair was renewed */
    renewals = 0;
    /** what the renewed token may do; default: as before */
    scopeNow: string | null = null;
    /** HTTP status of a refusal: which one VK ID answers is not documented */
    refusalStatus = 400;

    /** redirect addresses that are entered in the application's cabinet; VK takes no other */
    readonly redirects = new Set<string>();

    constructor(private readonly now: () => number) {}

    add(options: TokenOptions = {}): string {
        const { user = 1, kind = 'user', scope = 'market photos groups', life = HOUR, client = '51234567' } = options;
        const token = `vk2.a.${randomBytes(24).toString('base64url')}`;
        this.tokens.set(token, {
            user: kind === 'user' ? user : null,
            kind,
            scope: new Set(scope.split(' ')),
            ends: life === null ? null : this.now() + life,
            client,
        });
        return token;
    }

    /** A pair as a sign-in gives it. */
    addPair(client = '51234567', device = 'device-1', user = 1): { accessToken: string; refreshToken: string } {
        return this.pair({ client, device, user, scope: 'market photos groups' });
    }

    /** A person agrees. @returns what VK sends the browser back with */
    agree(query: URLSearchParams, user = 1): { code: string; device_id: string; state: string } {
        const code = randomBytes(16).toString('base64url');
        const device = `device-${randomBytes(4).toString('hex')}`;
        this.codes.set(code, {
            client: query.get('client_id') ?? '',
            device,
            user,
            scope: query.get('scope') ?? '',
            challenge: query.get('code_challenge') ?? '',
            redirect: query.get('redirect_uri') ?? '',
        });
        return { code, device_id: device, state: query.get('state') ?? '' };
    }

    /** @throws Refusal 5 */
    of(text: string | undefined): Token {
        const token = this.tokens.get(text ?? '');
        if (token === undefined) throw new Refusal(5, 'invalid access_token (4).');
        if (token.ends !== null && this.now() >= token.ends) throw new Refusal(5, 'access_token has expired.');
        return token;
    }

    /** Ends every access token, as a person does who changes the password. @param renewable the refresh tokens stay */
    endAll(renewable = true): void {
        for (const token of this.tokens.values()) token.ends = this.now();
        if (!renewable) this.refresh.clear();
    }

    readonly handle: express.RequestHandler = (req, res) => {
        const form = req.body as Record<string, string | undefined>;
        const refuse = (error: string): void =>
            void res.status(this.refusalStatus).json({ error, error_description: 'made-up text, form unknown' });
        const session = form['grant_type'] === 'refresh_token' ? this.spend(form) : this.redeem(form);
        if (session === null) return refuse('invalid_grant');
        if (form['grant_type'] === 'refresh_token') this.renewals++;
        const scope = this.scopeNow ?? session.scope;
        const { accessToken, refreshToken } = this.pair({ ...session, scope });
        res.json({
            access_token: accessToken,
            refresh_token: refreshToken,
            expires_in: HOUR / 1000,
            user_id: session.user,
            state: form['state'] ?? '',
            scope,
            token_type: 'Bearer',
        });
    };

    /** VK's page: who opens it is signed in already, and agrees by the link on it, or refuses by the other. */
    readonly page: express.RequestHandler = (req, res) => {
        const query = new URLSearchParams(req.url.slice(req.url.indexOf('?') + 1));
        const redirect = query.get('redirect_uri') ?? '';
        const isWhole =
            query.get('response_type') === 'code' &&
            query.get('code_challenge_method') === 'S256' &&
            (query.get('code_challenge') ?? '').length === 43 &&
            (query.get('state') ?? '').length >= 32 &&
            (query.get('scope') ?? '').split(' ').includes('market');
        if (!isWhole || !this.redirects.has(redirect)) {
            res.status(400)
                .type('text/html')
                .send('<!doctype html><title>VK ID</title><p>Redirect uri is not registered');
            return;
        }
        const back = (answer: Record<string, string>): string =>
            `${redirect}?${new URLSearchParams(answer).toString()}`;
        const agreed = back(this.agree(query));
        const refused = back({ error: 'access_denied', state: query.get('state') ?? '' });
        const link = (id: string, href: string): string =>
            `<a id="${id}" href="${href.replaceAll('&', '&amp;')}">${id}</a>`;
        res.type('text/html').send(
            `<!doctype html><title>VK ID</title>${link('allow', agreed)} ${link('refuse', refused)}`,
        );
    };

    /** The old refresh token is used up, whatever comes of the answer. */
    private spend(form: Record<string, string | undefined>): Session | null {
        const old = form['refresh_token'] ?? '';
        const session = this.refresh.get(old);
        if (session?.client !== form['client_id'] || session?.device !== form['device_id']) return null;
        this.refresh.delete(old);
        return session ?? null;
    }

    private redeem(form: Record<string, string | undefined>): Session | null {
        const code = this.codes.get(form['code'] ?? '');
        this.codes.delete(form['code'] ?? '');
        if (code === undefined) return null;
        const challenge = createHash('sha256')
            .update(form['code_verifier'] ?? '')
            .digest('base64url');
        const fits =
            code.challenge === challenge &&
            code.client === form['client_id'] &&
            code.device === form['device_id'] &&
            code.redirect === form['redirect_uri'];
        return fits ? code : null;
    }

    private pair({ client, device, user, scope }: Session): { accessToken: string; refreshToken: string } {
        const refreshToken = `vk2.r.${randomBytes(24).toString('base64url')}`;
        this.refresh.set(refreshToken, { client, device, user, scope });
        return { accessToken: this.add({ user, scope, client }), refreshToken };
    }
}
