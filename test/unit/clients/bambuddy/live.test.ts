import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { BambuddyClient } from '../../../../lib/clients/bambuddy/client';
import { Live, PACE, pauseAfter, type LivePace } from '../../../../lib/clients/bambuddy/live';
import { recordingsRoot } from '../../../contract/recordings';
import { BambuddySimulator } from '../../../simulators/bambuddy';
import type { ServerEvent } from '../../../simulators/bambuddy/events';
import { pause, until } from '../../flow';

/** Quicker than in earnest, without chance (a pause is as long as its bound), and of lengths that nothing else waits. */
const QUICK: LivePace = { firstWaitMs: 5.25, longestWaitMs: 40.25, goodMs: 10_000, pingMs: 60_000, random: () => 1 };

describe('the listener to live events', () => {
    let server: BambuddySimulator;
    let client: BambuddyClient;
    let live: Live;
    let heard: string[];
    let connections: number;
    /** what was waited for, in milliseconds, by anybody in this process */
    let waits: number[];
    const realTimeout = globalThis.setTimeout;

    beforeEach(() => {
        waits = [];
        const recording = (run: () => void, ms = 0, ...rest: []): NodeJS.Timeout => {
            waits.push(ms);
            return realTimeout(run, ms, ...rest);
        };
        globalThis.setTimeout = Object.assign(recording, realTimeout);
    });
    afterEach(async () => {
        globalThis.setTimeout = realTimeout;
        live.close();
        client.close();
        await server.close();
    });

    async function open(options: { auth?: boolean; apiKey?: string; pace?: Partial<LivePace> } = {}): Promise<void> {
        server = new BambuddySimulator({ auth: options.auth });
        await server.listen();
        client = new BambuddyClient({
            url: server.url,
            webUrl: '',
            apiKey: options.apiKey ?? (options.auth === false ? '' : server.apiKey),
            prefix: 'bambuddy',
            timeout: 5,
            insecure: false,
        });
        [heard, connections] = [[], 0];
        live = new Live(
            client,
            {
                finished: (archiveId, status) => void heard.push(`${archiveId} ${status}`),
                connected: () => void connections++,
            },
            { ...QUICK, ...options.pace },
        );
    }

    async function connected(times = 1): Promise<void> {
        if (times === 1) live.start();
        await until(`${times} connections`, () => connections >= times && server.events.connected > 0);
    }

    /** Sends what no Bambuddy sends. */
    function say(message: string | Buffer): void {
        for (const socket of server.events.clients) socket.send(message);
    }

    /** What was sent so far has arrived. */
    async function arrived(): Promise<void> {
        const before = heard.length;
        const id = 900_000 + before;
        server.events.emit({ type: 'archive_updated', data: { id, status: 'completed' } });
        await until('the event', () => heard.includes(`${id} completed`));
        heard = heard.filter((text) => text !== `${id} completed`);
    }

    const tokens = (): number => server.count('POST', /ws-token$/);

    it('tells of every archive that has ended, and of nothing else', async () => {
        await open();
        await connected();
        const { archiveId } = server.start({ name: 'Bracket' });
        server.finish(archiveId);
        server.finish(server.start().archiveId, { status: 'failed' });
        server.finish(server.start().archiveId, { status: 'aborted' });
        server.finish(server.start().archiveId, { status: 'cancelled' });
        server.addPhoto(archiveId, 'finish.jpg', Buffer.from('jpeg'));
        server.start({ archive: archiveId });
        await arrived();
        assert.deepEqual(heard, ['1 completed', '2 failed', '3 aborted', '4 cancelled']);
    });

    it('tells what each printer does, which archive its job is of, and that the connection is gone', async () => {
        await open();
        const told: string[] = [];
        live.close();
        live = new Live(
            client,
            {
                finished: (archiveId, status) => void heard.push(`${archiveId} ${status}`),
                connected: () => void connections++,
                printer: (id, { phase, job, percent }) => void told.push(`${id} ${phase} ${job} ${percent}`),
                begun: (archiveId, printerId) => void told.push(`archive ${archiveId} of ${printerId}`),
                lost: () => void told.push('lost'),
            },
            QUICK,
        );
        server.addPrinter({ name: 'P1S' });
        await connected();
        const { archiveId } = server.start({ name: 'Bracket' });
        server.progress(archiveId, { percent: 20 });
        server.finish(archiveId);
        server.finish(server.start({ archive: archiveId }).archiveId);
        for (const data of [null, 'none', 7, []])
            say(JSON.stringify({ type: 'printer_status', printer_id: 'x', data }));
        say(JSON.stringify({ type: 'archive_created', data: null }));
        await arrived();
        const job = [
            '1 preparing Bracket 0',
            '1 printing Bracket 0',
            'archive 1 of 1',
            '1 printing Bracket 20',
            '1 finished Bracket 100',
            '1 finished Bracket 100',
        ];
        const again = job.filter((text) => text !== '1 printing Bracket 20');
        assert.deepEqual(told, ['1 idle null 0', ...job, ...again.with(2, 'archive 1 of null')]);
        assert.deepEqual(heard, ['1 completed', '1 completed']);
        server.events.disconnect(1012);
        await connected(2);
        assert.equal(told.filter((text) => text === 'lost').length, 1);
    });

    it('needs no token where authentication is off, and asks for none', async () => {
        await open({ auth: false });
        await connected();
        await arrived();
        assert.equal(tokens(), 0);
    });

    it('gets a token of its own for every connection', async () => {
        await open();
        await connected();
        server.access.expireTokens();
        server.events.disconnect(1012);
        await connected(2);
        assert.equal(tokens(), 2);
        await arrived();
    });

    for (const [what, code] of [
        ['a restart of the server (1012)', 1012],
        ['a line that tears', null],
    ] as const)
        it(`is back after ${what}, and says so once`, async () => {
            await open();
            await connected();
            server.events.disconnect(code);
            await connected(2);
            await arrived();
            await pause(60);
            assert.equal(connections, 2);
            assert.equal(server.events.connected, 1);
        });

    it('is back after a server that was away', async () => {
        await open();
        await connected();
        server.down = true;
        server.events.disconnect(null);
        await pause(100);
        assert.equal(live.isConnected, false);
        server.down = false;
        await connected(2);
        await arrived();
    });

    describe('refused', () => {
        /** The pauses of a listener, by its pace. */
        const pauses = (pace: LivePace = QUICK): number[] => {
            const lengths = new Set(Array.from({ length: 20 }, (_, n) => pauseAfter(n, pace)));
            return waits.filter((ms) => lengths.has(ms));
        };

        /** Before each attempt but the first it waits, longer each time. */
        async function slowly(attempts: number, count: () => number): Promise<void> {
            live.start();
            await until(`${attempts} attempts`, () => count() >= attempts);
            const expected = Array.from({ length: attempts - 1 }, (_, n) => pauseAfter(n, QUICK));
            assert.deepEqual(pauses().slice(0, attempts - 1), expected);
        }

        it('at the handshake (403), it tries again after growing pauses: no storm', async () => {
            await open();
            server.events.refuse = true;
            await slowly(8, tokens);
            assert.equal(connections, 0);
            server.events.refuse = false;
            await until('the connection', () => connections === 1);
        });

        it('a token (403: the key may not read), just so', async () => {
            await open();
            const key = server.addKey({ canReadStatus: false });
            client.close();
            client = new BambuddyClient({
                url: server.url,
                webUrl: '',
                apiKey: key,
                prefix: 'bambuddy',
                timeout: 5,
                insecure: false,
            });
            live = new Live(client, { finished: () => undefined, connected: () => void connections++ }, QUICK);
            await slowly(8, tokens);
        });

        it('by a server that closes every connection at once, just so', async () => {
            await open();
            const kicking = setInterval(() => server.events.disconnect(1012), 1);
            await slowly(6, () => connections).finally(() => clearInterval(kicking));
        });

        it('through a whole night, tries fewer than 210 times, the first time within a second', async () => {
            await open();
            const shortest = { ...PACE, random: () => 0 };
            let attempts = 0;
            for (let passed = 0; passed < 8 * 3600_000; attempts++) passed += pauseAfter(attempts, shortest);
            assert.ok(attempts < 210, `${attempts} attempts`);
            const longest = { ...PACE, random: () => 1 };
            assert.equal(pauseAfter(0, longest), 1000);
            assert.equal(pauseAfter(1_000_000, longest), 5 * 60_000);
        });

        it('a connection that stood well makes the next pause short again', async () => {
            const pace = { ...QUICK, firstWaitMs: 2.25, longestWaitMs: 60_000, goodMs: 50 };
            await open({ pace });
            server.events.refuse = true;
            live.start();
            await until('some attempts', () => tokens() >= 9);
            server.events.refuse = false;
            await until('the connection', () => connections === 1);
            await pause(100);
            const before = pauses(pace).length;
            assert.ok(before >= 8);
            server.events.disconnect(1012);
            await until('the next', () => connections === 2);
            // not a second, as the next one would have been
            assert.deepEqual(pauses(pace).slice(before), [pauseAfter(0, pace)]);
        });
    });

    describe('receiving nonsense', () => {
        const nonsense: [string, string | Buffer][] = [
            ['no JSON', 'hello {'],
            ['an empty message', ''],
            ['bytes', Buffer.from([0, 255, 254, 1, 2, 3])],
            [
                'bytes that are no UTF-8, in JSON',
                Buffer.from('{"type":"archive_updated","data":{"id":7,"status":"\xff"}}', 'latin1'),
            ],
            ['null', 'null'],
            ['an array', '[{"type":"archive_updated","data":{"id":7,"status":"completed"}}]'],
            ['a number', '42'],
            ['a text', '"archive_updated"'],
            ['true', 'true'],
            ['no data', '{"type":"archive_updated"}'],
            ['data that is null', '{"type":"archive_updated","data":null}'],
            ['data that is a text', '{"type":"archive_updated","data":"7 completed"}'],
            ['data that is an array', '{"type":"archive_updated","data":[7,"completed"]}'],
            ['an id that is a text', '{"type":"archive_updated","data":{"id":"7","status":"completed"}}'],
            ['an id of no archive', '{"type":"archive_updated","data":{"id":-7,"status":"completed"}}'],
            ['an id that is no whole number', '{"type":"archive_updated","data":{"id":7.5,"status":"completed"}}'],
            ['an id beyond all numbers', '{"type":"archive_updated","data":{"id":1e300,"status":"completed"}}'],
            ['a status that is a number', '{"type":"archive_updated","data":{"id":7,"status":1}}'],
            ['a status nobody knows', '{"type":"archive_updated","data":{"id":7,"status":"constructor"}}'],
            ['a type that is an object', '{"type":{},"data":{"id":7,"status":"completed"}}'],
            ['another prototype', '{"__proto__":{"type":"archive_updated","data":{"id":7,"status":"completed"}}}'],
            ['JSON nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
            [
                'a million characters',
                JSON.stringify({ type: 'archive_updated', data: { id: 7, status: 'x'.repeat(1e6) } }),
            ],
        ];

        it('it goes on listening on the same connection', async () => {
            await open();
            await connected();
            for (const [, message] of nonsense) say(message);
            await arrived();
            assert.deepEqual(heard, []);
            assert.equal(connections, 1);
        });

        it('a message of 20 MB ends the connection, and the next is made', async () => {
            await open();
            await connected();
            say(Buffer.alloc(20 * 1024 * 1024, '['));
            await connected(2);
            await arrived();
        });
    });

    describe('silence', () => {
        it('leads to a ping; a server that answers keeps its connection', async () => {
            await open({ pace: { pingMs: 250 } });
            await connected();
            await pause(800);
            assert.equal(connections, 1);
            assert.equal(server.events.connected, 1);
        });

        it('without an answer is the end of the connection, and the next is made', async () => {
            await open({ pace: { pingMs: 100 } });
            await connected();
            const [socket] = server.events.clients;
            // the other end hears nothing any more, and nobody says so: a cable was pulled
            socket!.removeAllListeners('message');
            await connected(2);
            await arrived();
        });
    });

    describe('closed', () => {
        const handles = (): number =>
            process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'TCPSocketWrap').length;

        it('leaves no timer and no socket behind, and is silent from then on', async () => {
            await new Promise((resolve) => setImmediate(resolve));
            const before = handles();
            await open();
            await connected();
            live.close();
            await until('its socket to go', () => server.events.connected === 0);
            client.close();
            await pause(60);
            assert.equal(tokens(), 1);
            assert.equal(connections, 1);
            await server.close();
            await pause(20);
            // this very timer is over
            await new Promise((resolve) => setImmediate(resolve));
            assert.ok(handles() <= before, process.getActiveResourcesInfo().join());
            server = new BambuddySimulator();
            await server.listen();
        });

        it('while it waits for its next attempt, makes none', async () => {
            await open({ pace: { firstWaitMs: 30 } });
            server.events.refuse = true;
            live.start();
            await until('the first attempt', () => tokens() === 1);
            await pause(10);
            live.close();
            await pause(100);
            assert.equal(tokens(), 1);
        });

        it('in the middle of an attempt, opens no socket', async () => {
            await open();
            server.latencyMs = 50;
            live.start();
            await until('the attempt', () => tokens() === 1);
            live.close();
            await pause(120);
            assert.equal(connections, 0);
            assert.equal(server.events.connected, 0);
        });

        it('in the middle of a handshake, throws at nobody', async () => {
            await open();
            const held = holdUpgrades(server);
            live.start();
            await until('the handshake', () => held.length > 0);
            live.close();
            await pause(50);
            assert.equal(connections, 0);
            for (const socket of held) socket.destroy();
        });
    });

    describe('with what a real server sent', () => {
        const timeline = join(recordingsRoot, 'bambuddy/events/timeline.jsonl');

        it('hears each archive that ended, and no other message troubles it', async function () {
            if (!existsSync(timeline)) {
                console.log(`        skipped: no recordings in ${recordingsRoot}`);
                return this.skip();
            }
            const messages = readFileSync(timeline, 'utf8')
                .split('\n')
                .filter(Boolean)
                .map((line) => JSON.parse(line) as { ch: string; msg?: ServerEvent })
                .filter(({ ch, msg }) => ch === 'ws' && msg !== undefined)
                .map(({ msg }) => JSON.stringify(msg));
            assert.ok(messages.length > 50, `${messages.length} messages`);
            await open();
            await connected();
            for (const message of messages) say(message);
            await arrived();
            assert.deepEqual(heard, [
                '35 completed',
                '36 failed',
                '37 aborted',
                '38 completed',
                '39 completed',
                '40 completed',
                '41 cancelled',
                '35 completed',
                '47 completed',
            ]);
            assert.equal(connections, 1);
        });
    });
});

/** From now on a handshake is never answered. */
function holdUpgrades(server: BambuddySimulator): Duplex[] {
    const held: Duplex[] = [];
    const http = (server as unknown as { server: Server }).server;
    http.removeAllListeners('upgrade');
    http.on('upgrade', (_request, socket: Duplex) => void held.push(socket.on('error', () => undefined)));
    return held;
}
