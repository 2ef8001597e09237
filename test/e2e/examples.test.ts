import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { nodeOf, projectRoot } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import type { Reconciliation } from '../../lib/sources/bambuddy/commands/reports';
import type { StockItem } from '../simulators/inventree/types';

const FOLDER = join(projectRoot, 'examples');
const WITH_ADDRESS = ['bambuddy-server', 'inventree-server', 'octoprint-server', 'print-webhook'];
const NAMES = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
const read = (name: string): FlowNode[] => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as FlowNode[];

describe('the examples', () => {
    for (const name of NAMES)
        it(`"${name}" has a comment, no address, no secret, and every node it is wired to`, () => {
            const flow = read(name);
            const ids = new Set(flow.map(({ id }) => id));
            assert.equal(ids.size, flow.length);
            assert.ok(flow.some(({ type }) => type === 'comment'));
            for (const node of flow) {
                assert.equal(node['credentials'], undefined);
                if (WITH_ADDRESS.includes(node.type)) assert.equal(node['url'], '');
                for (const to of ((node['wires'] as string[][] | undefined) ?? []).flat()) assert.ok(ids.has(to), to);
                for (const config of ['sync', 'bambuddy', 'inventree', 'source'])
                    if (typeof node[config] === 'string' && node[config] !== '')
                        assert.ok(ids.has(node[config]), `${node.type}: ${config}`);
            }
        });

    it('share no id: all can be imported into one flow file', () => {
        const all = NAMES.flatMap((name) => read(name).map(({ id }) => id));
        assert.equal(new Set(all).size, all.length);
    });
});

describe('the examples in a real Node-RED', function () {
    this.timeout(60_000);
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let nodeRed: NodeRed;
    let category: number;
    let location: number;

    before(async () => {
        nodeRed = await NodeRed.start();
    });
    after(() => nodeRed.stop());

    beforeEach(async () => {
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        category = inventree.addCategory({ name: '3D prints' }).pk;
        location = inventree.addLocation({ name: 'Shelf' }).pk;
    });
    afterEach(async () => {
        await nodeRed.deploy([]);
        assert.deepEqual([...inventree.state.violations, ...bambuddy.violations], []);
        await Promise.all([bambuddy.close(), inventree.close()]);
    });

    /** What a person fills in, and an ear at every debug node: GET /heard tells what came there. */
    function filled(flow: FlowNode[]): FlowNode[] {
        const values: Record<string, Record<string, unknown>> = {
            'bambuddy-server': { url: bambuddy.url, credentials: { apiKey: bambuddy.apiKey } },
            'inventree-server': { url: inventree.url, credentials: { token: inventree.token } },
            'bambuddy-archive-in': { settle: 0 },
        };
        const fixed = (node: FlowNode): Record<string, unknown> => ({
            ...(node['categoryType'] === 'num' ? { category } : {}),
            ...(node['locationType'] === 'num' ? { location } : {}),
        });
        const z = flow.find(({ type }) => type === 'tab')!.id;
        const listening = flow.map((node) =>
            node.type === 'debug'
                ? {
                      ...node,
                      type: 'function',
                      func: `const all = global.get('heard') || []; all.push({ at: ${JSON.stringify(node['name'])}, topic: msg.topic, payload: msg.payload }); global.set('heard', all);`,
                      wires: [[]],
                  }
                : { ...node, ...values[node.type], ...fixed(node) },
        );
        const at = { z, x: 1, y: 1 };
        return [
            ...listening,
            {
                id: 'c0de0000000000b1',
                type: 'http in',
                ...at,
                url: '/heard',
                method: 'get',
                wires: [['c0de0000000000b2']],
            },
            {
                id: 'c0de0000000000b2',
                type: 'function',
                ...at,
                func: "msg.payload = global.get('heard') || []; return msg;",
                wires: [['c0de0000000000b3']],
            },
            { id: 'c0de0000000000b3', type: 'http response', ...at, statusCode: '', wires: [] },
        ];
    }

    const heard = (): Promise<{ at: string; topic: string; payload: unknown }[]> => nodeRed.get('/heard');
    const itemOf = (archiveId: number): StockItem | undefined =>
        [...inventree.state.stock.values()].find(({ batch }) => batch === `bambuddy-${archiveId}`);

    async function until<T>(
        what: string,
        look: () => T | undefined | false | Promise<T | undefined | false>,
    ): Promise<T> {
        for (let tries = 0; tries < 300; tries++) {
            const found = await look();
            if (found !== undefined && found !== false) return found;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`waited in vain for ${what}: ${JSON.stringify((await heard()).slice(-3))}`);
    }

    const buttonOf = (flow: FlowNode[], name: string): string =>
        flow.find((node) => node.type === 'inject' && node['name'] === name)!.id;

    it('"Complete with notifications": a text for a new print, none for one that was there, one for an error', async () => {
        const flow = filled(read('Complete with notifications'));
        const { archiveId } = bambuddy.print({
            name: 'Shelf bracket',
            printer: bambuddy.addPrinter({ name: 'P1S' }).id,
        });
        await nodeRed.deploy(flow);
        await nodeRed.inject(buttonOf(flow, 'newest print'));
        const note = await until('a notification', async () =>
            (await heard()).find(({ at }) => at === 'your notification'),
        );
        assert.equal(note.topic, 'Print in stock');
        assert.match(
            String(note.payload),
            new RegExp(`^Shelf bracket: \\+1 as bambuddy-${archiveId}, from P1S\\nhttp`),
        );
        await nodeRed.inject(buttonOf(flow, 'newest print'));
        await until(
            'the answer',
            async () => (await heard()).filter(({ topic }) => topic === 'bambuddy/backfill').length >= 2,
        );
        assert.equal((await heard()).filter(({ at }) => at === 'your notification').length, 1);

        const wrong = flow.map((node) =>
            node.type === 'inventree-stock-create' ? { ...node, location: 987654 } : node,
        );
        await nodeRed.deploy(wrong);
        const refused = bambuddy.print({ name: 'Lid' });
        await nodeRed.inject(buttonOf(flow, 'newest print'));
        const error = await until('the error', async () =>
            (await heard()).find(({ at }) => at === 'your notification of errors'),
        );
        assert.match(
            String(error.payload),
            new RegExp(`^Lid \\(archive ${refused.archiveId}\\): InvenTree .*location`, 's'),
        );
    });

    it('"Import the history": the preview writes nothing, the newest ten come first, then all', async () => {
        const flow = filled(read('Import the history'));
        const archives = Array.from(
            { length: 12 },
            (_, n) =>
                bambuddy.print({ name: `Thing ${n}`, startedAt: `2026-10-${String(n + 10)}T08:00:00Z` }).archiveId,
        );
        await nodeRed.deploy(flow);
        const answers = async (): Promise<number> =>
            (await heard()).filter(({ payload }) => typeof (payload as { text?: unknown }).text === 'string').length;
        for (const [button, items] of [
            ['1 preview', 0],
            ['2 link existing stock', 0],
            ['3 the newest ten', 10],
            ['4 this year', 12],
            ['5 all', 12],
        ] as const) {
            const before = await answers();
            await nodeRed.inject(buttonOf(flow, button));
            await until(`the answer to ${button}`, async () => (await answers()) > before);
            await until(`${items} items`, () => inventree.state.stock.size === items);
        }
        assert.ok(itemOf(archives[0]!) !== undefined);
    });

    it('"Printer farm": locations by printer, categories by filament, the quantity of the plate', async () => {
        const [attic, petg] = [inventree.addLocation({ name: 'Attic' }).pk, inventree.addCategory({ name: 'PETG' }).pk];
        const flow = filled(read('Printer farm'));
        const tables = nodeOf(
            flow.filter(({ name }) => name === 'where to'),
            'function',
        );
        // what a person writes in the place of the example's numbers
        tables['func'] = String(tables['func'])
            .replace(/LOCATIONS = .*/, `LOCATIONS = { 'X1C Attic': ${attic}, '*': ${location} };`)
            .replace(/CATEGORIES = .*/, `CATEGORIES = { PETG: ${petg}, '*': ${category} };`);
        const [first, second] = ['P1S Workshop', 'X1C Attic'].map((name) => bambuddy.addPrinter({ name }).id);
        const one = bambuddy.print({ name: 'Bin', printer: first!, quantity: 4 });
        const two = bambuddy.print({ name: 'Hook', printer: second!, filamentType: 'PETG, PLA' });
        await nodeRed.deploy(flow);
        await nodeRed.inject(buttonOf(flow, 'import the history'));
        const items = await until('both', () => {
            const both = [one, two].map(({ archiveId }) => itemOf(archiveId));
            return both.every((item) => item !== undefined) && both;
        });
        assert.deepEqual(
            items.map((item) => [item.location, inventree.state.parts.get(item.part)!.category, item.quantity]),
            [
                [location, category, 4],
                [attic, petg, 1],
            ],
        );
    });

    it('"Ask how many are good": a print with a failure waits for a number, and an edit of later is applied', async () => {
        const flow = filled(read('Ask how many are good'));
        const first = bambuddy.print({ name: 'Tray', quantity: 6, failureReason: 'Spaghetti' });
        await nodeRed.deploy(flow);
        await nodeRed.inject(buttonOf(flow, 'import the history'));
        await until('the answer', async () =>
            (await heard()).find(({ payload }) => JSON.stringify(payload).includes('1 waits for the number')),
        );
        assert.equal(itemOf(first.archiveId), undefined);
        await nodeRed.inject(buttonOf(flow, '4 are good'));
        const item = await until('the tray', () => itemOf(first.archiveId));
        assert.equal(item.quantity, 4);
        // somebody finds that all are good after all
        bambuddy.editArchive(first.archiveId, { user_verdict: null, quantity: 7 });
        await nodeRed.inject(buttonOf(flow, 'what differs'));
        const told = await until('what differs', async () =>
            (await heard()).find(({ topic }) => topic === 'bambuddy/reconcile'),
        );
        assert.equal((told.payload as Reconciliation).differing, 1);
        await nodeRed.inject(buttonOf(flow, 'apply an edit'));
        await until('the answer', async () => (await heard()).find(({ topic }) => topic === 'bambuddy/apply'));
    });

    it('"Farm with rules": pieces, a location for each printer, status, price, parameters and category by rules', async () => {
        const petg = inventree.addCategory({ name: 'PETG' }).pk;
        inventree.allow('stock_location', 'add');
        const flow = filled(read('Farm with rules'));
        nodeOf(flow, 'inventree-part-upsert')['rules'] = [{ field: 'material', match: 'PETG', category: String(petg) }];
        nodeOf(flow, 'inventree-stock-create')['currency'] = 'EUR';
        const [first, second] = ['P1S Workshop', 'X1C Attic'].map((name) => bambuddy.addPrinter({ name }).id);
        const clip = bambuddy.print({ name: 'Clip', printer: first!, quantity: 1, cost: 0.6 });
        const hook = bambuddy.print({
            name: 'Hook',
            printer: second!,
            filamentType: 'PETG',
            tags: 'scrap',
            cost: null,
        });
        await nodeRed.deploy(flow);
        await nodeRed.inject(buttonOf(flow, 'import the history'));
        const items = await until('both', () => {
            const both = [clip, hook].map(({ archiveId }) => itemOf(archiveId));
            return both.every((item) => item !== undefined) && both;
        });
        const shown = items.map((item) => {
            const { name, parent } = inventree.state.locations.get(item.location!)!;
            const { category: of } = inventree.state.parts.get(item.part)!;
            return [item.quantity, item.status, name, parent, of, item.purchase_price, item.purchase_price_currency];
        });
        assert.deepEqual(shown, [
            [6, 10, 'P1S Workshop', location, category, 0.1, 'EUR'],
            [1, 65, 'X1C Attic', location, petg, null, 'USD'],
        ]);
        assert.match(items[0]!.notes ?? '', /^Quantity: 6 \(by rule 1 of the table\)$/m);
        // in an import they go together, after the stock
        const parameters = await until('the parameters', () => {
            const found = inventree.state.parametersOf(items[1]!.part).slice(2);
            return found.length >= 3 && found;
        });
        assert.deepEqual(
            parameters.map(({ template, data }) => {
                const { name, units } = inventree.state.templates.get(template)!;
                return `${name} (${units}): ${data}`;
            }),
            ['Material (): PETG', 'Nozzle (mm): 0.4', 'Layer height (mm): 0.2'],
        );
    });
});
