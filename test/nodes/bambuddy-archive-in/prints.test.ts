import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { NodeFixture, pause, until, type Message } from '../fixture';
import { ALL, collector, ends, line, member, PLACE, servers, type FlowNode } from '../flow';
import { jsonAnswer } from '../../simulators/simulator';

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T10:00:00Z`;
const OFF = /^red ring InvenTree unreachable/;

describe('bambuddy-archive-in: finished prints', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const print = (n: number, more: Record<string, unknown> = {}): number =>
        fixture.bambuddy.print({ name: `Print ${n}`, startedAt: day(n), ...more }).archiveId;
    const names = (at = 'out'): unknown[] => fixture.at(at).map((msg) => (msg['payload'] as Message)['name']);
    const deploy = (source: Record<string, unknown>): Promise<void> => fixture.deploy(line(fixture, ALL, { source }));

    /** The source's prints also go to the collector `sent`. */
    const watched = (source: Record<string, unknown>): FlowNode[] => [
        ...line(fixture, ALL, { source: { wires: [['part', 'sent'], ['answers']], ...source } }),
        collector('sent'),
    ];

    it('a message is a print with the keys of the contract', async () => {
        await deploy({});
        const project = fixture.bambuddy.addProject({ name: 'Gridfinity' }).id;
        print(1, {
            project,
            tags: 'sell, gift',
            quantity: 2,
            designer: 'Someone',
            makerworldUrl: 'https://makerworld.com/models/1',
        });
        await fixture.ask({ action: 'archive', archiveId: 1 });
        const [msg] = await fixture.messages('out', 1);
        assert.equal(msg!['topic'], 'bambuddy/print');
        assert.deepEqual(msg!['sync'], { force: false, mode: 'all' });
        const { archive, ...found } = msg!['payload'] as Message;
        const { content_hash: contentHash } = fixture.bambuddy.state.archives.get(1)!;
        assert.deepEqual(found, {
            source: 'bambuddy',
            server: fixture.bambuddy.url,
            archiveId: 1,
            runId: 1,
            batch: 'bambuddy-1',
            identity: `content_hash:${String(contentHash)}`,
            name: 'Print 1',
            filename: 'Print_1.gcode.3mf',
            contentHash,
            plate: null,
            status: 'completed',
            startedAt: day(1),
            completedAt: '2026-11-01T11:00:00Z',
            printSeconds: 3600,
            weightGrams: 42.5,
            estimate: { seconds: 3600, grams: 42.5 },
            quantity: 2,
            cost: 1.06,
            energyCost: null,
            filamentType: 'PLA',
            filamentColor: '#FF6A13FF',
            layerHeight: 0.2,
            printer: { id: 1, name: 'P1S left', model: 'P1S' },
            project: { id: project, name: 'Gridfinity' },
            tags: ['sell', 'gift'],
            url: `${fixture.bambuddy.url}/archives?highlight=1`,
            makerworldUrl: 'https://makerworld.com/models/1',
            designer: 'Someone',
            externalUrl: null,
        });
        assert.equal((archive as Message)['id'], 1);
        assert.ok(!JSON.stringify(archive).includes('_print_data'));
    });

    describe('start with', () => {
        it('all: the whole history right after the deploy, oldest first', async () => {
            [1, 2, 3].forEach((n) => print(n));
            print(4, { status: 'failed' });
            await deploy({ startWith: 'all', pollOnDeploy: true });
            await fixture.messages('out', 3);
            await pause(50);
            assert.deepEqual(fixture.batches(), ['bambuddy-1', 'bambuddy-2', 'bambuddy-3']);
            // they ended long ago
            await fixture.showing('source', 'green dot watching · 0 today');
            fixture.bambuddy.print({ seconds: 60 });
            await fixture.ask('poll');
            await fixture.showing('source', 'green dot watching · 1 today');
        });

        it('now: only what finishes after the first deploy, also over a restart', async () => {
            [1, 2].forEach((n) => print(n));
            const flow = line(fixture, ALL, { source: { startWith: 'now', pollOnDeploy: true } });
            await fixture.deploy(flow);
            await until('the first poll', () => fixture.ledger().cursor('source') !== undefined);
            await fixture.ask('poll');
            assert.equal(fixture.at('out').length, 0);
            await fixture.undeploy();
            print(3);
            await fixture.deploy(flow);
            await fixture.messages('out', 1);
            print(4);
            await fixture.ask('poll');
            await fixture.messages('out', 2);
            assert.deepEqual(names(), ['Print 3', 'Print 4']);
        });
    });

    it('polls at its interval, and not on deploy where that is off', async () => {
        print(1);
        await deploy({ startWith: 'all', interval: 1, pollOnDeploy: false });
        await pause(300);
        assert.equal(fixture.at('out').length, 0);
        await fixture.messages('out', 1);
        print(2);
        await fixture.messages('out', 2);
        assert.deepEqual(names(), ['Print 1', 'Print 2']);
    });

    it('live: a print that finishes is sent without waiting for a poll', async () => {
        await deploy({ live: true, startWith: 'all' });
        await until('the connection', () => fixture.bambuddy.events.connected > 0);
        print(1);
        await fixture.messages('out', 1);
        await pause(50);
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('an idle poll is one request', async () => {
        print(1);
        await deploy({ startWith: 'all' });
        await fixture.ask('poll');
        await fixture.messages('out', 1);
        const before = fixture.bambuddy.requestCount;
        await fixture.ask('poll');
        assert.equal(fixture.bambuddy.requestCount, before + 1);
    });

    it('a print is given time to settle', async () => {
        await deploy({ startWith: 'all', settle: 300 });
        fixture.bambuddy.print({ name: 'Just finished' });
        const looks = fixture.bambuddy.count('GET', /print-log\/$/);
        fixture.send('source', { payload: 'poll' });
        await until('the look', () => fixture.bambuddy.count('GET', /print-log\/$/) > looks);
        await pause(100);
        assert.deepEqual(fixture.at('out'), []);
        await deploy({ startWith: 'all', settle: 0 });
        await fixture.ask('poll');
        await fixture.messages('out', 1);
    });

    describe('takes only what it is told to', () => {
        const FILTERS: [Record<string, unknown>, string[]][] = [
            [{ printers: 'p1s LEFT' }, ['Left']],
            [{ printers: '2' }, ['Right']],
            [{ projects: 'gridfinity, nothing' }, ['Right']],
            [{ tags: 'sell' }, ['Left']],
            [{ tags: 'sell', printers: '2' }, []],
            [{ successOnly: false }, ['Left', 'Right', 'Failed']],
            [{}, ['Left', 'Right']],
        ];
        for (const [settings, expected] of FILTERS) {
            it(`${JSON.stringify(settings)}: ${expected.join(', ') || 'nothing'}`, async () => {
                const project = fixture.bambuddy.addProject({ name: 'Gridfinity' }).id;
                fixture.bambuddy.addPrinter({ name: 'P1S right' });
                print(1, { name: 'Left', printer: 1, tags: 'gift, Sell' });
                print(2, { name: 'Right', printer: 2, project });
                print(3, { name: 'Failed', printer: 1, tags: 'fair', status: 'failed' });
                await deploy({ startWith: 'all', ...settings });
                await fixture.ask('poll');
                await fixture.messages('out', expected.length);
                await pause(30);
                assert.deepEqual(names().sort(), [...expected].sort());
            });
        }
    });

    describe('which Part', () => {
        const partsOf = (): number => fixture.inventree.state.parts.size;

        for (const [settings, count] of [
            [{}, 3],
            [{ platesApart: false }, 2],
            [{ samePart: 'name', platesApart: false }, 1],
            [{ samePart: 'fields', keyFields: 'designer, print_name', platesApart: false }, 1],
        ] as const) {
            it(`${JSON.stringify(settings)}: three prints are ${count} Parts`, async () => {
                await deploy({ startWith: 'all', ...settings });
                for (const plate of [1, 2]) print(plate, { name: 'Box', filename: 'Box.gcode.3mf', plates: 2, plate });
                print(3, { name: 'Box', filename: 'Box v2.gcode.3mf', plate: 1 });
                await fixture.ask('poll');
                await fixture.messages('out', 3);
                assert.equal(partsOf(), count);
                assert.equal(fixture.inventree.state.stock.size, 3);
            });
        }

        it('a name that a person changes on the way renames, and moves nothing to another Part', async () => {
            const rename = { ...collector('rename'), type: 'rename', wires: [['part']] };
            const flow = [...line(fixture, ALL, { source: { wires: [['rename'], ['answers']] } }), rename];
            await fixture.deploy(flow, {}, [renaming]);
            const archiveId = print(1);
            fixture.bambuddy.print({ archive: archiveId, startedAt: day(2) });
            await fixture.ask('backfill');
            await fixture.messages('out', 2);
            assert.deepEqual(
                [...fixture.inventree.state.parts.values()].map(({ name }) => name),
                ['Mine'],
            );
            assert.equal(fixture.inventree.state.stock.size, 2);
        });
    });

    describe('the window', () => {
        for (const [size, expected] of [
            [1, 1],
            [3, 3],
            [undefined, 4],
        ] as const) {
            it(`of ${size ?? 'default size'}: at most ${expected} prints are under way`, async () => {
                await fixture.deploy(watched({ startWith: 'all', ...(size === undefined ? {} : { window: size }) }));
                for (let n = 1; n <= 7; n++) print(n);
                fixture.readOnly = true;
                fixture.send('source', { payload: 'poll' });
                await fixture.showing('part', OFF);
                await pause(100);
                assert.equal(fixture.at('sent').length, expected);
                const status = await fixture.ask('status');
                assert.equal(status['underWay'], expected);
                fixture.readOnly = false;
                await fixture.messages('out', 7, 8000);
                assert.equal(fixture.inventree.state.stock.size, 7);
            });
        }

        it('a print that is refused gives its place back, and the others go on', async () => {
            const flow = line(fixture, ALL, {
                source: { window: 1, startWith: 'all' },
                part: { category: 'payload.archive.quantity', categoryType: 'msg' },
            });
            await fixture.deploy(flow);
            print(1, { quantity: 77 });
            print(2);
            print(3, { quantity: 78 });
            print(4);
            await fixture.ask('poll');
            await fixture.messages('out', 2);
            await fixture.messages('caught', 2);
            assert.deepEqual(fixture.batches(), ['bambuddy-2', 'bambuddy-4']);
            assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'parked');
            assert.match(fixture.ledger().print('bambuddy-1')?.reason ?? '', /InvenTree .*answered 400.*77/);
            await fixture.showing('source', 'red dot 2 parked');
        });

        it('prints that none of our nodes takes are passed, and told so', async () => {
            const nodes: FlowNode[] = [
                { id: 'tab', type: 'tab', label: 'test' },
                ...servers(fixture),
                {
                    ...member(fixture, 'source'),
                    ...PLACE,
                    wires: [['gate'], ['answers']],
                    startWith: 'all',
                    passAfter: 1,
                    window: 2,
                },
                { ...collector('gate'), wires: [['part']] },
                { ...member(fixture, 'part'), ...PLACE, wires: [['out']] },
                ...ends(['source']),
            ];
            await fixture.deploy(nodes);
            for (let n = 1; n <= 3; n++) print(n);
            await fixture.ask('poll');
            await fixture.messages('gate', 3);
            await until('all to be passed', () => fixture.ledger().counts().passed === 3, 4000);
            assert.match(fixture.ledger().print('bambuddy-1')?.reason ?? '', /none of the nodes took it within 1 s/);
            const again = await fixture.ask({ action: 'archive', archiveId: 1 });
            assert.equal(again['sent'], true, 'a print that was passed may be asked for again');
        });

        it('prints that lie long in a node of ours are not passed', async () => {
            await deploy({ startWith: 'all', passAfter: 1 });
            print(1);
            fixture.readOnly = true;
            fixture.send('source', { payload: 'poll' });
            await fixture.showing('part', OFF);
            await pause(1200);
            assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'accepted');
            fixture.readOnly = false;
            await fixture.messages('out', 1, 8000);
        });
    });

    describe('deployed again', () => {
        it('nothing is sent twice', async () => {
            const flow = line(fixture, ALL, { source: { startWith: 'all', pollOnDeploy: true } });
            [1, 2, 3].forEach((n) => print(n));
            for (let deploys = 0; deploys < 3; deploys++) {
                await fixture.deploy(flow);
                await fixture.messages('out', 3);
                const polled = await fixture.ask('poll');
                assert.notEqual(polled['lastPoll'], null);
            }
            await pause(50);
            assert.equal(fixture.at('out').length, 3);
            assert.equal(fixture.inventree.state.stock.size, 3);
        });

        it('what was not finished is offered again, with the batch it had, and makes no second item', async () => {
            const flow = line(fixture, ALL, { source: { startWith: 'all' } });
            await fixture.deploy(flow);
            [1, 2].forEach((n) => print(n));
            // the stock is made, the image is not
            fixture.bambuddy.interfere = ({ url }) => (/thumbnail/.test(url) ? { at: 'before', kind: 503 } : undefined);
            fixture.send('source', { payload: 'poll' });
            await until('the stock', () => fixture.inventree.state.stock.size === 2);
            await fixture.showing('image', /^red ring Bambuddy unreachable/);
            await fixture.undeploy();
            assert.equal(fixture.at('out').length, 0);

            fixture.bambuddy.interfere = undefined;
            await fixture.deploy(flow);
            const out = await fixture.messages('out', 2);
            for (const msg of out) assert.equal((msg['stock'] as Message)['created'], false);
            assert.deepEqual(fixture.batches(), ['bambuddy-1', 'bambuddy-2']);
            await until('both to be done', () => fixture.ledger().counts().done === 2);
            await fixture.deploy(flow);
            await pause(100);
            assert.equal(fixture.at('out').length, 2);
        });

        it('a parked print is not offered again by itself', async () => {
            const flow = line(fixture, ALL, {
                source: { startWith: 'all', pollOnDeploy: true },
                part: { category: 99 },
            });
            print(1);
            await fixture.deploy(flow);
            await fixture.messages('caught', 1);
            await fixture.deploy(flow);
            await fixture.ask('poll');
            await fixture.showing('source', 'red dot 1 parked');
            assert.equal(fixture.at('caught').length, 1);
        });
    });

    it('runs without archive, archives that are gone and half-finished ones are no errors', async () => {
        await deploy({ startWith: 'all' });
        fixture.bambuddy.addRun({ archive_id: null, status: 'completed' });
        const gone = print(1);
        fixture.bambuddy.softDelete(gone);
        fixture.bambuddy.start({ name: 'Under way', startedAt: day(2) });
        fixture.bambuddy.addArchive({ name: 'Uploaded' });
        print(3);
        await fixture.ask('poll');
        await fixture.messages('out', 1);
        await pause(30);
        assert.deepEqual(names(), ['Print 3']);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('a print without any key is parked and told of, and the next goes on', async () => {
        await deploy({ startWith: 'all' });
        print(1, { no3mf: true, name: null });
        print(2);
        await fixture.ask('poll');
        await fixture.messages('out', 1);
        assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'parked');
        assert.match(fixture.ledger().print('bambuddy-1')?.reason ?? '', /no key/);
        assert.equal(fixture.at('caught').length, 1);
        assert.match((fixture.at('caught')[0]!['error'] as { message: string }).message, /Archive 1 is parked: no key/);
    });

    it('a key that lacks a right is told once and shown, and polls do not ask again', async () => {
        fixture.secrets.push(fixture.bambuddy.writeOnlyKey);
        await fixture.deploy(line(fixture, ALL, { source: { interval: 0.05, pollOnDeploy: true } }), {
            bambuddy: { apiKey: fixture.bambuddy.writeOnlyKey },
        });
        await fixture.showing('source', 'red ring Bambuddy refused');
        const asked = fixture.bambuddy.count('GET', /print-log/);
        // a few polls
        await pause(300);
        assert.equal(fixture.bambuddy.count('GET', /print-log/), asked);
        assert.equal(fixture.errors('source').length, 1);
        assert.match(fixture.errors('source')[0]!, /Bambuddy .*403.*API key/);
        assert.equal(fixture.status('source'), 'red ring Bambuddy refused');
        assert.equal(fixture.at('caught').length, 1);
    });

    it('a print that waits for a right is counted in the status, and parks nothing', async () => {
        let allowed = false;
        fixture.inventree.interfere = ({ method, url }) =>
            allowed || method !== 'POST' || !url.startsWith('/api/stock/')
                ? undefined
                : jsonAnswer(403, { detail: 'You do not have permission to perform this action.' });
        await deploy({ startWith: 'all' });
        print(1);
        await fixture.ask('poll');
        await fixture.showing('source', 'yellow dot needs attention: 1');
        assert.equal((await fixture.ask('status'))['waiting'], 1);
        assert.deepEqual([...fixture.ledger().parked()], []);
        allowed = true;
        await fixture.ask('poll');
        await fixture.messages('out', 1);
        await fixture.showing('source', /^green dot watching/);
    });

    it('a Bambuddy that is something else: one clear error', async () => {
        fixture.bambuddy.interfere = () => ({ at: 'before', kind: 200 });
        await deploy({});
        const error = await fixture.failing('source', { payload: 'poll' });
        assert.equal(fixture.status('source'), 'red ring not Bambuddy: check the address');
        assert.match(error.message, /Bambuddy \(http.*a web page.*check that this is the address of Bambuddy itself/);
    });

    it('works with a Bambuddy without authentication, and one without a print log', async () => {
        for (const options of [{ auth: false }, { printLog: false }]) {
            const other = new NodeFixture({ bambuddy: options });
            await other.open();
            try {
                const apiKey = 'auth' in options ? '' : other.bambuddy.apiKey;
                await other.deploy(line(other, ALL, { source: { startWith: 'all' } }), { bambuddy: { apiKey } });
                other.bambuddy.print({ startedAt: day(1) });
                await other.ask('poll');
                const [msg] = await other.messages('out', 1);
                assert.equal((msg!['link'] as Message)['written'], true);
                assert.equal((msg!['image'] as Message)['uploaded'], true);
            } finally {
                await other.close();
            }
        }
    });
});

/** A node as people write them: it changes the name of the print. */
function renaming(RED: NodeAPI): void {
    function Rename(this: Node, config: NodeDef): void {
        RED.nodes.createNode(this, config);
        this.on('input', (msg, send, done) => {
            (msg.payload as Message)['name'] = 'Mine';
            send(msg);
            done();
        });
    }
    RED.nodes.registerType('rename', Rename);
}
