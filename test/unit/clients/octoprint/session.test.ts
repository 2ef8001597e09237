import assert from 'node:assert/strict';
import { OctoPrintClient } from '../../../../lib/clients/octoprint/client';
import { Session } from '../../../../lib/clients/octoprint/session';
import { pauseAfter } from '../../../../lib/concurrency/reconnect-backoff';
import { AuthError } from '../../../../lib/http/errors';
import { OctoPrintSimulator } from '../../../simulators/octoprint/simulator';
import { jsonAnswer } from '../../../simulators/simulator';
import { pause, until } from '../../flow';

/** Quicker than in earnest, and without chance. */
const QUICK = { firstWaitMs: 5, longestWaitMs: 40, goodMs: 10_000, pingMs: 60_000, random: () => 1 };

describe('the session on OctoPrint’s websocket', () => {
    let server: OctoPrintSimulator;
    let client: OctoPrintClient;
    let session: Session;
    let connections: number;
    let lost: (Error | null)[];
    let events: string[];
    /** connections that the server has greeted, let in or not */
    let greetings: number;

    afterEach(async () => {
        session.close();
        client.close();
        await server.close();
    });

    async function open(pace: Partial<typeof QUICK> = {}, interfere?: typeof server.interfere): Promise<void> {
        server = new OctoPrintSimulator();
        server.interfere = interfere;
        await server.listen();
        client = new OctoPrintClient({
            url: server.url,
            apiKey: server.apiKey,
            deviceIdentifier: '',
            snapshotUrl: '',
            prefix: 'octoprint',
            timeout: 5,
            insecure: false,
        });
        [connections, greetings, lost, events] = [0, 0, [], []];
        const listener = {
            message: (message: Record<string, unknown>) => {
                if ('connected' in message) greetings++;
                const event = message['event'] as { type: string } | undefined;
                if (event !== undefined) events.push(event.type);
            },
            connected: () => void connections++,
            lost: (error: Error | null) => void lost.push(error),
        };
        session = new Session(client, { events: ['PrintDone'], logs: '' }, listener, { ...QUICK, ...pace });
        session.start();
    }

    const connected = (times = 1): Promise<void> =>
        until(`${times} connections`, () => connections >= times && server.socket.members > 0);

    it('tells of the events that it asked for, and of no others', async () => {
        await open();
        await connected();
        await until('the subscription', () => server.socket.subscriptions.length === 1);
        server.socket.event('Upload', {});
        server.socket.event('PrintDone', {});
        await until('the event', () => events.length > 0);
        assert.deepEqual(events, ['PrintDone']);
    });

    it('is back after a line that tears, and says so once', async () => {
        await open();
        await connected();
        server.socket.disconnect();
        await connected(2);
        await pause(60);
        assert.equal(connections, 2);
        assert.equal(server.socket.members, 1);
        assert.deepEqual(lost, [null]);
    });

    it('is back after a server that was away, and tells why there was no connection', async () => {
        await open();
        await connected();
        server.down = true;
        server.socket.disconnect();
        await until('the failures', () => lost.length > 2);
        assert.equal(session.isConnected, false);
        assert.ok(lost.at(-1) instanceof Error);
        server.down = false;
        await connected(2);
        assert.equal(session.isConnected, true);
    });

    it('logs in anew on the same connection when OctoPrint ends its sessions', async () => {
        await open();
        await connected();
        server.socket.expire();
        await connected(2);
        assert.deepEqual([greetings, lost], [1, []]);
    });

    it('makes another connection when three sessions in a row are refused', async () => {
        await open();
        await connected();
        server.socket.refuseSessions = 4;
        server.socket.expire();
        await connected(2);
        assert.equal(greetings, 2);
        assert.equal(server.count('POST', /login$/), 6);
    });

    it('tells of a key that is refused, and waits as after five failures', async () => {
        const pace = { ...QUICK, firstWaitMs: 20.25, longestWaitMs: 60_000 };
        const waits: number[] = [];
        const realTimeout = globalThis.setTimeout;
        const recording = (run: () => void, ms = 0, ...rest: []): NodeJS.Timeout => {
            waits.push(ms);
            return realTimeout(run, ms, ...rest);
        };
        globalThis.setTimeout = Object.assign(recording, realTimeout);
        try {
            await open(pace, ({ url }) =>
                url.includes('/login') ? jsonAnswer(403, { error: 'no permission' }) : undefined,
            );
            await until('the refusal', () => lost.length > 0);
            assert.ok(lost[0] instanceof AuthError);
            await until('the pause', () => waits.includes(pauseAfter(5, pace)));
            assert.equal(waits.includes(pauseAfter(0, pace)), false);
        } finally {
            globalThis.setTimeout = realTimeout;
        }
    });

    it('stays with a server that says nothing and answers pings', async () => {
        await open({ pingMs: 25 });
        await connected();
        await pause(120);
        assert.deepEqual([greetings, session.isConnected], [1, true]);
    });
});
