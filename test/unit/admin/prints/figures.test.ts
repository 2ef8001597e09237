import assert from 'node:assert/strict';
import fc from 'fast-check';
import { setImmediate as breath } from 'node:timers/promises';
import { boundsOf, figuresOf, printGroups } from '../../../../lib/admin/prints/figures';
import { EVERY_PRINT, printFilterOf, recordFilter, type PrintFilter } from '../../../../lib/admin/prints/print-filter';
import { listPage } from '../../../../lib/admin/prints/print-list';
import type { Figures } from '../../../../lib/admin/prints/wire';
import { ClosedError } from '../../../../lib/http/errors';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { comparePlaces, placeOf } from '../../../../lib/store/ledger/print-order';
import type { PrintSums } from '../../../../lib/store/ledger/print-sums';
import { PRINT_STATES, type PrintRecord } from '../../../../lib/store/ledger/records';
import { StoreFolder } from '../../../fixtures/store-folder';

const NEVER = new AbortController().signal;
const PRINTERS = ['P1S', 'X1C', undefined];
const MATERIALS = ['PLA', 'PETG', 'PLA, PETG', undefined];
/** hours of one week; the times of prints are written in each form that servers have */
const FORMS = ['.000Z', 'Z', '.250000Z', '+00:00'];
const hour = (n: number): string => new Date(Date.UTC(2026, 9, 24) + n * 3_600_000).toISOString().slice(0, 19);

type Change = Pick<
    PrintRecord,
    'printerName' | 'material' | 'grams' | 'seconds' | 'cost' | 'quantity' | 'count' | 'state' | 'imported'
> & { n: number; completedAt: string };

function record({ n, ...fields }: Change): Omit<PrintRecord, 'at'> {
    return {
        batch: `b-${n}`,
        source: 'bambuddy',
        archiveId: n,
        runId: n,
        startedAt: null,
        identity: `name:${n}`,
        name: `Print ${n % 5}`,
        ...fields,
    };
}

const known = fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined });
const change: fc.Arbitrary<Change> = fc.record({
    n: fc.integer({ min: 0, max: 60 }),
    state: fc.constantFrom(...PRINT_STATES),
    printerName: fc.constantFrom(...PRINTERS),
    material: fc.constantFrom(...MATERIALS),
    completedAt: fc
        .tuple(fc.integer({ min: 0, max: 168 }), fc.constantFrom(...FORMS))
        .map(([n, form]) => `${hour(n)}${form}`),
    grams: known,
    seconds: known,
    cost: known,
    quantity: known,
    count: known,
    imported: fc.constantFrom(undefined, '2026-10-24T00:00:00.000Z', '2026-10-25T00:00:00.000Z'),
});
const moment = fc.option(fc.integer({ min: -1, max: 170 }).map(hour), { nil: null });
const filter: fc.Arbitrary<PrintFilter> = fc.record({
    states: fc.subarray([...PRINT_STATES]),
    only: fc.constantFrom(null, null, null, 'held' as const, 'offered' as const),
    search: fc.constantFrom('', '', 'print 3', 'x1c'),
    printer: fc.constantFrom(null, null, 'P1S', 'X1C'),
    material: fc.constantFrom(null, null, 'PLA', 'PLA, PETG'),
    from: moment,
    to: moment,
    imported: fc.constantFrom(null, null, '2026-10-24T00:00:00.000Z'),
});

/** The same, by looking at each print. */
function scanned(records: readonly PrintRecord[]): PrintSums {
    const of = (value: (each: PrintRecord) => number | undefined): [number, number] => {
        const values = records.map(value);
        const there = values.filter((each) => each !== undefined);
        return [there.reduce((sum, each) => sum + each, 0), values.length - there.length];
    };
    const [pieces, grams, seconds, cost] = [
        of((each) => each.quantity ?? each.count),
        of((each) => each.grams),
        of((each) => each.seconds),
        of((each) => each.cost),
    ] as const;
    return {
        prints: records.length,
        pieces: pieces[0],
        grams: grams[0],
        seconds: seconds[0],
        cost: cost[0],
        unknown: { pieces: pieces[1], grams: grams[1], seconds: seconds[1], cost: cost[1] },
        without: records.filter((each) => (each.grams ?? each.seconds ?? each.cost) === undefined).length,
    };
}

/** By name, each as a scan of its prints has it. */
function scannedBy(records: readonly PrintRecord[], nameOf: (each: PrintRecord) => string | undefined): object {
    const names = new Set(records.map(nameOf));
    return Object.fromEntries(
        [...names].map((name) => [name ?? '?', scanned(records.filter((each) => nameOf(each) === name))]),
    );
}

const byName = (groups: Figures['printers']): object =>
    Object.fromEntries(groups.map(({ name, ...sums }) => [name ?? '?', sums]));

describe('figures of prints', function () {
    this.timeout(60_000);
    const stores = new StoreFolder<Ledger>();
    let ledger: Ledger;

    beforeEach(async () => {
        ledger = await stores.keep(Ledger.open(stores.file, { onWarning: () => undefined }));
    });

    it('and the pages of a filter are what a look at every print says, whatever came and changed', async () => {
        // so many that they are added up in several blocks
        for (let n = 100; n < 1700; n++) {
            const [printerName, material] = [PRINTERS[n % 3], MATERIALS[n % 4]];
            const [state, grams] = [PRINT_STATES[n % 7]!, n % 6 === 0 ? undefined : n];
            const completedAt = `${hour((n * 31) % 168)}${FORMS[n % 4]}`;
            ledger.setPrintDeferred(record({ n, state, printerName, material, grams, completedAt }));
        }
        // prints of before stay: each run stands on those before it
        const run = async (changes: Change[], filters: PrintFilter[]): Promise<void> => {
            for (const each of changes) ledger.setPrintDeferred(record(each));
            const all = [...ledger.prints()] as PrintRecord[];
            for (const each of filters) {
                const isMeant = recordFilter(each);
                const asked = (one: PrintRecord): boolean =>
                    each.only === null || (each.only === 'offered' ? false : one.hold !== undefined);
                const meant = all.filter((one) => isMeant(one) && asked(one));
                const bounds = [0, 24, 49, 73, 168].map(hour);
                const figures = await figuresOf(ledger, each, bounds, NEVER);
                assert.deepEqual(figures.total, scanned(meant));
                assert.deepEqual(
                    byName(figures.printers),
                    scannedBy(meant, (one) => one.printerName),
                );
                assert.deepEqual(
                    byName(figures.materials),
                    scannedBy(meant, (one) => one.material),
                );
                for (const { from, to, ...sums } of figures.days) {
                    const isOfDay = recordFilter({ ...each, from: from.slice(0, 19), to: to.slice(0, 19) });
                    assert.deepEqual(sums, scanned(all.filter((one) => isOfDay(one) && asked(one))));
                }
                const page = await listPage(ledger, { ...each, after: null, limit: 20 }, NEVER);
                const sorted = [...meant].sort((a, b) => comparePlaces(placeOf(b), placeOf(a)));
                assert.deepEqual(
                    page.prints.map(({ batch }) => batch),
                    sorted.slice(0, 20).map(({ batch }) => batch),
                );
                assert.equal(page.total, sorted.length);
                assert.equal(page.next === null, sorted.length <= 20);
                if (page.next === null) continue;
                const second = await listPage(ledger, { ...each, after: page.next, limit: 20 }, NEVER);
                assert.deepEqual(
                    second.prints.map(({ batch }) => batch),
                    sorted.slice(20, 40).map(({ batch }) => batch),
                );
            }
        };
        await fc.assert(
            fc.asyncProperty(
                fc.array(change, { minLength: 1, maxLength: 80 }),
                fc.array(filter, { minLength: 1, maxLength: 6 }),
                run,
            ),
        );
    });

    it('follow a print that changes, and one whose batch is given up', async () => {
        await ledger.setPrintDurable(
            record({ n: 1, state: 'accepted', completedAt: `${hour(1)}Z`, grams: 10, count: 2 }),
        );
        const total = async (): Promise<PrintSums> => (await figuresOf(ledger, EVERY_PRINT, [], NEVER)).total;
        assert.deepEqual([(await total()).grams, (await total()).pieces], [10, 2]);
        await ledger.changePrint('b-1', { state: 'done', grams: 12.5, quantity: 3 });
        assert.deepEqual([(await total()).grams, (await total()).pieces], [12.5, 3]);
        await ledger.rebind('b-1', { ...ledger.print('b-1')!, batch: 'b-1-2' });
        assert.equal((await total()).prints, 1);
    });

    it('do not show what adding decimals leaves behind', async () => {
        for (const [n, cost] of [0.1, 0.2].entries())
            ledger.setPrintDeferred(record({ n, state: 'done', completedAt: `${hour(n)}Z`, cost }));
        assert.equal((await figuresOf(ledger, EVERY_PRINT, [], NEVER)).total.cost, 0.3);
    });

    it('count a print for the day in which it ended, by the bounds that are asked for', async () => {
        // one at 23:30 in Berlin on the day that has 25 hours, one half an hour later
        await ledger.setPrintDurable(record({ n: 1, state: 'done', completedAt: '2026-10-25T22:30:00Z' }));
        await ledger.setPrintDurable(record({ n: 2, state: 'done', completedAt: '2026-10-25T23:00:00.000Z' }));
        const bounds = boundsOf('2026-10-25T00:00:00+02:00,2026-10-26T00:00:00+01:00,2026-10-27T00:00:00+01:00');
        assert.deepEqual(bounds, ['2026-10-24T22:00:00', '2026-10-25T23:00:00', '2026-10-26T23:00:00']);
        const { days } = await figuresOf(ledger, EVERY_PRINT, bounds, NEVER);
        assert.deepEqual(
            days.map(({ prints }) => prints),
            [1, 1],
        );
    });

    it('name the printers and materials that there are', async () => {
        for (const [n, printerName] of PRINTERS.entries())
            ledger.setPrintDeferred(
                record({ n, state: 'done', completedAt: `${hour(n)}Z`, printerName, material: MATERIALS[n] }),
            );
        assert.deepEqual(await printGroups(ledger), {
            printers: ['P1S', 'X1C'],
            materials: ['PETG', 'PLA', 'PLA, PETG'],
        });
    });

    it('of 100,000 prints look at few of them, and hold nobody up the first time', async () => {
        for (let n = 0; n < 100_000; n++) {
            const completedAt = new Date(Date.UTC(2024, 0, 1) + n * 600_000).toISOString();
            const [printerName, material] = [PRINTERS[n % 2], MATERIALS[n % 3]];
            ledger.setPrintDeferred(record({ n, state: 'done', completedAt, printerName, material }));
        }
        // what is on the disk is not read again to be written
        await ledger.compact();
        let looks = 0;
        for (const each of ledger.prints())
            Object.defineProperty(each, 'grams', { enumerable: true, get: () => (looks++, 1) });
        looks = 0;
        let most = 0;
        let isRunning = true;
        const turns = (async () => {
            for (let before = looks; isRunning; before = looks) {
                await breath();
                most = Math.max(most, looks - before);
            }
        })();
        const asked = printFilterOf({ printer: 'P1S', from: '2024-02-03', to: '2025-07-01T10:30:00+02:00' });
        const first = await figuresOf(ledger, asked, [], NEVER);
        isRunning = false;
        await turns;
        assert.ok(most < 15_000, `${most} prints in one go`);
        looks = 0;
        const again = await figuresOf(ledger, asked, boundsOf('2024-06-01,2024-06-02,2024-06-03'), NEVER);
        assert.deepEqual(again.total, first.total);
        assert.equal(again.days[0]?.prints, 72);
        assert.ok(looks < 6000, `${looks} prints looked at`);
        looks = 0;
        await ledger.changePrint('b-50000', { state: 'parked' });
        await figuresOf(ledger, EVERY_PRINT, [], NEVER);
        assert.ok(looks < 1200, `${looks} prints looked at after one has changed`);

        const left = new AbortController();
        left.abort();
        await assert.rejects(figuresOf(ledger, { ...EVERY_PRINT, search: 'x' }, [], left.signal), ClosedError);
    });
});

describe('what is asked of figures', () => {
    it('is a day, or a time with its zone', () => {
        assert.equal(printFilterOf({ from: '2026-11-30' }).from, '2026-11-30T00:00:00');
        assert.equal(printFilterOf({ to: '2026-11-30T00:00:00.999+05:45' }).to, '2026-11-29T18:15:00');
        for (const from of ['yesterday', '2026-11-30T00:00:00', '2026-13-40', '12'])
            assert.throws(() => printFilterOf({ from }), /"from" must be a day or a time with its zone/, from);
    });

    it('has days in their order, and not too many', () => {
        assert.deepEqual(boundsOf(undefined), []);
        assert.deepEqual(boundsOf(''), []);
        assert.throws(() => boundsOf('2026-11-30'), /"days" must be where each day begins/);
        assert.throws(() => boundsOf('2026-11-30,2026-11-29'), /in the order of time/);
        assert.throws(() => boundsOf(Array(102).fill('2026-11-30').join()), /2 to 101 times/);
    });
});
