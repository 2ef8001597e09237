import assert from 'node:assert/strict';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { send, type Answer } from './recordings';

/** What an InvenTree with API 479 answered to these, line by line. */
describe('the InvenTree simulator removes stock as 479 did', () => {
    const sim = new InvenTreeSimulator({ writeMs: 0 });
    let url: string;
    let part: number;

    before(async () => {
        url = await sim.listen();
        part = sim.addPart({ name: 'PLA Orange', category: sim.addCategory({ name: 'Filament' }).pk, units: 'g' }).pk;
    });
    after(() => sim.close());

    const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
        send(
            url,
            method,
            path,
            { authorization: `Token ${sim.adminToken}`, 'content-type': 'application/json' },
            body === undefined ? null : Buffer.from(JSON.stringify(body)),
        );
    const item = (quantity: number, more: Parameters<typeof sim.addStock>[0] | object = {}): number =>
        sim.addStock({ part, quantity, delete_on_deplete: false, ...more }).pk;
    const remove = (pk: number, quantity: unknown, notes = 'n'): Promise<Answer> =>
        ask('POST', '/api/stock/remove/', { items: [{ pk, quantity }], notes });
    const history = async (pk: number): Promise<unknown[]> => {
        const { results } = (await ask('GET', `/api/stock/track/?item=${pk}&limit=10`)).body as {
            results: { tracking_type: number; deltas: object; notes: string }[];
        };
        return results
            .filter(({ tracking_type }) => tracking_type === 12)
            .map(({ deltas, notes }) => ({ deltas, notes }));
    };

    it('repeats the lines, and does it again when it is asked again', async () => {
        const pk = item(1000);
        for (const left of [987.5, 975]) {
            const answer = await remove(pk, '12.5', 'Bambuddy archive 2');
            assert.equal(answer.status, 201);
            assert.deepEqual(answer.body, {
                items: [{ pk, quantity: '12.50000', status: null }],
                notes: 'Bambuddy archive 2',
            });
            assert.deepEqual((await history(pk))[0], {
                deltas: { removed: 12.5, quantity: left },
                notes: 'Bambuddy archive 2',
            });
        }
    });

    it('goes to 0 and not below; the history tells what was asked for', async () => {
        const pk = item(10);
        assert.equal((await remove(pk, '25')).status, 201);
        assert.equal(sim.state.stock.get(pk)!.quantity, 0);
        assert.equal((await remove(pk, '1')).status, 201);
        assert.deepEqual(
            (await history(pk)).map((entry) => (entry as { deltas: object }).deltas),
            [
                { removed: 1, quantity: 0 },
                { removed: 25, quantity: 0 },
            ],
        );
    });

    it('answers that it removed something of a serialised item, or nothing, and does neither', async () => {
        const serial = item(1, { serial: '7' });
        const full = item(5);
        assert.deepEqual([(await remove(serial, '1')).status, (await remove(full, 0)).status], [201, 201]);
        assert.deepEqual([await history(serial), await history(full)], [[], []]);
        assert.equal(sim.state.stock.get(serial)!.quantity, 1);
    });

    it('deletes what is to be deleted when it is empty, and forgets its history by item', async () => {
        const pk = item(5, { delete_on_deplete: true });
        assert.deepEqual(((await remove(pk, '5')).body as { items: unknown[] }).items, [
            { pk: null, quantity: '5.00000', status: null },
        ]);
        const gone = await remove(pk, '5');
        assert.deepEqual(
            [gone.status, gone.body],
            [400, { items: [{ pk: [`Invalid pk "${pk}" - object does not exist.`] }] }],
        );
        const track = await ask('GET', `/api/stock/track/?item=${pk}&limit=10`);
        assert.deepEqual(
            [track.status, track.body],
            [400, { item: ['Select a valid choice. That choice is not one of the available choices.'] }],
        );
    });

    const refused: [unknown, string][] = [
        ['0.000001', 'Ensure that there are no more than 5 decimal places.'],
        ['-1', 'Ensure this value is greater than or equal to 0.'],
        ['abc', 'A valid number is required.'],
    ];
    for (const [quantity, why] of refused)
        it(`refuses the quantity ${String(quantity)}`, async () => {
            const answer = await remove(item(10), quantity);
            assert.deepEqual([answer.status, answer.body], [400, { items: [{ quantity: [why] }] }]);
        });

    it('refuses no lines, and HTML in the note', async () => {
        const none = await ask('POST', '/api/stock/remove/', { items: [] });
        assert.deepEqual(
            [none.status, none.body],
            [400, { non_field_errors: ['A list of stock items must be provided'] }],
        );
        const html = await remove(item(10), '1', 'a <b>b</b>');
        assert.deepEqual([html.status, html.body], [400, { notes: ['Remove HTML tags from this value'] }]);
    });
});

/** What a Bambuddy 1.2.5.2 answered whose only printer had a spool in the first tray. */
describe('the Bambuddy simulator lists what was used of spools as 1.2.5.2 did', () => {
    let sim: BambuddySimulator;
    const now = new Date('2026-12-01T04:04:04.970Z');

    beforeEach(async () => {
        sim = new BambuddySimulator({ now: () => now });
        await sim.listen();
        sim.addPrinter({ name: 'P1S' });
        sim.spools.add({ tag_uid: 'A1B2C3D400000100', tray_uuid: '0123456789ABCDEF0123456789ABCDEF' });
        sim.spools.load(1, 1, 0, 0);
    });
    afterEach(() => sim.close());

    const list = async (path: string, key = sim.apiKey): Promise<Record<string, unknown>[]> => {
        const answer = await send(sim.url, 'GET', `/api/v1/inventory/${path}`, { 'x-api-key': key }, null);
        assert.equal(answer.status, 200);
        return answer.body as Record<string, unknown>[];
    };

    it('a row for each spool at the end of a print, by the job’s name and to the second', async () => {
        sim.print({ name: 'S6 one', seconds: 6, usage: [[1, 12.5]] });
        assert.deepEqual(await list('usage?limit=5'), [
            {
                id: 1,
                spool_id: 1,
                printer_id: 1,
                print_name: 'S6_one',
                weight_used: 12.5,
                percent_used: 1,
                status: 'completed',
                cost: null,
                created_at: '2026-12-01T04:04:04',
            },
        ]);
        assert.deepEqual(await list('usage?printer_id=99'), []);
        assert.deepEqual(await list('usage?limit=0'), []);
        assert.equal((await list('usage?limit=-1')).length, 1);
    });

    it('of a print that failed too, with what it used until then', async () => {
        sim.print({ name: 'S6 fail', seconds: 40, status: 'failed', usage: [[1, 7.5]] });
        const [row] = await list('usage');
        assert.deepEqual([row!['weight_used'], row!['status']], [7.5, 'failed']);
    });

    it('where the spool is loaded, with the spool', async () => {
        const [at] = await list('assignments', sim.readOnlyKey);
        const { spool, ...row } = at as { spool: Record<string, unknown> };
        assert.deepEqual(row, {
            id: 1,
            spool_id: 1,
            printer_id: 1,
            printer_name: 'P1S',
            ams_id: 0,
            tray_id: 0,
            fingerprint_color: 'FF6A13FF',
            fingerprint_type: 'PLA',
            created_at: '2026-12-01T04:04:04',
            configured: false,
            pending_config: false,
            ams_label: null,
        });
        const [same] = await list('spools');
        assert.deepEqual(spool, same);
        assert.deepEqual(
            [spool['tag_uid'], spool['tray_uuid'], spool['material'], spool['rgba']],
            ['A1B2C3D400000100', '0123456789ABCDEF0123456789ABCDEF', 'PLA', 'FF6A13FF'],
        );
    });
});
