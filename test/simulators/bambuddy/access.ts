import crypto from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Refusal } from './answers';
import { Query } from './parameters';
import { behaves, DEFAULT_VERSION } from './version';

/** Rights of a key, by the name they have in the options here and in the server's answers. */
const scopes = {
    canReadStatus: 'can_read_status',
    canManageArchives: 'can_manage_archives',
    canManageProjects: 'can_manage_projects',
    canQueue: 'can_queue',
} as const;

export type Scope = keyof typeof scopes;

export interface KeyOptions extends Partial<Record<Scope, boolean>> {
    expired?: boolean;
    disabled?: boolean;
}

export interface ApiKey extends Record<Scope, boolean> {
    text: string;
    expired: boolean;
    disabled: boolean;
}

export type TokenKind = 'camera' | 'media' | 'websocket';

const TOKEN_LIFE_MS = 60 * 60 * 1000;

/** Open to everyone although authentication is on; images check their token themselves. */
const open = {
    routes: new Set(['/api/v1/auth/status', '/api/v1/updates/version']),
    parts: ['/thumbnail', '/plate-thumbnail/', '/photos/', '/qrcode', '/timelapse', '/cover'],
};

/** Who may ask what: API keys with their rights, and the tokens they mint for images and the WebSocket. */
export class Access {
    /** how many of the next requests with a valid key are answered 401, as while another writer holds the database */
    locked = 0;
    private readonly keys = new Map<string, ApiKey>();
    private readonly tokens = new Map<string, { kind: TokenKind; expires: number }>();

    constructor(
        /** false: authentication is switched off, everything is open and any key is ignored */
        public on: boolean,
        private readonly imageToken: 'camera' | 'media',
        private readonly now: () => Date,
        /** may change while the server runs, as by an upgrade */
        public version: string = DEFAULT_VERSION,
    ) {}

    addKey(options: KeyOptions = {}): string {
        const text = `bb_${secret(`key ${this.keys.size}`)}`;
        const { expired = false, disabled = false } = options;
        const rights = Object.fromEntries(Object.keys(scopes).map((scope) => [scope, options[scope as Scope] ?? true]));
        this.keys.set(text, { text, expired, disabled, ...(rights as Record<Scope, boolean>) });
        return text;
    }

    /** Changes a key, e.g. `changeKey(sim.apiKey, { expired: true })`. */
    changeKey(text: string, change: KeyOptions): void {
        const key = this.keys.get(text);
        if (!key) throw new Error('no such key');
        Object.assign(key, change);
    }

    mint(kind: TokenKind): string {
        const token = secret(`${kind} ${this.tokens.size}`);
        this.tokens.set(token, { kind, expires: this.now().getTime() + TOKEN_LIFE_MS });
        return token;
    }

    holds(token: string | undefined, kind: TokenKind): boolean {
        const known = token === undefined ? undefined : this.tokens.get(token);
        return known?.kind === kind && known.expires > this.now().getTime();
    }

    expireTokens(): void {
        this.tokens.clear();
    }

    /**
     * In front of all of /api: asks for something that looks like a key, and leaves it to the route to check it.
     * So an unknown path is 404 to any key, and 401 to nobody's (recordings 178, 179).
     */
    readonly gate: RequestHandler = (req, _res, next) => {
        const path = req.path;
        if (!this.on || !path.startsWith('/api/')) return next();
        if (open.routes.has(path) || open.parts.some((part) => path.includes(part))) return next();
        const authorization = req.get('authorization') ?? '';
        if (req.get('x-api-key') || authorization.startsWith('Bearer bb_')) return next();
        throw unauthorized(authorization.startsWith('Bearer ') ? 'Invalid token' : 'Authentication required');
    };

    /** Lets a request pass whose key has this right. */
    allows(scope: Scope): RequestHandler {
        return (req, _res, next) => {
            if (!this.on) return next();
            if (this.keyOf(req)[scope]) return next();
            throw new Refusal(403, `API key does not have '${scopes[scope]}' permission`);
        };
    }

    /** For what an API key may never do. */
    readonly administratorsOnly: RequestHandler = (req, _res, next) => {
        if (!this.on) return next();
        this.keyOf(req);
        throw new Refusal(403, 'API keys cannot be used for administrative operations');
    };

    /**
     * Images take `?token=` and do not look at the key (recordings 93 to 102). From 1.2.5.6 on the token is read before the
     * key, and none that an API key can have is good: neither the camera's nor the media token that a key asked for (#3025).
     */
    readonly withImageToken: RequestHandler = (req, _res, next) => {
        if (!this.on) return next();
        const token = new Query(req).text('token');
        if (behaves(this.version, 'mediaByKey')) {
            if (token !== undefined && token !== '') throw new Refusal(401, imageRefusals.media);
            if (req.get('x-api-key') === undefined && req.get('authorization') === undefined)
                throw new Refusal(401, imageRefusals.media);
            return this.allows('canReadStatus')(req, _res, next);
        }
        if (this.holds(token, this.imageToken)) return next();
        throw new Refusal(401, imageRefusals[this.imageToken]);
    };

    /** For covers, which no version is known to give for the key. */
    readonly withCameraToken: RequestHandler = (req, _res, next) => {
        if (!this.on || this.holds(new Query(req).text('token'), this.imageToken)) return next();
        throw new Refusal(401, imageRefusals[this.imageToken]);
    };

    /** The key a request came with, valid or refused. */
    keyOf(req: Request): ApiKey {
        const bearer = /^Bearer (bb_.*)$/.exec(req.get('authorization') ?? '')?.[1];
        const key = this.valid(req.get('x-api-key')) ?? this.valid(bearer);
        if (key === undefined) throw unauthorized(bearer === undefined ? 'Authentication required' : 'Invalid API key');
        if (this.locked > 0) {
            this.locked--;
            throw unauthorized('Authentication required');
        }
        return key;
    }

    /** The key a request names, whether or not authentication is on; for `/auth/me`. */
    namedKey(req: Request): ApiKey | undefined {
        return this.valid(req.get('x-api-key')) ?? this.valid(req.get('authorization')?.replace(/^Bearer /, ''));
    }

    private valid(text: string | undefined): ApiKey | undefined {
        const key = text === undefined ? undefined : this.keys.get(text);
        return key && !key.expired && !key.disabled ? key : undefined;
    }
}

const imageRefusals = {
    camera: 'Valid camera stream token required. Obtain one from POST /api/v1/printers/camera/stream-token',
    media: 'Valid media token required. Obtain one from POST /api/v1/auth/media-token',
};

function unauthorized(detail: string): Refusal {
    return new Refusal(401, detail, { 'www-authenticate': 'Bearer' });
}

/** Looks random, and is the same in every run. */
function secret(seed: string): string {
    return crypto.createHash('sha256').update(`bambuddy simulator ${seed}`).digest('base64url').slice(0, 32);
}
