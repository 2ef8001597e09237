import assert from 'node:assert/strict';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { connectionOf, targetOf } from '../../../../lib/admin/dialogs/connection';
import { probe } from '../../../../lib/admin/dialogs/probe';
import type { Probe } from '../../../../lib/admin/dialogs/wire';
import { problemOf, PROBLEM_KINDS } from '../../../../lib/admin/dialogs/problem';
import { networkFailure } from '../../../../lib/http/failure';
import { bambuddyServer } from '../../../../lib/clients/bambuddy/server-kind';
import { BAMBUDDY } from '../../../../lib/clients/bambuddy/server-traits';
import { inventreeServer } from '../../../../lib/clients/inventree/server-kind';
import type { ServerKind } from '../../../../lib/clients/server-kind';
import { freePort } from '../../../harness/node-red';
import { selfSigned } from '../../../harness/self-signed';
import { sharedTexts, textAt } from '../../../nodes/texts';
import { BambuddySimulator } from '../../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../../simulators/inventree';

const CANARY = 'canary-8d1f0b7a-secret';
const gone = new AbortController().signal;

function test(server: ServerKind, url: string, more: Record<string, unknown> = {}): Promise<Probe> {
    return probe(targetOf(server, connectionOf({ url, secret: CANARY, timeout: 5, ...more }), null), gone);
}

describe('the test of a connection', () => {
    const bambuddy = new BambuddySimulator();
    const inventree = new InvenTreeSimulator();
    const servers: Server[] = [];
    /** all that strangers were sent */
    const heard: string[] = [];

    before(() => Promise.all([bambuddy.listen(), inventree.listen()]));
    after(() => Promise.all([bambuddy.close(), inventree.close()]));
    afterEach(async () => {
        for (const server of servers.splice(0)) {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        }
        heard.splice(0);
        bambuddy.interfere = inventree.interfere = undefined;
    });

    async function serve(listener: RequestListener, secure = false): Promise<string> {
        const keep: RequestListener = (req, res) => {
            heard.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)}`);
            void listener(req, res);
        };
        const server = secure ? https.createServer(selfSigned, keep) : http.createServer(keep);
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    const kind = async (asked: Promise<Probe>): Promise<string | undefined> => {
        const answer = await asked;
        assert.ok(!JSON.stringify(answer).includes(CANARY), JSON.stringify(answer));
        return answer.problem?.kind;
    };

    it('tells Bambuddy’s version and what its key may', async () => {
        const answer = await test(bambuddyServer, bambuddy.url, { secret: bambuddy.apiKey });
        assert.equal(answer.ok, true);
        assert.equal(answer.problem, null);
        assert.deepEqual(answer.server, { name: 'Bambuddy', version: '1.2.5.2' });
        assert.deepEqual(
            answer.checks.map(({ key }) => key),
            ['bambuddy', 'readLog', 'canWrite'],
        );
    });

    it('tells InvenTree’s version, the user and what that may', async () => {
        const answer = await test(inventreeServer, inventree.url, { secret: inventree.token });
        assert.equal(answer.ok, true);
        assert.equal(answer.server?.api, 479);
        assert.deepEqual(
            answer.checks.map(({ key }) => key),
            ['inventree', 'user', 'rights', 'tokenUntil'],
        );
        assert.equal(answer.checks[1]?.values['user'], 'writer');
    });

    it('tells a key that cannot write, as advice', async () => {
        const answer = await test(bambuddyServer, bambuddy.url, { secret: bambuddy.readOnlyKey });
        assert.equal(answer.problem?.kind, 'cannotWrite');
        assert.equal(answer.ok, true);
    });

    it('tells which rights a user lacks', async () => {
        const answer = await test(inventreeServer, inventree.url, { secret: inventree.readerToken });
        assert.equal(answer.ok, false);
        assert.equal(answer.problem?.kind, 'rights');
        assert.match(String(answer.problem?.values['missing']), /Parts: add, change/);
    });

    it('tells a secret that is refused, and one that is missing', async () => {
        assert.equal(await kind(test(bambuddyServer, bambuddy.url)), 'unauthorized');
        assert.equal(await kind(test(inventreeServer, inventree.url)), 'unauthorized');
        assert.equal(await kind(test(bambuddyServer, bambuddy.url, { secret: '' })), 'noSecret');
        assert.equal(await kind(test(inventreeServer, inventree.url, { secret: '' })), 'noSecret');
    });

    it('tells the one server from the other', async () => {
        const ofBambuddy = await test(inventreeServer, bambuddy.url);
        assert.equal(ofBambuddy.problem?.kind, 'swapped');
        assert.equal(ofBambuddy.problem?.values['found'], 'Bambuddy');
        assert.equal(await kind(test(bambuddyServer, inventree.url)), 'swapped');
    });

    it('tells that nobody listens, and that the host is unknown', async () => {
        assert.equal(await kind(test(bambuddyServer, `http://127.0.0.1:${await freePort()}`)), 'refused');
        assert.equal(await kind(test(bambuddyServer, 'http://nowhere.invalid:8000')), 'dns');
    });

    it('tells http from https, both ways', async () => {
        const secure = await serve((_req, res) => res.end('{}'), true);
        assert.equal(await kind(test(inventreeServer, secure.replace('https:', 'http:'))), 'schemeHttps');
        assert.equal(await kind(test(inventreeServer, inventree.url.replace('http:', 'https:'))), 'schemeHttp');
        assert.deepEqual(heard, []);
    });

    it('tells an http address of a proxy that speaks https, by its words', async () => {
        const plain = await serve((_req, res) => void res.writeHead(400).end('<html>nope</html>'));
        assert.equal(await kind(test(inventreeServer, plain)), 'wrongServer');
    });

    it('tells a certificate that nobody vouches for, and takes it where that is wanted', async () => {
        const secure = await serve((_req, res) => {
            res.setHeader('content-type', 'application/json');
            res.end(JSON.stringify({ version: '1.2.5.2', items: [], total: 0 }));
        }, true);
        const answer = await test(bambuddyServer, secure);
        assert.equal(answer.problem?.kind, 'certificate');
        assert.match(String(answer.problem.values['code']), /SELF_SIGNED/);
        assert.deepEqual(heard, []);
        assert.equal((await test(bambuddyServer, secure, { insecure: true })).server?.version, '1.2.5.2');
    });

    it('tells a certificate that is too old, or of another host', () => {
        const place = {
            server: BAMBUDDY,
            baseUrl: 'https://a.lan',
            proxy: null,
            where: 'GET /',
            redact: (text: string) => text,
            request: 'GET /',
            beside: false,
        } as const;
        const of = (code: string, text: string) => {
            const error = Object.assign(new Error(text), { code });
            return problemOf(networkFailure(error, { ...place, timeoutMs: undefined, write: false }), {});
        };
        assert.equal(of('CERT_HAS_EXPIRED', 'certificate has expired').kind, 'certificateExpired');
        const other = of(
            'ERR_TLS_CERT_ALTNAME_INVALID',
            "Hostname/IP does not match certificate's altnames: Host: a.lan. is not in the cert's altnames: DNS:b.lan, DNS:*.c.lan",
        );
        assert.equal(other.kind, 'certificateHost');
        assert.equal(other.values['names'], 'b.lan, *.c.lan');
    });

    it('tells a web page, and sends it no secret', async () => {
        const page = await serve((_req, res) => {
            res.setHeader('content-type', 'text/html');
            res.end('<!doctype html><title>Sign in</title>');
        });
        const answer = await test(inventreeServer, page);
        assert.equal(answer.problem?.kind, 'html');
        assert.match(String(answer.problem.values['title']), /Sign in/);
        assert.ok(heard.length > 0);
        assert.ok(!heard.join().includes(CANARY));
    });

    it('tells where it is sent on to, and does not go there', async () => {
        const other = await serve((_req, res) => res.end('{}'));
        const redirect = await serve(
            (_req, res) => void res.writeHead(302, { location: `${other}/login?next=x` }).end(),
        );
        const answer = await test(bambuddyServer, redirect);
        assert.equal(answer.problem?.kind, 'redirect');
        assert.equal(answer.problem.values['to'], `${other}/login`);
        assert.ok(!heard.join().includes(CANARY));
        assert.ok(heard.every((line) => !line.includes('/login')));
    });

    it('tells the address where the server is below another path', async () => {
        const answer = await test(inventreeServer, `${inventree.url}/wrong`);
        assert.equal(answer.problem?.kind, 'wrongPath');
        assert.equal(answer.problem.values['address'], inventree.url);
    });

    it('tells a version that is too old', async () => {
        const old = await serve((_req, res) => {
            res.setHeader('content-type', 'application/json');
            res.end(JSON.stringify({ server: 'InvenTree', version: '0.12.0', apiVersion: 110 }));
        });
        assert.equal(await kind(test(inventreeServer, old)), 'tooOld');
        assert.ok(!heard.join().includes(CANARY));
    });

    it('tells a server that cannot serve just now', async () => {
        inventree.interfere = () => ({ at: 'before', kind: 503 });
        assert.equal(await kind(test(inventreeServer, inventree.url)), 'unavailable');
    });

    it('answers in time where the server never does, and ends what it began', async () => {
        inventree.interfere = ({ url }) => (url === '/api/' ? undefined : { at: 'before', kind: 'hang' });
        const answer = await test(inventreeServer, inventree.url, { secret: inventree.token, timeout: 1 });
        assert.equal(answer.problem?.kind, 'timeout');
        assert.equal(answer.server?.name, 'InvenTree');
    });

    it('a host without a dot works, and is told as advice', async () => {
        const answer = await test(bambuddyServer, bambuddy.url, {
            secret: bambuddy.apiKey,
            webUrl: 'http://bambuddy:8000',
        });
        assert.equal(answer.ok, true);
        assert.equal(answer.problem?.kind, 'singleLabel');
        assert.equal(answer.problem.values['host'], 'bambuddy:8000');
    });

    it('repeats no secret that a server says back, not in part either', async () => {
        for (const before of [0, 285, 295]) {
            const echo = await serve((req, res) => {
                const body = { detail: `${'x'.repeat(before)}${JSON.stringify(req.headers)}`, version: '1' };
                res.writeHead(req.url === '/api/v1/updates/version' ? 200 : 422, {
                    'content-type': 'application/json',
                });
                res.end(JSON.stringify(body));
            });
            const answer = JSON.stringify(await test(bambuddyServer, echo));
            assert.ok(heard.join().includes(CANARY), 'the server was told');
            assert.ok(!answer.includes(CANARY.slice(0, 8)), answer);
        }
    });

    it('has a text for each kind of problem, and for what to do', () => {
        const texts = sharedTexts();
        for (const kind of PROBLEM_KINDS) {
            assert.ok(textAt(texts, `print-to-stock.problem.${kind}`), kind);
            assert.ok(textAt(texts, `print-to-stock.whatToDo.${kind}`), kind);
        }
    });
});
