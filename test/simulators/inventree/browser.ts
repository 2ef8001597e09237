import type express from 'express';
import { authenticate } from './access';
import { Refusal } from './errors';
import { page } from './pages';
import type { State } from './state';

export interface Frontend {
    state: State;
    /** first step of the frontend's paths */
    frontendBase: string;
    /** whether a proxy stands before the server that gives out uploaded files */
    servesMedia: boolean;
}

/** What stands outside /api/: the frontend's pages and where other paths lead, the uploaded files. */
export function serveBrowser(app: express.Express, server: Frontend): void {
    const known = (req: express.Request): boolean => {
        try {
            return authenticate(server.state.accounts, req.headers.authorization) !== undefined;
        } catch (error) {
            if (error instanceof Refusal) return false;
            throw error;
        }
    };
    const base = (): string => `/${server.frontendBase}`;
    const lead = (res: express.Response, location: string): void =>
        void res.status(302).set('Location', location).type('html').end();

    app.get('/auth/', (req, res) => {
        if (known(req)) res.status(200).type('html').end();
        else res.status(401).type('html').send('Unauthorized');
    });
    app.get('/accounts/login/', (_req, res) => lead(res, base()));
    app.get(/^\/media\/(.+)$/, (req, res) => {
        const file = decodeURIComponent(req.path.slice('/media/'.length));
        const content = server.state.media.get(file) ?? server.state.media.get(file.replace('.thumbnail.', '.'));
        if (!known(req)) res.status(401).type('html').send('Unauthorized');
        // without a proxy before it, the server does not give out files (recording 383)
        else if (!server.servesMedia) lead(res, base());
        else if (content) res.type(file.split('.').at(-1)!).send(content);
        else res.status(404).type('html').send(page('Not Found'));
    });
    app.use((req, res) => {
        const [first] = req.path.slice(1).split('/');
        if (`/${first}` === base()) res.status(200).type('html').send(page('InvenTree'));
        else if (!known(req)) lead(res, `/accounts/login/?next=${req.path}`);
        else lead(res, /^\/(part|stock\/item)\/\d+\/$/.test(req.path) ? `${base()}${req.path}` : base());
    });
}
