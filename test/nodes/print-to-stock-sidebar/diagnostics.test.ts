import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { NodeInitializer } from 'node-red';
import sidebar from '../../../plugins/print-to-stock-sidebar/plugin';
import type { SyncStoreNode } from '../../../nodes/runtime/flow/server-nodes';
import { NodeFixture, until } from '../fixture';
import { ALL, line } from '../flow';

const ROUTE = '/print-to-stock/sidebar/diagnostics';
const plugin: NodeInitializer = (RED) =>
    void sidebar({ ...RED, comms: { publish: () => undefined }, version: () => Promise.resolve('4.1.0') });

/** What must never be in a report unless it is ticked. */
const CANARIES = {
    name: 'Canary of the print',
    printer: 'Canary of the printer',
    address: 'canary-host.example.org',
};

interface Report {
    versions: Record<string, string>;
    stores: {
        counts: Record<string, number>;
        servers: Record<string, string>;
        lines: { server: string; downSince: string | null }[];
        errors: { where: string; server?: string; request?: string; status?: number; answer?: string }[];
        parked: { batch: string; reason: string }[];
    }[];
    nodes: { type: string; settings: Record<string, unknown> }[];
}

describe('the report of diagnostics', () => {
    const fixture = new NodeFixture();
    const REFUSED = {
        // a location that InvenTree does not have: the print is parked with the server's words
        stock: { location: 987_654 },
        inventree: { webUrl: `http://${CANARIES.address}/inventory` },
        source: { printers: CANARIES.printer },
    };

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    async function parked(): Promise<void> {
        await fixture.deploy(line(fixture, ALL, REFUSED), {}, [plugin]);
        await until('the source', () => fixture.statuses('source').some((status) => status.includes('watching')));
        const printer = fixture.bambuddy.addPrinter({ name: CANARIES.printer }).id;
        fixture.bambuddy.print({ name: CANARIES.name, printer });
        await fixture.ask('backfill');
        await until('the parked print', () => fixture.ledger().counts().parked === 1);
    }

    const report = async (query = ''): Promise<{ text: string; body: Report }> => {
        const answer = await helper.request().get(`${ROUTE}${query}`).expect(200);
        return { text: answer.text, body: answer.body as Report };
    };

    it('tells versions, settings, counts, servers, and the last errors with what was asked and answered', async () => {
        await parked();
        const { body } = await report();
        assert.deepEqual(Object.keys(body.versions), ['package', 'Node-RED', 'Node.js', 'platform']);
        const [store] = body.stores;
        assert.equal(store!.counts['parked'], 1);
        assert.match(store!.servers['InvenTree']!, /API \d+/);
        assert.match(store!.servers['Bambuddy']!, /^1\./);
        assert.deepEqual(
            store!.lines.map(({ server, downSince }) => [server, downSince]),
            [
                ['InvenTree', null],
                ['Bambuddy', null],
            ],
        );
        assert.ok(store!.errors.some(({ where, server }) => where === 'stock' && server === 'InvenTree'));
        assert.match(store!.parked[0]!.reason, /location/i);
        const stock = body.nodes.find(({ type }) => type === 'inventree-stock-create');
        assert.equal(stock!.settings['location'], 'num 987654');
        const source = body.nodes.find(({ type }) => type === 'bambuddy-archive-in');
        assert.equal(source!.settings['printers'], '(set)');
        assert.equal(source!.settings['live'], false);
    });

    it('has no secret, no address and no name; with a tick names or addresses, and never a secret', async () => {
        await parked();
        const words = `InvenTree (${fixture.inventree.url}, http://${CANARIES.address}/inventory) refused "${CANARIES.name}" of ${CANARIES.printer}`;
        fixture.ledger().setPrintDeferred({ ...fixture.ledger().print('bambuddy-1')!, reason: words });
        const { sync } = helper.getNode('store') as unknown as SyncStoreNode;
        sync!.delivery.errors.add('source', new Error(`${words} with ${fixture.inventree.token}`));
        const secrets = [fixture.bambuddy.apiKey, fixture.inventree.token];
        const addresses = [fixture.inventree.url, fixture.bambuddy.url, CANARIES.address];
        const names = [CANARIES.name, CANARIES.printer];
        const holds = async (query: string, texts: readonly string[]): Promise<string[]> => {
            const { text } = await report(query);
            return texts.filter((each) => text.includes(each));
        };
        assert.deepEqual(await holds('', [...secrets, ...addresses, ...names]), []);
        assert.deepEqual(await holds('?keep=names', [...secrets, ...addresses, ...names]), names);
        assert.deepEqual(await holds('?keep=addresses', [...secrets, ...names]), []);
        assert.ok((await holds('?keep=addresses', addresses)).includes(CANARIES.address));
        assert.deepEqual(await holds('?keep=names,addresses', secrets), []);
    });
});
