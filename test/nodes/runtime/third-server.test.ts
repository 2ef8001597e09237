import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { MASK } from '../../../lib/admin/dialogs/connection';
import type { Probe } from '../../../lib/admin/dialogs/wire';
import { bambuddyServer } from '../../../lib/clients/bambuddy/server-kind';
import { closedBy, type ServerKind } from '../../../lib/clients/server-kind';
import { SERVER_KINDS } from '../../../lib/clients/server-kinds';
import { Http } from '../../../lib/http/http';
import type { NodeAPI } from '../../../nodes/runtime/node-red';
import { editorRoutes } from '../../../nodes/runtime/dialog-routes/dialog-routes';
import { BambuddySimulator } from '../../simulators/bambuddy';

const EXPIRED = 'expired-access-token';
const RENEWED = 'renewed-access-token';

/** A cloud that nothing in `lib` or `nodes` knows of: all there is of it is in this file. It tells no version. */
function marketServer(usualAddress: string): ServerKind {
    const traits = {
        label: 'Market',
        secret: 'access token',
        apiPath: '',
        forbidden: { text: 'Is the app still allowed to see the stores? Log in again.', unknownSecret: true },
    };
    return {
        ...traits,
        id: 'market',
        node: { type: 'market-account', secret: 'accessToken', connection: ['url', 'timeout'] },
        usualAddress,
        needsSecret: true,
        rightsOf: 'user',
        isLinkedTo: false,
        async test({ address, secret, texts, timeoutMs, insecure }, findings, signal) {
            const http = new Http({
                server: traits,
                baseUrl: address,
                headers: { Authorization: `Bearer ${secret}` },
                secrets: [secret],
                timeoutMs,
                insecure,
            });
            const look = () => closedBy(signal, http).request('GET', `/${texts['account']}/stores`, { signal });
            const answer = await findings.check('market', look, 'Log in again.');
            if (answer === undefined) return;
            const stores = answer.body as string[];
            findings.ok('market', `The token sees the stores ${stores.join(', ')}`, 'market', { total: stores.length });
        },
    };
}

describe('a kind of server that the package does not know', () => {
    const bambuddy = new BambuddySimulator();
    const asked: (string | undefined)[] = [];
    let cloud: Server;
    let admin: Server;
    let status = 200;
    let renewedSecret: string | undefined;

    const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    before(async () => {
        await bambuddy.listen();
        cloud = createServer((req, res) => {
            asked.push(req.headers.authorization);
            const isKnown = req.headers.authorization === `Bearer ${RENEWED}` && req.url === '/7/stores';
            res.writeHead(isKnown ? status : 401, { 'content-type': 'application/json' });
            res.end(isKnown && status === 200 ? '["North","South"]' : '{"detail":"no"}');
        }).listen(0, '127.0.0.1');
        await once(cloud, 'listening');
        const saved = { id: 'm', type: 'market-account', url: '', account: '7' };
        const app = express();
        app.use(express.json());
        const RED = {
            httpAdmin: app,
            auth: { needsPermission: () => (_req: unknown, _res: unknown, next: () => void) => next() },
            log: { error: (error: unknown) => assert.fail(String(error)) },
            nodes: {
                eachNode: (each: (node: object) => void) => each(saved),
                getCredentials: () => ({ accessToken: EXPIRED }),
                getNode: () => ({
                    ...saved,
                    client: { address: urlOf(cloud) },
                    credentials: { accessToken: EXPIRED },
                    ...(renewedSecret === undefined ? {} : { renewedSecret }),
                }),
            },
        };
        editorRoutes(RED as unknown as NodeAPI, [...SERVER_KINDS, marketServer(urlOf(cloud))]);
        admin = app.listen(0, '127.0.0.1');
        await once(admin, 'listening');
    });
    after(async () => {
        await bambuddy.close();
        for (const server of [cloud, admin]) {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        }
    });
    beforeEach(() => {
        status = 200;
        renewedSecret = undefined;
        asked.splice(0);
    });

    async function test(kind: string, body: object): Promise<Probe> {
        const response = await fetch(`${urlOf(admin)}/print-to-stock/test/${kind}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
        });
        assert.equal(response.status, 200);
        return (await response.json()) as Probe;
    }

    it('has its test in the dialog, which asks for what it says: no version, its stores, its usual address', async () => {
        const answer = await test('market', { account: '7', secret: RENEWED });
        assert.equal(answer.ok, true, JSON.stringify(answer.problem));
        assert.equal(answer.server, null);
        assert.equal(answer.address, urlOf(cloud));
        assert.deepEqual(
            answer.checks.map(({ name, values }) => [name, values['total']]),
            [['market', 2]],
        );
        assert.deepEqual(asked, [`Bearer ${RENEWED}`]);
    });

    it('is tested with the token that came in the place of the stored one', async () => {
        const before = await test('market', { id: 'm', account: '7', secret: MASK });
        assert.equal(before.problem?.kind, 'unauthorized');
        renewedSecret = RENEWED;
        assert.equal((await test('market', { id: 'm', account: '7', secret: MASK })).ok, true);
    });

    it('keeps its stored token to its own address', async () => {
        renewedSecret = RENEWED;
        const answer = await test('market', { id: 'm', url: bambuddy.url, account: '7', secret: MASK });
        assert.equal(answer.problem?.kind, 'secretAgain');
        assert.deepEqual(asked, []);
    });

    it('is not asked without a secret', async () => {
        assert.equal((await test('market', { account: '7', secret: '' })).problem?.kind, 'noSecret');
        assert.deepEqual(asked, []);
    });

    it('says in its own words what a 403 means, and what its secret is called', async () => {
        status = 403;
        const { problem } = await test('market', { account: '7', secret: RENEWED });
        assert.equal(problem?.kind, 'unauthorized');
        assert.equal(problem.values['server'], 'Market');
        assert.equal(problem.values['secret'], 'access token');
        assert.match(problem.message, /^Market \(.*\) answered 403 .*Log in again\.$/);
    });

    it('stands beside those that the package knows: they recognise one another, and nobody takes it for one of them', async () => {
        const known = await test('bambuddy', { url: bambuddy.url, secret: bambuddy.apiKey });
        assert.equal(known.server?.name, 'Bambuddy');
        const swapped = await test('inventree', { url: bambuddy.url, secret: 'x' });
        assert.equal(swapped.problem?.values['found'], bambuddyServer.label);
        const other = await test('bambuddy', { url: urlOf(cloud), secret: 'x' });
        assert.equal(other.problem?.kind, 'unauthorized');
    });
});
