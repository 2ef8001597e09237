import { setTimeout as delay } from 'node:timers/promises';
import type express from 'express';
import { authenticate, isAllowed } from './access';
import { has } from './dialect';
import { Reply, type Call, type Endpoint, type Method, type ParsedBody } from './endpoint';
import { crash, forbidden, methodNotAllowed, Refusal, unauthenticated } from './errors';
import type { State } from './state';
import type { Locking, WriteLock } from './write-lock';

export interface Serving {
    state: State;
    lock: WriteLock;
    locking: Locking;
    deadlockMs: number;
    writeMs: number;
    racing: boolean;
}

const writes = new Set<string>(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Puts an endpoint into the application: version, who is it, may they, method, body, then its handler. */
export function serve(app: express.Express, endpoint: Endpoint, server: Serving): void {
    app.all(endpoint.path.replaceAll(':pk', ':pk(\\d+)'), (req, res, next) => {
        const { apiVersion } = server.state;
        if (endpoint.since && !has(apiVersion, endpoint.since)) return next();
        if (endpoint.until && has(apiVersion, endpoint.until)) return next();
        res.setHeader('Allow', [...Object.keys(endpoint.handlers), 'HEAD', 'OPTIONS'].join(', '));
        answer(endpoint, req, res, server).catch(next);
    });
}

async function answer(endpoint: Endpoint, req: express.Request, res: express.Response, server: Serving): Promise<void> {
    const { state } = server;
    const { accounts } = state;
    const method = (req.method === 'HEAD' ? 'GET' : req.method) as Method;
    if (method === 'DELETE') state.violations.push(`DELETE ${req.originalUrl}`);
    const user = authenticate(accounts, req.headers.authorization);
    if (!user && endpoint.access !== 'open') throw unauthenticated('Authentication credentials were not provided.');
    if (user && !isAllowed(user, endpoint.access, method)) throw forbidden();
    const handler = endpoint.handlers[method];
    if (!handler) throw methodNotAllowed(method);
    const parsed = res.locals.parsed as ParsedBody;
    if (parsed instanceof Refusal) throw parsed;
    const url = new URL(req.originalUrl, 'http://any');
    const call: Call = {
        state,
        user: user ?? accounts.nobody,
        method,
        path: url.pathname,
        origin: `http://${req.headers.host}`,
        query: url.searchParams,
        pk: Number(req.params.pk),
        params: req.params,
        ...parsed,
        now: new Date(),
        unseen: new Set(),
    };
    const result =
        writes.has(method) && !endpoint.readOnly ? await write(endpoint, call, handler, server) : handler(call);
    send(res, result instanceof Reply ? result : new Reply(200, result));
}

async function write(
    endpoint: Endpoint,
    call: Call,
    handler: (call: Call) => unknown,
    server: Serving,
): Promise<unknown> {
    const { locking, lock, writeMs, deadlockMs } = server;
    const work = (): unknown => handler(call);
    if (locking === 'sqlite') {
        const waits = call.multipart && call.method === 'PATCH';
        const error = (): Error => crash(endpoint.locked ?? 'OperationalError', call.path);
        return lock.run(writeMs, work, waits ? null : { error, after: 0 });
    }
    if (locking === 'postgresql' && server.racing && endpoint.path === '/api/part/' && call.method === 'POST') {
        // what it is checked against is of now, what it is written to is of then
        const before = new Set(server.state.parts.keys());
        await delay(writeMs);
        call.unseen = new Set([...server.state.parts.keys()].filter((pk) => !before.has(pk)));
        return work();
    }
    if (locking === 'postgresql' && endpoint.inTree === true && call.method === 'POST') {
        return lock.run(writeMs, work, { error: () => crash('OperationalError', call.path), after: deadlockMs });
    }
    return work();
}

export function send(res: express.Response, { status, body, headers }: Reply | Refusal): void {
    res.status(status).set(headers);
    if (typeof body === 'string') res.type('html').send(body);
    else if (body === null) res.type('html').end();
    else res.json(body);
}
