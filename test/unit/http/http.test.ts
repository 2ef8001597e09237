import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import {
    AuthError,
    ClosedError,
    ConfigError,
    Failure,
    RejectedError,
    UnavailableError,
} from '../../../lib/http/errors';
import { answerText, retryAfter } from '../../../lib/http/failure';
import { Http, type RequestOptions } from '../../../lib/http/http';

const CANARY = 'canary-9f8e7d/+=';

function retryOf(error: Failure): number {
    assert.ok(error instanceof UnavailableError);
    return error.retryAfterMs ?? NaN;
}

describe('the way to a server', () => {
    let server: Server;
    let url: string;
    let handle: (req: IncomingMessage, res: ServerResponse) => void;
    let http: Http;
    const seen: { headers: IncomingMessage['headers']; url: string }[] = [];

    const client = (baseUrl = url, timeoutMs = 5000): Http =>
        new Http({
            server: 'InvenTree',
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

    for (const [status, Kind] of [
        [400, RejectedError],
        [404, RejectedError],
        [409, RejectedError],
        [422, RejectedError],
        [401, AuthError],
        [403, AuthError],
        [408, UnavailableError],
        [425, UnavailableError],
        [429, UnavailableError],
        [500, UnavailableError],
        [502, UnavailableError],
        [503, UnavailableError],
        [301, ConfigError],
        [302, ConfigError],
        [307, ConfigError],
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
        assert.equal((await http.request('GET', '/', { accept: [404] })).status, 404);
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

    it('a web page instead of JSON is a wrong address', async () => {
        answers(200, '<!doctype html><title>Router</title>', { 'content-type': 'text/html; charset=utf-8' });
        const error = await failure();
        assert.ok(error instanceof ConfigError);
        assert.equal(error.setting, 'url');
        assert.match(error.message, /text\/html/);
        assert.match(error.message, /Router/);
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
