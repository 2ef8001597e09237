import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { inspect } from 'node:util';
import {
    AuthError,
    ClosedError,
    ConfigError,
    Failure,
    RejectedError,
    UnavailableError,
} from '../../../lib/http/errors';
import { BAMBUDDY } from '../../../lib/clients/bambuddy/server-traits';
import { EVOTOR } from '../../../lib/clients/evotor/server-traits';
import { INVENTREE } from '../../../lib/clients/inventree/server-traits';
import { answerText, retryAfter } from '../../../lib/http/words';
import { Http, type RequestOptions } from '../../../lib/http/http';
import { ForwardProxy, ReverseProxy } from '../../harness/proxies';

const CANARY = 'canary-9f8e7d/+=';

function retryOf(error: Failure): number {
    assert.ok(error instanceof UnavailableError);
    return error.retryAfterMs ?? NaN;
}

describe('requests to a server', () => {
    let server: Server;
    let url: string;
    let handle: (req: IncomingMessage, res: ServerResponse) => void;
    let http: Http;
    const seen: { headers: IncomingMessage['headers']; url: string }[] = [];

    const client = (baseUrl = url, timeoutMs = 5000): Http =>
        new Http({
            server: INVENTREE,
            baseUrl,
            headers: { Authorization: `Token ${CANARY}` },
            secrets: [CANARY],
            timeoutMs,
            insecure: false,
        });

    /** Answers everything like this. */
    function answers(status: number, body: string, headers: Record<string, string> = {}): void {
        handle = (_req, res) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    }

    async function failure(options: RequestOptions = {}, of = http): Promise<Failure> {
        try {
            await of.request('GET', '/api/part/', options);
        } catch (error) {
            assert.ok(error instanceof Failure, inspect(error));
            for (const text of [error.message, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)])
                assert.ok(!text.includes(CANARY), text);
            return error;
        }
        return assert.fail('the answer was taken');
    }

    before(async () => {
        server = createServer((req, res) => {
            seen.push({ headers: req.headers, url: req.url ?? '' });
            handle(req, res);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    after(() => {
        server.closeAllConnections();
        server.close();
    });

    beforeEach(() => {
        seen.length = 0;
        http = client();
    });

    afterEach(() => http.close());

    it('gives the parsed answer', async () => {
        answers(200, '{"pk": 1}', { 'X-Some': 'thing' });
        const answer = await http.request('GET', '/api/part/', { query: { IPN: 'a b&c', limit: 1 } });
        assert.deepEqual(answer.body, { pk: 1 });
        assert.equal(answer.headers['x-some'], 'thing');
        assert.equal(new URL(seen[0]!.url, url).searchParams.get('IPN'), 'a b&c');
        assert.equal(seen[0]!.headers.authorization, `Token ${CANARY}`);
    });

    it('leaves the credentials out where that was asked', async () => {
        answers(200, '{}');
        await http.request('GET', '/', { anonymous: true });
        assert.equal(seen[0]!.headers.authorization, undefined);
    });

    it('takes the secrets out of answers before anybody sees them, where that was asked', async () => {
        const strict = new Http({
            server: EVOTOR,
            baseUrl: url,
            headers: {},
            secrets: [CANARY],
            redactAnswers: true,
            timeoutMs: 5000,
            insecure: false,
        });
        answers(200, JSON.stringify({ said: `your token ${CANARY}` }));
        assert.deepEqual((await strict.request('GET', '/')).body, { said: 'your token •••' });
        answers(400, JSON.stringify({ key: CANARY }));
        const error = await failure({}, strict);
        assert.deepEqual(error.body, { key: '•••' });
        strict.close();
    });

    it('waits as long as a rate header says, where its server sends no Retry-After', async () => {
        const evotor = new Http({
            server: EVOTOR,
            baseUrl: url,
            headers: {},
            secrets: [],
            timeoutMs: 5000,
            insecure: false,
        });
        answers(429, '{}', { 'X-RateLimit-Reset': '17' });
        assert.equal(retryOf(await failure({}, evotor)), 17_000);
        assert.ok(Number.isNaN(retryOf(await failure())));
        answers(429, '{}', { 'X-RateLimit-Reset': '17', 'Retry-After': '3' });
        assert.equal(retryOf(await failure({}, evotor)), 3000);
        evotor.close();
    });

    for (const [status, Kind] of [
        [400, RejectedError],
        [404, RejectedError],
        [409, RejectedError],
        [422, RejectedError],
        [401, AuthError],
        [403, AuthError],
        [407, UnavailableError],
        [408, UnavailableError],
        [425, UnavailableError],
        [429, UnavailableError],
        [500, UnavailableError],
        [502, UnavailableError],
        [503, UnavailableError],
        [301, UnavailableError],
        [302, UnavailableError],
        [307, UnavailableError],
    ] as const)
        it(`${status} is ${Kind.name}, with server, status and the server’s words`, async () => {
            answers(status, '{"detail": "these words"}', { location: '/web' });
            const error = await failure();
            assert.ok(error instanceof Kind, error.name);
            assert.equal(error.status, status);
            assert.equal(error.server, 'InvenTree');
            if (status < 300 || status >= 400) assert.match(error.message, /these words/);
            assert.match(error.message, /InvenTree/);
            assert.match(error.message, /GET \/api\/part\//);
        });

    it('a status that was announced as an answer is one', async () => {
        answers(404, '{"detail": "No Part"}');
        await assert.rejects(http.request('GET', '/'), RejectedError);
    });

    it('a secret with a character that no header may have is said to be the fault, and is not repeated', async () => {
        const headers = { Authorization: `Token ${CANARY}…` };
        const http = new Http({
            server: INVENTREE,
            baseUrl: url,
            headers,
            secrets: [],
            timeoutMs: 500,
            insecure: false,
        });
        const error = (await http.request('GET', '/').catch((failure: unknown) => failure)) as Error;
        assert.ok(error instanceof AuthError, error.name);
        assert.match(error.message, /the token contains an invalid character/);
        assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(CANARY));
        http.close();
    });

    it('a redirect is not followed, and named with where it leads', async () => {
        let followed = false;
        handle = (req, res) => {
            if (req.url === '/elsewhere') followed = true;
            res.writeHead(302, { location: `/elsewhere?token=${CANARY}` }).end();
        };
        const error = await failure();
        assert.match(error.message, /redirects .* to \/elsewhere/);
        assert.equal(error.setting, 'url');
        assert.equal(followed, false);
    });

    it('Retry-After is read as seconds and as a date', async () => {
        answers(429, '{}', { 'retry-after': '7' });
        assert.equal(retryOf(await failure()), 7000);
        answers(503, '<html>', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
        const ms = retryOf(await failure());
        assert.ok(ms > 50_000 && ms <= 60_000, String(ms));
    });

    it('a maintenance page is told by its title, not in full', async () => {
        answers(503, '<!doctype html><html><head><title> Down for  a bit </title></head><body>long</body></html>', {
            'content-type': 'text/html',
        });
        const error = await failure();
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /"Down for a bit"/);
        assert.doesNotMatch(error.message, /<html|long/);
    });

    it('a web page instead of JSON is told by its title, and waited for: the address may be wrong', async () => {
        answers(200, '<!doctype html><title>Router</title>', { 'content-type': 'text/html; charset=utf-8' });
        const error = await failure();
        assert.ok(error instanceof UnavailableError);
        assert.equal(error.setting, 'url');
        assert.ok(error.foreign && error.stranger);
        assert.match(error.message, /a web page, "Router"/);
        assert.match(error.message, /check that this is the address of InvenTree itself/);
    });

    it('JSON that is cut short is a passing failure: what was asked may have been done', async () => {
        answers(200, '{"pk": 1, "na');
        assert.ok((await failure()) instanceof UnavailableError);
        handle = (req, res) => {
            res.writeHead(200, { 'content-type': 'application/json', 'content-length': '200' });
            res.write('{"pk": 1, "na');
            setImmediate(() => req.socket.destroy());
        };
        assert.ok((await failure()) instanceof UnavailableError);
    });

    it('a connection that is reset is a passing failure', async () => {
        handle = (req) => void req.socket.destroy();
        assert.ok((await failure()) instanceof UnavailableError);
    });

    it('a change of protocol that nobody asked for is a passing failure', async () => {
        handle = (req) =>
            void req.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n');
        const error = await failure();
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /closed without an answer/);
    });

    it('a port where nobody listens is a passing failure in words', async () => {
        const unused = createServer();
        await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
        const { port } = unused.address() as AddressInfo;
        await new Promise((resolve) => unused.close(resolve));
        const error = await failure({}, client(`http://127.0.0.1:${port}`));
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /refused the connection/);
    });

    it('no answer, or half of one, in time is a passing failure', async () => {
        handle = () => undefined;
        const error = await failure({ timeoutMs: 30 });
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /within 0.03 s/);
        handle = (_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).write('{');
        assert.ok((await failure({ timeoutMs: 30 })) instanceof UnavailableError);
    });

    it('https where http is spoken is a wrong address', async () => {
        const error = await failure({}, client(url.replace('http:', 'https:')));
        assert.ok(error instanceof ConfigError, error.message);
    });

    it('what is given up on purpose is closed, before it is sent too', async () => {
        const abort = new AbortController();
        handle = () => abort.abort();
        await assert.rejects(http.request('GET', '/', { signal: abort.signal }), ClosedError);
        seen.length = 0;
        await assert.rejects(http.request('GET', '/', { signal: abort.signal }), ClosedError);
        assert.equal(seen.length, 0);
    });

    it('what the server repeats of the secret is taken out of the error, in every form', async () => {
        const base64 = Buffer.from(CANARY).toString('base64');
        answers(400, JSON.stringify({ detail: `you sent ${CANARY}, ${encodeURIComponent(CANARY)}, ${base64}` }));
        let caught: unknown;
        await http.request('GET', '/').catch((error: unknown) => (caught = error));
        const { message } = caught as Error;
        for (const form of [CANARY, encodeURIComponent(CANARY), base64]) assert.ok(!message.includes(form), message);
        assert.match(message, /•••/);
    });

    it('bytes are given as they came', async () => {
        handle = (_req, res) => res.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0xff, 0, 0x0a]));
        assert.deepEqual((await http.request('GET', '/', { as: 'bytes' })).body, Buffer.from([0xff, 0, 0x0a]));
    });
});

describe('connections', () => {
    let server: Server;
    let url: string;
    let handle: (req: IncomingMessage, res: ServerResponse) => void;
    let http: Http | null = null;
    let sockets: Set<unknown>;
    let asked: number;

    const client = (baseUrl = url): Http =>
        (http = new Http({ server: INVENTREE, baseUrl, headers: {}, secrets: [], timeoutMs: 5000, insecure: false }));
    const post = (of: Http): Promise<unknown> => of.request('POST', '/api/stock/', { json: { batch: 'bambuddy-1' } });

    before(async () => {
        server = createServer((req, res) => {
            asked++;
            sockets.add(req.socket);
            handle(req, res);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    after(() => {
        server.closeAllConnections();
        server.close();
    });

    beforeEach(() => {
        [asked, sockets] = [0, new Set()];
        handle = (_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });

    afterEach(() => http?.close());

    it('are kept for the next request', async () => {
        const to = client();
        for (let n = 0; n < 3; n++) await post(to);
        assert.equal(sockets.size, 1);
    });

    it('a write that is lost with its connection is not sent again: nobody knows what came of it', async () => {
        const to = client();
        await post(to);
        handle = (req) => void req.socket.destroy();
        await assert.rejects(post(to), UnavailableError);
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(asked, 2);
    });

    it('one that the server has closed meanwhile is made anew', async () => {
        const to = client();
        await post(to);
        server.closeAllConnections();
        await new Promise((resolve) => setTimeout(resolve, 20));
        await post(to);
        assert.equal(sockets.size, 2);
    });

    it('end with the client: what is under way is closed, and what comes later too', async () => {
        const to = client();
        let gone = false;
        const arrived = new Promise<void>((resolve) => {
            handle = (req) => {
                req.socket.once('close', () => (gone = true));
                resolve();
            };
        });
        const under = assert.rejects(post(to), ClosedError);
        await arrived;
        to.close();
        await under;
        await assert.rejects(post(to), ClosedError);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.deepEqual([asked, gone], [1, true]);
    });

    it('an answer that is too long is not read to its end', async () => {
        let sent = 0;
        handle = (req, res) => {
            res.writeHead(200, { 'content-type': 'application/json' });
            const more = (): void => {
                while (!req.socket.destroyed && sent < 200 * 1024 * 1024) {
                    sent += 1024 * 1024;
                    if (!res.write(Buffer.alloc(1024 * 1024, 32))) return void res.once('drain', more);
                }
                res.end();
            };
            more();
        };
        const error = await client()
            .request('GET', '/')
            .catch((failure: unknown) => failure);
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /more than 64 MB/);
        assert.ok(sent < 100 * 1024 * 1024, String(sent));
    });

    it('a path with letters of every kind arrives as it was meant', async () => {
        let path = '';
        handle = (req, res) => {
            path = decodeURIComponent(req.url ?? '');
            res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        };
        await client(`${url}/sub`).request('GET', '/Lüfter größer/图.png?x=1 2', {});
        assert.equal(path, '/sub/Lüfter größer/图.png?x=1 2');
    });
});

describe('through a proxy of the environment', () => {
    const environment = { ...process.env };
    beforeEach(() => {
        for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
    });
    afterEach(() => (process.env = { ...environment }));

    const client = (): Http =>
        new Http({
            server: BAMBUDDY,
            baseUrl: 'http://bambuddy.test:8000',
            headers: {},
            secrets: [],
            timeoutMs: 5000,
            insecure: false,
        });

    it('user name and password of the proxy are shown to it, and to nobody in an error', async () => {
        let shown: string | undefined;
        const proxy = createServer((req, res) => {
            shown = req.headers['proxy-authorization'];
            res.writeHead(407).end();
        });
        await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
        const { port } = proxy.address() as AddressInfo;
        process.env['http_proxy'] = `http://me:pass%40word@127.0.0.1:${port}`;
        const http = client();
        const error = (await http.request('GET', '/').catch((failure: unknown) => failure)) as Error;
        assert.equal(shown, `Basic ${Buffer.from('me:pass@word').toString('base64')}`);
        assert.match(error.message, /through the proxy 127\.0\.0\.1.*407/);
        assert.doesNotMatch(inspect(error, { depth: 9 }), /pass.{0,3}word/);
        http.close();
        proxy.close();
        proxy.closeAllConnections();
    });

    it('https goes through a tunnel, which is kept for the next request', async () => {
        const reverseProxy = new ReverseProxy({ tls: true, places: { '/sub': 'http://127.0.0.1:1' } });
        const proxy = new ForwardProxy({ 'bambuddy.test': await reverseProxy.listen() });
        process.env['https_proxy'] = await proxy.listen();
        const options = { server: BAMBUDDY, headers: {}, secrets: [], timeoutMs: 5000, insecure: true };
        const http = new Http({ ...options, baseUrl: 'https://bambuddy.test:8443' });
        for (let n = 0; n < 2; n++) await assert.rejects(http.request('GET', '/'), RejectedError);
        assert.deepEqual(proxy.asked, ['CONNECT bambuddy.test:8443']);
        http.close();
        const elsewhere = new Http({ ...options, baseUrl: 'https://nowhere.test' });
        await assert.rejects(elsewhere.request('GET', '/'), (error) => {
            assert.ok(error instanceof UnavailableError);
            assert.match(error.message, /through the proxy 127\.0\.0\.1:\d+\).*502 to CONNECT/);
            return true;
        });
        elsewhere.close();
        await Promise.all([reverseProxy.close(), proxy.close()]);
    });

    it('a server that never answers to TLS behind it ends with the timeout, and is nothing to wait for at a close', async () => {
        const sockets: Socket[] = [];
        const proxy = createPlainServer((socket) => {
            sockets.push(socket);
            socket.on('error', () => undefined);
            socket.once('data', () => void socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
        });
        await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
        process.env['https_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
        const options = { server: BAMBUDDY, headers: {}, secrets: [], insecure: true };
        const http = new Http({ ...options, baseUrl: 'https://bambuddy.test', timeoutMs: 100 });
        const error = (await http.request('GET', '/').catch((failure: unknown) => failure)) as Failure;
        assert.ok(error instanceof UnavailableError, inspect(error));
        assert.equal(error.failureKind, 'timeout');
        await Promise.all(sockets.map((socket) => once(socket, 'close')));
        http.close();
        proxy.close();
    });

    for (const [name, server] of Object.entries({
        http_proxy: 'http://bambuddy.test',
        https_proxy: 'https://bambuddy.test',
    }))
        it(`${name} with an https address is asked by its own name`, async () => {
            const names: string[] = [];
            const proxy = createSecureServer({
                SNICallback: (asked, done) => {
                    names.push(asked);
                    done(new Error('no certificate'));
                },
            });
            proxy.on('tlsClientError', () => undefined);
            await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve));
            process.env[name] = `https://localhost:${(proxy.address() as AddressInfo).port}`;
            const options = { server: BAMBUDDY, headers: {}, secrets: [], timeoutMs: 5000, insecure: false };
            const http = new Http({ ...options, baseUrl: server });
            await assert.rejects(http.request('GET', '/'), UnavailableError);
            assert.deepEqual(names, ['localhost']);
            http.close();
            proxy.close();
        });

    it('one that is away is named', async () => {
        process.env['http_proxy'] = 'http://127.0.0.1:9';
        const http = client();
        await assert.rejects(
            http.request('GET', '/'),
            (error) =>
                error instanceof UnavailableError &&
                /Bambuddy \(http:\/\/bambuddy\.test:8000 through the proxy 127\.0\.0\.1:9\) refused/.test(
                    error.message,
                ),
        );
        http.close();
    });
});

describe('Retry-After', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    for (const [header, ms] of [
        ['120', 120_000],
        [' 0 ', 0],
        ['99999', 600_000],
        ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
        ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
        ['Mon, 22 Nov 2027 12:00:00 GMT', 600_000],
        ['soon', undefined],
        [undefined, undefined],
    ] as const)
        it(`${String(header)} is ${String(ms)} ms`, () => assert.equal(retryAfter(header, now), ms));
});

describe('the words of a server', () => {
    for (const [body, text] of [
        [{ detail: 'Not found' }, 'Not found'],
        [{ category: ['Invalid pk "9"'] }, 'category: Invalid pk "9"'],
        [{ part: 'Valid part must be supplied' }, 'part: Valid part must be supplied'],
        [{ non_field_errors: ['must make a unique set'] }, 'must make a unique set'],
        [[{ data: ['no'] }, []], 'data: no'],
        [{ initial_stock: { quantity: ['less'] } }, 'initial_stock: quantity: less'],
        [null, ''],
        ['', ''],
        ['a\n  b', 'a b'],
    ] as const)
        it(`${JSON.stringify(body)} is "${text}"`, () => assert.equal(answerText(body), text));

    it('are kept short', () => assert.ok(answerText('x'.repeat(5000)).length <= 301));
});
