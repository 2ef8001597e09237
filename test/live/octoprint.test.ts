import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { NodeRed } from '../harness/node-red';
import { filledOctoPrintExample, withControl } from '../harness/project';
import { InvenTreeSimulator } from '../simulators/inventree';

const URL_ = (process.env['LIVE_OCTOPRINT_URL'] ?? '').replace(/\/+$/, '');
const KEY = process.env['LIVE_OCTOPRINT_KEY'] ?? '';

/**
 * Against a real OctoPrint whose printer is the bundled Virtual Printer, connected and idle. It uploads small files of its
 * own, prints them and leaves them there. InvenTree is the simulated one. Where the plugin OctoPrint-Webhooks is installed,
 * its hooks are set to send to this Node-RED, and put back.
 */
describe('a real OctoPrint', function () {
    this.timeout(180_000);
    if (URL_ === '' || KEY === '') {
        it.skip('LIVE_OCTOPRINT_URL and LIVE_OCTOPRINT_KEY are not set');
        return;
    }
    const inventree = new InvenTreeSimulator();
    let nodeRed: NodeRed;
    let run = 0;
    const mark = Date.now().toString(36);

    before(async () => {
        nodeRed = await NodeRed.start();
        await inventree.listen();
        inventree.addCategory({ name: '3D prints' });
        inventree.addLocation({ name: 'Shelf' });
    });

    after(async () => {
        await nodeRed.stop();
        await inventree.close();
    });

    afterEach(() => nodeRed.deploy([]));

    const ledger = (): string => join(nodeRed.userDir, `live-${run}.json`);

    async function ask(method: string, path: string, body?: BodyInit, json = true): Promise<Response> {
        const headers: Record<string, string> = { 'X-Api-Key': KEY };
        if (body !== undefined && json) headers['Content-Type'] = 'application/json';
        return fetch(`${URL_}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    }

    /** A small print: some layers with pauses, a second or two. */
    async function upload(name: string, content: string): Promise<void> {
        const form = new FormData();
        form.append('file', new Blob([content]), name);
        const answer = await ask('POST', '/api/files/local', form, false);
        assert.equal(answer.status, 201, await answer.text());
        await until('OctoPrint knows the file', async () => (await ask('GET', `/api/files/local/${name}`)).ok);
    }

    async function print(name: string, wait = true): Promise<void> {
        await until('the printer is idle', async () => (await job()).state === 'Operational');
        const before = await successes(name);
        const answer = await ask(
            'POST',
            `/api/files/local/${name}`,
            JSON.stringify({ command: 'select', print: true }),
        );
        assert.ok(answer.ok, await answer.text());
        if (wait) await until('the print is done', async () => (await successes(name)) > before);
    }

    const job = async (): Promise<{ state: string }> => (await ask('GET', '/api/job')).json() as never;
    const successes = async (name: string): Promise<number> => {
        const file = (await (await ask('GET', `/api/files/local/${name}`)).json()) as { prints?: { success: number } };
        return file.prints?.success ?? 0;
    };

    async function deploy(changes: Record<string, unknown> = {}): Promise<void> {
        const flow = filledOctoPrintExample(
            {
                octoprintUrl: URL_,
                octoprintKey: KEY,
                inventreeUrl: inventree.url,
                token: inventree.token,
                category: [...inventree.state.categories.keys()][0]!,
                location: [...inventree.state.locations.keys()][0]!,
            },
            {
                'sync-store': { file: ledger() },
                'octoprint-server': { deviceIdentifier: 'Virtual', prefix: `live${mark}` },
                'octoprint-event-in': { interval: 0, diameter: 1.75, density: 1.24, progressEvery: 20, ...changes },
            },
        );
        const z = flow[0]!.id;
        const extra = [
            { id: 'c0de0000000000aa', type: 'function', z, func: TELL, wires: [[]] },
            {
                id: 'c0de0000000000ab',
                type: 'http in',
                z,
                url: '/events',
                method: 'get',
                wires: [['c0de0000000000ac']],
            },
            { id: 'c0de0000000000ac', type: 'function', z, func: READ, wires: [['c0de000000000004']] },
        ];
        const wired = withControl(flow, 'octoprint-event-in').map((node) =>
            node.type === 'octoprint-event-in'
                ? {
                      ...node,
                      wires: (node['wires'] as string[][]).map((ids, port) =>
                          port === 0 ? [...ids, 'c0de0000000000aa'] : ids,
                      ),
                  }
                : node,
        );
        await nodeRed.deploy([...wired, ...extra]);
        await until('the first look', async () => (await status())['lastPoll'] !== null);
        // the socket lets in a little later
        await new Promise((resolve) => setTimeout(resolve, 1500));
    }

    async function status(): Promise<Record<string, unknown>> {
        const response = await fetch(`${nodeRed.url}/control`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ action: 'status' }),
        });
        return (await response.json()) as Record<string, unknown>;
    }

    const events = async (): Promise<{ topic: string; payload: Record<string, unknown> }[]> =>
        (await (await fetch(`${nodeRed.url}/events`)).json()) as never;

    async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
        for (let tries = 0; tries < 600; tries++) {
            if (await holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`waited in vain for ${what}:\n${nodeRed.log.slice(-10).join('\n')}`);
    }

    const inStock = (): string[] => [...inventree.state.stock.values()].map(({ batch }) => batch!).sort();
    const code = (content: string, n: number): string =>
        `live${mark}-${createHash('sha1').update(content).digest('hex').slice(0, 8)}-${n}`;

    const isOf = (batch: string, content: string): boolean => batch.startsWith(code(content, 1).slice(0, -1));

    async function stocked(...batches: string[]): Promise<void> {
        await until(`stock of ${batches.join()}, there is ${inStock().join()}`, () =>
            batches.every((each) => inStock().includes(each)),
        );
        await until('the end of the work', async () => (await status())['underWay'] === 0);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const own = inStock().filter((each) => batches.some((batch) => each.startsWith(batch.replace(/-\d+$/, ''))));
        assert.deepEqual(own, [...batches].sort());
    }

    it('tells of a print, and makes one item of it', async () => {
        run++;
        const name = `live-${mark}-a.gcode`;
        const content = gcode(name);
        await upload(name, content);
        await deploy();
        await print(name);
        await stocked(code(content, 1));
        const reported = (await events()).map(({ topic, payload }) => payload['percentCompleteMilestone'] ?? topic);
        console.log(`      told: ${reported.join(', ')}`);
        assert.equal(reported[0], 'Print Started');
        assert.equal(reported.at(-1), 'Print Done');
        const milestones = reported.slice(1, -1) as number[];
        assert.ok(milestones.length > 0 && milestones.every((each) => each > 0 && each < 100));
        assert.equal(new Set(milestones).size, milestones.length);
        const [item] = inventree.state.stock.values();
        console.log(`      notes: ${item!.notes!.replace(/\n+/g, ' | ')}`);
    });

    it('finds what ended while Node-RED was down, each print once', async () => {
        run++;
        const name = `live-${mark}-b.gcode`;
        const content = gcode(name);
        await upload(name, content);
        await deploy();
        await nodeRed.deploy([]);
        await print(name);
        await print(name);
        await deploy();
        await stocked(code(content, 1), code(content, 2));
        await deploy();
        await stocked(code(content, 1), code(content, 2));
    });

    it('tells a cancel apart, and makes no item of it', async () => {
        run++;
        const name = `live-${mark}-c.gcode`;
        const content = gcode(name, 60);
        await upload(name, content);
        await deploy();
        await print(name, false);
        await until('it prints', async () => (await job()).state === 'Printing');
        await ask('POST', '/api/job', JSON.stringify({ command: 'cancel' }));
        await until('the event', async () => (await events()).some(({ topic }) => topic === 'Print Failed'));
        const failed = (await events()).find(({ topic }) => topic === 'Print Failed')!;
        assert.equal((failed.payload['extra'] as { reason: string }).reason, 'cancelled');
        assert.equal(failed.payload['message'], 'Your print was cancelled.');
        assert.ok(!inStock().some((each) => each.startsWith(code(content, 1).slice(0, -2))));
    });

    it('a file that is deleted and uploaded again: its count begins anew, its codes collide with nothing', async () => {
        run++;
        const name = `live-${mark}-d.gcode`;
        const content = gcode(name);
        await upload(name, content);
        await deploy();
        await print(name);
        await stocked(code(content, 1));
        await until('the file is free', async () => (await ask('DELETE', `/api/files/local/${name}`)).status === 204);
        await upload(name, content);
        await print(name);
        await until('two items', () => inStock().filter((each) => each.startsWith(code(content, 1))).length === 2);
        console.log(
            `      codes: ${inStock()
                .filter((each) => each.startsWith(code(content, 1)))
                .join(', ')}`,
        );
    });

    it('a file that was printed is renamed and copied: nothing comes twice, and its next prints come', async () => {
        run++;
        const name = `live-${mark}-f.gcode`;
        const content = gcode(name);
        await upload(name, content);
        await deploy();
        await print(name);
        await stocked(code(content, 1));
        const [renamed, copy] = [`live-${mark}-g.gcode`, `live-${mark}-h.gcode`];
        const change = (from: string, command: string, to: string): Promise<boolean> =>
            ask('POST', `/api/files/local/${from}`, JSON.stringify({ command, destination: to })).then(({ ok }) => ok);
        // once more while a look at all files is behind it, once more while nobody looks
        await until('the file is free', () => change(name, 'move', renamed));
        await deploy();
        await stocked(code(content, 1));
        await nodeRed.deploy([]);
        assert.ok(await change(renamed, 'copy', copy));
        await deploy();
        await stocked(code(content, 1));
        await print(renamed);
        await stocked(code(content, 1), code(content, 2));
        await print(copy);
        await until('the print of the copy', () => inStock().filter((each) => isOf(each, content)).length === 3);
        console.log(
            `      codes: ${inStock()
                .filter((each) => isOf(each, content))
                .join(', ')}`,
        );
        await deploy();
        await new Promise((resolve) => setTimeout(resolve, 2000));
        assert.equal(inStock().filter((each) => isOf(each, content)).length, 3);
    });

    it('a print from the card of the printer: one item by its event', async () => {
        run++;
        const name = `live-${mark}.gcode`;
        const form = new FormData();
        form.append('file', new Blob([gcode(name, 3)]), name);
        const cards = async (): Promise<string[]> => {
            const { files } = (await (await ask('GET', '/api/files/sdcard')).json()) as { files: { path: string }[] };
            return files.map(({ path }) => path);
        };
        const before = await cards();
        assert.equal((await ask('POST', '/api/files/sdcard', form, false)).status, 201);
        let path: string | undefined;
        await until('the file is on the card', async () => {
            path = (await cards()).find((each) => !before.includes(each));
            return path !== undefined && (await job()).state === 'Operational';
        });
        await deploy();
        const command = JSON.stringify({ command: 'select', print: true });
        assert.ok((await ask('POST', `/api/files/sdcard/${path!}`, command)).ok);
        const hash8 = createHash('sha1').update(`sdcard:${path!}`).digest('hex').slice(0, 8);
        await stocked(`live${mark}-${hash8}-1`);
        const item = [...inventree.state.stock.values()].find(({ batch }) => batch!.includes(hash8))!;
        console.log(`      notes: ${item.notes!.replace(/\n+/g, ' | ')}`);
        await until('it is done', async () => (await job()).state === 'Operational');
        await ask('DELETE', `/api/files/sdcard/${path!}`);
    });

    it('the plugin OctoPrint-Webhooks, where it is installed: its hook brings the print, and a wrong secret nothing', async function () {
        const settings = (await (await ask('GET', '/api/settings')).json()) as {
            plugins: { webhooks?: { hooks: object[] } };
        };
        const before = settings.plugins.webhooks?.hooks;
        if (before === undefined) return this.skip();
        run++;
        const name = `live-${mark}-e.gcode`;
        const content = gcode(name);
        await upload(name, content);
        await deploy({ live: false, webhook: true, path: '/live', credentials: { apiSecret: 's3cret-ü' } });
        const hook = (secret: string): object => ({ ...HOOK, url: `${nodeRed.url}/live`, apiSecret: secret });
        const set = (hooks: object[]): Promise<Response> =>
            ask('POST', '/api/settings', JSON.stringify({ plugins: { webhooks: { hooks } } }));
        try {
            assert.ok((await set([hook('s3cret-ü')])).ok);
            await print(name);
            await stocked(code(content, 1));
            const reported = (await events()).map(({ topic, payload }) => payload['percentCompleteMilestone'] ?? topic);
            console.log(`      told by the plugin: ${reported.join(', ')}`);
            assert.equal(reported[0], 'Print Started');
            assert.equal(reported.at(-1), 'Print Done');
            const last = (await events()).at(-1)!.payload;
            assert.equal(last['message'], 'Your print is done.');
            assert.equal(last['deviceIdentifier'], 'Plugin');
            const count = (await events()).length;
            assert.ok((await set([hook('wrong')])).ok);
            await print(name);
            await new Promise((resolve) => setTimeout(resolve, 3000));
            assert.equal((await events()).length, count);
        } finally {
            await set(before);
        }
    });
});

/** Extrusions of 0.4 mm layers, each move with a short dwell. */
function gcode(name: string, layers = 10): string {
    const moves = Array.from({ length: layers }, (_, layer) =>
        [10, 20, 30].map((x, n) => `G1 X${x} Y${10 + layer} E${(layer * 3 + n) * 1.4} F9000\nG4 P60`).join('\n'),
    );
    return `; ${name}\nG21\nG90\nM82\nG28\nG92 E0\n${moves.map((text, layer) => `G0 Z${(layer + 1) * 0.2}\n${text}`).join('\n')}\n`;
}

const TELL =
    "const all = flow.get('events') || []; all.push({ topic: msg.topic, payload: msg.payload }); flow.set('events', all);";
const READ = "msg.payload = flow.get('events') || []; return msg;";

/** The plugin's own defaults, for a progress every 20 percent. */
const HOOK = {
    deviceIdentifier: 'Plugin',
    eventPrintStarted: true,
    eventPrintDone: true,
    eventPrintFailed: true,
    eventPrintPaused: true,
    eventUserActionNeeded: true,
    eventError: true,
    event_print_progress: true,
    event_print_progress_interval: '20',
    eventPrintStartedMessage: 'Your print has started.',
    eventPrintDoneMessage: 'Your print is done.',
    eventPrintFailedMessage: 'Something went wrong and your print has failed.',
    eventPrintPausedMessage: 'Your print has paused.',
    eventUserActionNeededMessage: 'User action needed.',
    eventPrintProgressMessage: 'Your print is @percentCompleteMilestone % complete.',
    eventErrorMessage: 'There was an error.',
    headers: '{"Content-Type": "application/json"}',
    data: '{"deviceIdentifier":"@deviceIdentifier","apiSecret":"@apiSecret","topic":"@topic","message":"@message","extra":"@extra"}',
    http_method: 'POST',
    content_type: 'JSON',
    oauth: false,
    oauth_url: '',
    oauth_headers: '{}',
    oauth_data: '{}',
    oauth_http_method: 'POST',
    oauth_content_type: 'JSON',
    test_event: 'PrintStarted',
    webhook_enabled: true,
};
