import { randomBytes } from 'node:crypto';
import express from 'express';

export const FORBIDDEN =
    "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.";
export const NOT_FOUND =
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';

/** What a person must decide on. */
interface Pending {
    app: string;
    decision: boolean | null;
}

/** Keys, sessions, and the application keys that a person hands out. */
export class Access {
    readonly users = new Map<string, string>();
    private readonly sessions = new Map<string, string>();
    readonly pending = new Map<string, Pending>();

    addKey(user = 'bench'): string {
        const key = randomBytes(16).toString('hex').toUpperCase();
        this.users.set(key, user);
        return key;
    }

    /** @returns the user's name; null for a key that is wrong, or none */
    userOf(req: express.Request): string | null {
        // exactly "Bearer": another spelling is a 403 (recording 10)
        const bearer = /^Bearer (.*)$/.exec(req.headers.authorization ?? '')?.[1];
        const query = typeof req.query['apikey'] === 'string' ? req.query['apikey'] : undefined;
        const key = req.get('X-Api-Key') ?? bearer ?? query;
        return key === undefined ? null : (this.users.get(key) ?? null);
    }

    openSession(user: string): string {
        const session = randomBytes(32).toString('hex');
        this.sessions.set(session, user);
        return session;
    }

    /** @param text `name:session` */
    isSession(text: unknown): boolean {
        if (typeof text !== 'string') return false;
        const at = text.indexOf(':');
        return this.sessions.get(text.slice(at + 1)) === text.slice(0, at);
    }

    endSessions(): void {
        this.sessions.clear();
    }

    /** The person at OctoPrint's dialog. */
    decide(app: string, decision: boolean): void {
        for (const pending of this.pending.values()) if (pending.app === app) pending.decision = decision;
    }

    readonly mustBeAllowed: express.RequestHandler = (req, res, next) => {
        if (this.userOf(req) === null) res.status(403).json({ error: FORBIDDEN });
        else next();
    };

    routes(root: () => string): express.Router {
        const router = express.Router();
        router.post('/api/login', (req, res) => {
            const user = this.userOf(req);
            // no key means a browser, and that must show its token (recording 11)
            if (user === null) return void res.status(400).json({ error: 'CSRF validation failed' });
            res.json(loginView(user, this.openSession(user)));
        });
        router.get('/plugin/appkeys/probe', (_req, res) => void res.status(204).type('text/plain').end());
        router.post('/plugin/appkeys/request', (req, res) => {
            const { app } = req.body as { app?: string };
            if (app === undefined) return void res.status(400).json({ error: 'No app name provided' });
            const token = randomBytes(32).toString('base64url');
            this.pending.set(token, { app, decision: null });
            res.status(201)
                .location(`${root()}/plugin/appkeys/request/${token}`)
                .json({ app_token: token, auth_dialog: `${root()}/plugin/appkeys/auth/${token}` });
        });
        router.get('/plugin/appkeys/request/:token', (req, res) => {
            const pending = this.pending.get(req.params.token);
            if (pending?.decision === null) return void res.status(202).json({ message: 'Awaiting decision' });
            this.pending.delete(req.params.token);
            if (pending?.decision !== true) return void res.status(404).json({ error: NOT_FOUND });
            res.json({ api_key: this.addKey() });
        });
        return router;
    }
}

function loginView(user: string, session: string): Record<string, unknown> {
    return {
        _credentials_seen: new Date().toISOString(),
        _is_external_client: false,
        _login_mechanism: 'apikey',
        active: true,
        admin: true,
        apikey: null,
        groups: ['admins'],
        name: user,
        needs: { group: ['admins'], role: ['status', 'files_list'] },
        permissions: [],
        roles: ['user', 'admin'],
        session,
        settings: {},
        user: true,
    };
}
