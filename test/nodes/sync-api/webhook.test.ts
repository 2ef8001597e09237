import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { recordingsAvailable } from '../../contract/recordings';
import { projectRoot } from '../../harness/project';
import { pause, until } from '../fixture';
import { ALL } from '../flow';
import { SECRET, ServiceFixture, TOKEN } from './service-fixture';

const ENDED = { event: 'print_complete', title: 'Print Completed', printer: 'P1S', filename: 'Hook' };

describe("sync-api: Bambuddy's webhook", () => {
    const fixture = new ServiceFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    it('a print that ended is in stock soon after', async () => {
        await fixture.serve();
        await fixture.ask('poll');
        fixture.bambuddy.print();
        const reply = await fixture.hook(ENDED);
        assert.deepEqual([reply.status, reply.body], [202, { status: 'accepted' }]);
        await fixture.messages('out', 1);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    describe('the secret', () => {
        it('comes as a bearer or in X-Sync-Secret', async () => {
            await fixture.serve();
            const accepted: Record<string, string>[] = [
                { Authorization: `Bearer ${SECRET}` },
                { Authorization: `bearer  ${SECRET}` },
                { Authorization: '', 'X-Sync-Secret': SECRET },
                { Authorization: 'Bearer wrong', 'X-Sync-Secret': SECRET },
            ];
            for (const headers of accepted) assert.equal((await fixture.hook({}, headers)).status, 202);
        });

        it('anything else is 401 without detail, whatever is sent, and wakes nothing', async () => {
            await fixture.serve();
            await fixture.ask('poll');
            const { looks } = fixture;
            const refused: Record<string, string>[] = [
                { Authorization: '' },
                { Authorization: SECRET },
                { Authorization: `Basic ${Buffer.from(`x:${SECRET}`).toString('base64')}` },
                { Authorization: `Bearer ${SECRET}x` },
                { Authorization: `Bearer ${SECRET.slice(0, -1)}` },
                { Authorization: `Bearer ${SECRET.toUpperCase()}` },
                { Authorization: 'Bearer ' },
                { Authorization: 'Bearer undefined', 'X-Sync-Secret': '' },
                { Authorization: `Bearer ${TOKEN}`, 'X-Service-Token': TOKEN },
            ];
            for (const headers of refused) {
                for (const body of [JSON.stringify(ENDED), 'garbage', '']) {
                    const reply = await fixture.hook(body, headers);
                    assert.deepEqual([reply.status, reply.body], [401, { detail: 'Unauthorized' }]);
                }
            }
            assert.equal(fixture.looks, looks);
        });

        it('with an umlaut is the same in UTF-8', async () => {
            fixture.secrets.push('schlüssel-4711');
            await fixture.serve(ALL, {}, { serviceToken: TOKEN, webhookSecret: 'schlüssel-4711' });
            const utf8 = Buffer.from('Bearer schlüssel-4711').toString('latin1');
            // in one piece with a text Node's client would write the header in UTF-8 once more
            assert.equal((await fixture.hook(Buffer.from('{}'), { Authorization: utf8 })).status, 202);
        });

        it('where none is set everybody may send one, and the status says so', async () => {
            await fixture.serve(ALL, {}, { serviceToken: TOKEN });
            assert.equal((await fixture.hook(ENDED, { Authorization: '' })).status, 202);
            assert.equal(fixture.status('api'), 'yellow dot no webhook secret');
        });
    });

    describe('what is sent', () => {
        const BAD: [string, number, string | Buffer, Record<string, string>][] = [
            ['no JSON', 400, '{"event": "print_complete"', {}],
            ['nothing', 400, '', {}],
            ['a list', 400, '[1]', {}],
            ['a number', 400, '1', {}],
            ['null', 400, 'null', {}],
            ['invalid UTF-8', 400, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), {}],
            ['a JSON bomb, closed', 400, `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, {}],
            ['a JSON bomb, open', 400, '{"a":'.repeat(900_000), {}],
            ['a JSON bomb, wide', 400, `{"a":[${'[],'.repeat(1_500_000)}1]}`, {}],
            ['a form', 415, 'event=print_complete', { 'Content-Type': 'application/x-www-form-urlencoded' }],
            ['text', 415, JSON.stringify(ENDED), { 'Content-Type': 'text/plain' }],
            ['no type', 415, JSON.stringify(ENDED), { 'Content-Type': '' }],
            ['another charset', 415, JSON.stringify(ENDED), { 'Content-Type': 'application/json; charset=utf-16' }],
            ['compressed', 415, JSON.stringify(ENDED), { 'Content-Encoding': 'gzip' }],
            ['20 MB', 413, `{"image":"${'x'.repeat(20 * 1024 * 1024)}"}`, {}],
            ['a byte more than 5 MB', 413, `{"a":"${'x'.repeat(5 * 1024 * 1024 - 7)}"}`, {}],
        ];
        for (const [what, status, body, headers] of BAD) {
            it(`${what} is ${status}`, async () => {
                await fixture.serve();
                // what the deploy itself asks for is over
                await fixture.ask('poll');
                const { looks } = fixture;
                const reply = await fixture.hook(body, headers);
                assert.equal(reply.status, status);
                assert.equal(typeof reply.body['detail'], 'string');
                assert.equal(fixture.looks, looks);
                assert.equal((await fixture.hook(ENDED)).status, 202);
            });
        }

        it('5 MB is taken; brackets and quotes in texts are no bomb', async () => {
            await fixture.serve();
            assert.equal((await fixture.hook(`{"a":"${'x'.repeat(5 * 1024 * 1024 - 8)}"}`)).status, 202);
            assert.equal(
                (await fixture.hook({ message: `${'[{,'.repeat(20_000)}\\"\\\\"`, title: '"[[[' })).status,
                202,
            );
        });

        it('20 MB in pieces, of a size nobody told, is 413', async () => {
            await fixture.serve();
            const { port } = new URL(fixture.url);
            const status = await new Promise<string>((resolve, reject) => {
                const socket = connect(Number(port), '127.0.0.1');
                let warning = '';
                socket.on('data', (chunk) => {
                    warning += chunk.toString();
                    resolve(warning.split('\r\n')[0]!);
                    socket.destroy();
                });
                socket.on('error', reject);
                socket.write(
                    'POST /print-to-stock/webhooks/bambuddy HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
                        `Authorization: Bearer ${SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n`,
                );
                for (let n = 0; n < 20; n++) socket.write(`100000\r\n${'x'.repeat(1024 * 1024)}\r\n`);
            });
            assert.equal(status, 'HTTP/1.1 413 Payload Too Large');
            assert.equal((await fixture.hook(ENDED)).status, 202);
        });

        it('a body that breaks off harms nobody', async () => {
            await fixture.serve();
            const { port } = new URL(fixture.url);
            const socket = connect(Number(port), '127.0.0.1');
            socket.on('error', () => undefined);
            socket.write(
                'POST /print-to-stock/webhooks/bambuddy HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
                    `Authorization: Bearer ${SECRET}\r\nContent-Length: 1000\r\n\r\n{"event":`,
            );
            await pause(50);
            socket.destroy();
            await pause(50);
            assert.equal((await fixture.hook(ENDED)).status, 202);
            assert.deepEqual(fixture.errors('api'), []);
        });
    });

    it('only what ends a print wakes the source', async () => {
        await fixture.serve();
        await fixture.ask('poll');
        const { looks } = fixture;
        for (const payload of [
            { event: 'print_start' },
            { event: 'print_progress', text: 'Print 50% Complete' },
            { event: 'queue_completed' },
            { event: null },
            { event: ['print_complete'] },
            { title: 'Bambuddy Test', message: 'This is a test notification', source: 'Bambuddy' },
            { text: 1 },
            {},
        ]) {
            assert.equal((await fixture.hook(payload)).status, 202);
        }
        await pause(100);
        assert.equal(fixture.looks, looks);
        for (const [n, payload] of [
            { event: 'print_complete' },
            { event: 'print_failed' },
            { event: 'print_stopped' },
            { text: '*Print Completed*\nP1S: Hook' },
        ].entries()) {
            await fixture.hook(payload);
            await until(`look ${n + 1}`, () => fixture.looks === looks + n + 1);
        }
    });

    it('1,000 in a second are a few looks', async () => {
        await fixture.serve();
        await fixture.ask('poll');
        const { looks } = fixture;
        let sent = 0;
        await Promise.all(
            Array.from({ length: 20 }, async () => {
                for (; sent < 1000;) {
                    sent++;
                    assert.equal((await fixture.hook(ENDED)).status, 202);
                }
            }),
        );
        await pause(1500);
        assert.ok(fixture.looks > looks);
        // how far apart they are is told by a clock that stands, with the follow-up of events
        assert.ok(fixture.looks - looks < 100, `${fixture.looks - looks} looks`);
    });

    describe('recorded from the real server', () => {
        before(function () {
            if (recordingsAvailable('bambuddy/events')) return;
            console.log('        the recordings are not there (RECORDINGS_DIR)');
            this.skip();
        });

        it('every one is taken, all 24 kinds and the test, generic and Slack, and those that end a print wake', async function () {
            this.timeout(60_000);
            const root = process.env['RECORDINGS_DIR'] ?? resolve(projectRoot, '../shared/recordings');
            const folder = join(root, 'bambuddy/events');
            const files = readdirSync(folder).filter((name) => /^webhook-.*\.raw$/.test(name));
            await fixture.serve();
            await fixture.ask('poll');
            const kinds = new Map<string, Buffer>();
            for (const file of files) {
                const { headers, body } = recorded(readFileSync(join(folder, file)));
                const reply = await fixture.hook(body, { ...headers, Authorization: `Bearer ${SECRET}` });
                assert.equal(reply.status, 202, file);
                const payload = JSON.parse(body.toString()) as { event?: string; source?: string };
                kinds.set(payload.event ?? (payload.source === undefined ? 'slack' : 'test'), body);
            }
            assert.equal(kinds.size, 24 + 2);
            const waking = ['print_complete', 'print_failed', 'print_stopped', 'slack'];
            // what the pass before has woken is over
            await pause(2500);
            const { looks } = fixture;
            for (const [kind, body] of kinds) if (!waking.includes(kind)) await fixture.hook(body);
            await pause(1500);
            assert.equal(fixture.looks, looks);
            for (const [n, kind] of waking.entries()) {
                await fixture.hook(kinds.get(kind)!);
                await until(`the look for ${kind}`, () => fixture.looks === looks + n + 1);
            }
        });
    });
});

/** A request as it came from the wire, without what belongs to its connection. */
function recorded(raw: Buffer): { headers: Record<string, string>; body: Buffer } {
    const end = raw.indexOf('\r\n\r\n');
    const lines = raw.subarray(0, end).toString('latin1').split('\r\n').slice(1);
    const headers = lines
        .map((each) => /^([^:]+):\s*(.*)$/.exec(each)!)
        .map(([, name, value]) => [name!, value!] as const)
        .filter(([name]) => !['host', 'connection', 'content-length'].includes(name.toLowerCase()));
    return { headers: Object.fromEntries(headers), body: raw.subarray(end + 4) };
}
