import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { filledOctoPrintExample, withControl, type OctoConnection } from '../harness/project';
import { picture } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';
import { OctoPrintSimulator } from '../simulators/octoprint';
import { E2eFixture } from './fixture';

type Changes = Record<string, Record<string, unknown>>;

describe('OctoPrint in a real Node-RED', function () {
    this.timeout(120_000);
    const fixture = new E2eFixture(() => new OctoPrintSimulator());
    let octoprint: OctoPrintSimulator;
    let inventree: InvenTreeSimulator;
    let connection: OctoConnection;
    let ledger: { file: string };

    beforeEach(() => {
        ({ server: octoprint, inventree } = fixture);
        ledger = fixture.ledger();
        connection = {
            octoprintUrl: octoprint.url,
            octoprintKey: octoprint.apiKey,
            inventreeUrl: inventree.url,
            token: inventree.token,
            category: fixture.category,
            location: fixture.location,
        };
    });

    async function deploy(changes: Changes = {}): Promise<void> {
        const flow = filledOctoPrintExample(connection, {
            'sync-store': ledger,
            ...changes,
            'octoprint-event-in': { interval: 0, ...changes['octoprint-event-in'] },
        });
        const reported = { id: 'c0de0000000000aa', type: 'function', z: flow[0]!.id, func: TELL, wires: [[]] };
        const ask = [
            {
                id: 'c0de0000000000ab',
                type: 'http in',
                z: flow[0]!.id,
                url: '/events',
                method: 'get',
                wires: [['c0de0000000000ac']],
            },
            {
                id: 'c0de0000000000ac',
                type: 'function',
                z: flow[0]!.id,
                func: "msg.payload = flow.get('events') || []; return msg;",
                wires: [['c0de000000000004']],
            },
        ];
        const wired = withControl(flow, 'octoprint-event-in').map((node) =>
            node.type === 'octoprint-event-in'
                ? {
                      ...node,
                      wires: (node['wires'] as string[][]).map((ids, port) =>
                          port === 0 ? [...ids, reported.id] : ids,
                      ),
                  }
                : node,
        );
        await fixture.nodeRed.deploy([...wired, reported, ...ask]);
        const { live, ...source } = changes['octoprint-event-in'] ?? {};
        void source;
        await fixture.until('the first look', async () => (await fixture.status())['lastPoll'] !== null);
        if (live !== false) await fixture.until('the websocket', () => octoprint.socket.members > 0);
    }

    const events = async (): Promise<{ topic: string; payload: Record<string, unknown> }[]> =>
        (await (await fetch(`${fixture.nodeRed.url}/events`)).json()) as never;

    const code = (content: string, n: number): string =>
        `octoprint-${createHash('sha1').update(content).digest('hex').slice(0, 8)}-${n}`;
    const stocked = async (...batches: string[]): Promise<void> => {
        await fixture.until(`stock of ${batches.join()}, there is ${fixture.inStock().join()}`, () =>
            batches.every((each) => fixture.inStock().includes(each)),
        );
        await fixture.until('the end of the work', async () => (await fixture.status())['underWay'] === 0);
        assert.deepEqual(fixture.inStock(), [...batches].sort());
    };

    it('a print becomes a Part with its picture and one item; the next print of the file another item', async () => {
        octoprint.picture = picture(1);
        octoprint.upload('box/lid.gcode', { content: 'G1' });
        await deploy({
            'octoprint-server': { deviceIdentifier: 'Ender', snapshotUrl: '/webcam/' },
            'octoprint-event-in': { diameter: 1.75, density: 1.24 },
        });
        octoprint.print('box/lid.gcode', { seconds: 600, logLater: true });
        octoprint.logLast();
        await stocked(code('G1', 1));
        octoprint.print('box/lid.gcode', { seconds: 610 });
        await stocked(code('G1', 1), code('G1', 2));
        const [part] = inventree.state.parts.values();
        assert.equal(inventree.state.parts.size, 1);
        assert.equal(part!.name, 'lid');
        await fixture.until('the picture', () => [...inventree.state.parts.values()][0]!.image !== null);
        const [item] = inventree.state.stock.values();
        assert.match(item!.notes!, /^OctoPrint file box\/lid\.gcode, finished .* UTC$/m);
        assert.match(item!.notes!, /Printer: Ender\nPrint time: .*\nFilament: 12\.53 g/);
    });

    it('what ended while Node-RED was down comes into stock, once each; what was printed before does not', async () => {
        octoprint.upload('old.gcode', { content: 'old' });
        octoprint.print('old.gcode');
        octoprint.upload('clip.gcode', { content: 'clip' });
        await deploy();
        await fixture.nodeRed.deploy([]);
        octoprint.print('clip.gcode', { silent: true });
        octoprint.print('clip.gcode', { silent: true });
        octoprint.print('clip.gcode', { silent: true, reason: 'cancelled' });
        await deploy();
        await stocked(code('clip', 1), code('clip', 2));
        await deploy();
        await stocked(code('clip', 1), code('clip', 2));
    });

    it('a lost ledger: what is in stock is known by its mark, what came meanwhile is taken', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        await deploy();
        octoprint.print('clip.gcode');
        await stocked(code('clip', 1));
        await fixture.nodeRed.deploy([]);
        await new Promise((resolve) => setTimeout(resolve, 1100));
        octoprint.print('clip.gcode', { silent: true });
        ledger = fixture.ledger('anew');
        await deploy();
        await stocked(code('clip', 1), code('clip', 2));
    });

    it('counts that begin anew collide with nothing: a file deleted and uploaded again, one content under two paths', async () => {
        octoprint.upload('a.gcode', { content: 'same' });
        octoprint.upload('b.gcode', { content: 'same' });
        await deploy();
        octoprint.print('a.gcode');
        await stocked(code('same', 1));
        octoprint.print('b.gcode');
        await fixture.until('two items', () => fixture.inStock().length === 2);
        octoprint.remove('a.gcode');
        await new Promise((resolve) => setTimeout(resolve, 300));
        octoprint.upload('a.gcode', { content: 'same' });
        await new Promise((resolve) => setTimeout(resolve, 1100));
        octoprint.print('a.gcode');
        await fixture.until('three items', () => fixture.inStock().length === 3);
        await fixture.until('the end of the work', async () => (await fixture.status())['underWay'] === 0);
        assert.equal(new Set(fixture.inStock()).size, 3);
        assert.ok(
            fixture
                .inStock()
                .slice(1)
                .every((each) => /^octoprint-[0-9a-f]{8}-1-\d{14}(-\d)?$/.test(each)),
            fixture.inStock().join(),
        );
        assert.equal(inventree.state.parts.size, 1);
    });

    it('a file that deletes itself after its print is in stock all the same', async () => {
        octoprint.upload('once.gcode', { content: 'once' });
        await deploy();
        octoprint.start('once.gcode');
        await new Promise((resolve) => setTimeout(resolve, 300));
        octoprint.finish('once.gcode', { logLater: true });
        octoprint.remove('once.gcode');
        octoprint.logLast();
        await stocked(code('once', 1));
    });

    it('so it is when it was under way before Node-RED listened', async () => {
        octoprint.upload('once.gcode', { content: 'once' });
        octoprint.start('once.gcode');
        await deploy();
        await fixture.until('a look at it', () => octoprint.requests.some(({ url }) => url.endsWith('/once.gcode')));
        octoprint.finish('once.gcode', { logLater: true });
        octoprint.remove('once.gcode');
        await stocked(code('once', 1));
    });

    it('a print from the card: one item by its event, of a Part known by its path; nothing else is known of it', async () => {
        octoprint.picture = picture(1);
        await deploy({
            'octoprint-server': { deviceIdentifier: 'Ender', snapshotUrl: '/webcam/' },
            'octoprint-event-in': { diameter: 1.75, density: 1.24 },
        });
        const onCard = `octoprint-${createHash('sha1').update('sdcard:BOX/LID~1.GCO').digest('hex').slice(0, 8)}`;
        octoprint.printFromCard('BOX/LID~1.GCO', 600);
        await stocked(`${onCard}-1`);
        octoprint.printFromCard('BOX/LID~1.GCO', 600);
        await stocked(`${onCard}-1`, `${onCard}-2`);
        const parts = [...inventree.state.parts.values()];
        assert.deepEqual(
            parts.map(({ name }) => name),
            ['LID~1'],
        );
        await fixture.until('the picture', () => [...inventree.state.parts.values()][0]!.image !== null);
        const [item] = inventree.state.stock.values();
        assert.match(item!.notes!, /^OctoPrint file BOX\/LID~1\.GCO, finished .* UTC$/m);
        assert.match(item!.notes!, /Print time: 10m/);
        assert.ok(!item!.notes!.includes('Filament'), item!.notes!);
        const done = (await events()).find(({ topic }) => topic === 'Print Done')!;
        assert.equal(done.payload['meta'], null);
        assert.equal((done.payload['extra'] as { origin: string }).origin, 'sdcard');
        // a restart finds nothing more of it
        await deploy();
        await stocked(`${onCard}-1`, `${onCard}-2`);
    });

    it('a file that is renamed in OctoPrint keeps what was printed of it', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        await deploy();
        octoprint.print('clip.gcode');
        await stocked(code('clip', 1));
        octoprint.move('clip.gcode', 'clips/better.gcode');
        await deploy();
        octoprint.print('clips/better.gcode');
        await stocked(code('clip', 1), code('clip', 2));
        assert.equal(inventree.state.parts.size, 1);
    });

    it('events: topics as chosen, milestones once, a cancel told apart', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        await deploy({
            'octoprint-server': { deviceIdentifier: 'Ender' },
            'octoprint-event-in': { progressEvery: 25 },
        });
        octoprint.print('clip.gcode', { steps: [3, 30, 30, 60, 80, 99, 100] });
        octoprint.print('clip.gcode', { steps: [30], reason: 'cancelled' });
        await fixture.until('the end', async () => (await events()).some(({ topic }) => topic === 'Print Failed'));
        const reported = (await events()).map(({ topic, payload }) => payload['percentCompleteMilestone'] ?? topic);
        assert.deepEqual(reported, ['Print Started', 25, 50, 75, 'Print Done', 'Print Started', 25, 'Print Failed']);
        const failed = (await events()).at(-1)!.payload;
        assert.equal(failed['message'], 'Your print was cancelled.');
        assert.equal((failed['extra'] as { reason: string }).reason, 'cancelled');
        assert.deepEqual(Object.keys(failed), [
            'deviceIdentifier',
            'topic',
            'message',
            'extra',
            'state',
            'job',
            'progress',
            'currentZ',
            'offsets',
            'meta',
            'currentTime',
            'percentCompleteMilestone',
        ]);
        assert.equal(failed['deviceIdentifier'], 'Ender');
    });

    it('webhooks: only with the secret; JSON, form, and multipart with the picture of the Part', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        await deploy({
            'octoprint-event-in': { live: false, webhook: true, path: '/shop', credentials: { apiSecret: 's3cret-ü' } },
        });
        const send = async (body: BodyInit, type?: string): Promise<number> =>
            (
                await fetch(`${fixture.nodeRed.url}/shop`, {
                    method: 'POST',
                    body,
                    ...(type === undefined ? {} : { headers: { 'Content-Type': type } }),
                })
            ).status;
        const body = (topic: string, extra: object): Record<string, unknown> => ({
            apiSecret: 's3cret-ü',
            topic,
            message: 'From the plugin',
            deviceIdentifier: 'Mine',
            extra,
        });
        assert.equal(
            await send(JSON.stringify({ ...body('Print Started', {}), apiSecret: 'no' }), 'application/json'),
            401,
        );
        assert.equal(await send(JSON.stringify({ apiSecret: 's3cret-ü' }), 'application/json'), 400);
        assert.equal(await send('x'.repeat(6 * 1024 * 1024), 'application/json'), 413);
        assert.equal(
            await send(JSON.stringify(body('Print Started', { name: 'clip.gcode' })), 'application/json'),
            202,
        );
        octoprint.start('clip.gcode');
        const time = octoprint.finish('clip.gcode');
        const form = new FormData();
        for (const [key, value] of Object.entries(body('Print Done', {})))
            if (key !== 'extra') form.append(key, String(value));
        form.append('extra', JSON.stringify({ name: 'clip.gcode', path: 'clip.gcode', origin: 'local', time }));
        form.append('snapshot', new Blob([new Uint8Array(picture(2))], { type: 'image/png' }), 'snapshot.jpg');
        assert.equal(await send(form), 202);
        await stocked(code('clip', 1));
        await fixture.until('the picture', () => [...inventree.state.parts.values()][0]!.image !== null);
        const [, done] = await events();
        assert.equal(done!.topic, 'Print Done');
        assert.equal(done!.payload['message'], 'From the plugin');
        assert.equal(done!.payload['deviceIdentifier'], 'Mine');
    });
});

const TELL =
    "const all = flow.get('events') || []; all.push({ topic: msg.topic, payload: msg.payload }); flow.set('events', all);";
