import assert from 'node:assert/strict';
import type { PrintRecord } from '../../../../../lib/store/ledger/records';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { Flow } from '../../../flow';
import { Fixture, type FixtureOptions } from '../../../fixture';

const MINUTE = 60_000;
const T0 = Date.parse('2026-11-20T08:00:00Z');

type Row = Record<string, unknown>;

describe('rows of Bambuddy that cannot be read', () => {
    let fixture: Fixture;
    let flow: Flow;
    /** how an answer's rows are spoiled, by path of the request; undefined: they are as they are */
    let spoil: ((row: Row, path: string) => unknown) | undefined;

    async function open(options: FixtureOptions = {}, settings: Partial<SourceSettings> = {}): Promise<void> {
        fixture = await Fixture.open(options);
        spoil = undefined;
        fixture.bambuddy.rewrite = (path, body) => (spoil === undefined ? body : spoiled(body, path));
        begin(settings);
    }

    function begin(settings: Partial<SourceSettings> = {}): void {
        flow = new Flow(fixture, { startWith: 'all', pageSize: 5, ...settings });
    }

    function spoiled(body: unknown, path: string): unknown {
        const change = (row: Row): unknown => spoil!(row, path);
        if (Array.isArray(body)) return body.map((row: Row) => change(row));
        const page = body as { items?: Row[] };
        return page.items === undefined ? change(body as Row) : { ...page, items: page.items.map(change) };
    }

    afterEach(() => flow.end());

    const print = (minute: number): number =>
        fixture.bambuddy.print({ startedAt: new Date(T0 + minute * MINUTE), seconds: 60 }).archiveId;
    const parked = (): Readonly<PrintRecord>[] => [...fixture.ledger.parked()];
    const isLog = (path: string): boolean => path.endsWith('/print-log/');

    const wrong: [string, (row: Row) => unknown, RegExp][] = [
        ['an archive that is a text', (row) => ({ ...row, archive_id: String(row['archive_id']) }), /archive_id/],
        ['archive 0', (row) => ({ ...row, archive_id: 0 }), /archive_id/],
        ['archive −1', (row) => ({ ...row, archive_id: -1 }), /archive_id/],
        ['archive 1e308', (row) => ({ ...row, archive_id: 1e308 }), /archive_id/],
        ['an archive that is an object', (row) => ({ ...row, archive_id: { id: 2 } }), /archive_id/],
        ['a start that is no time', (row) => ({ ...row, started_at: '12' }), /started_at/],
        ['a start that is a number', (row) => ({ ...row, started_at: 1_795_000_000 }), /started_at/],
        ['no status', ({ status: _status, ...row }) => row, /status/],
        ['no id', ({ id: _id, ...row }) => row, /id/],
        ['nothing in it', () => null, /the whole/],
    ];

    for (const [what, change, field] of wrong)
        it(`a row with ${what} is parked and told; those beside it go on, and it holds nothing up`, async () => {
            await open();
            spoil = (row, path) => (isLog(path) && row['archive_id'] === 2 ? change(row) : row);
            for (const minute of [0, 10, 20]) print(minute);
            await flow.poll();
            assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-3']);
            assert.equal(parked().length, 1);
            assert.match(parked()[0]!.reason!, /^unreadable: row/);
            assert.match(parked()[0]!.reason!, field);
            // once, and an idle look stays one request
            const from = fixture.bambuddy.requestCount;
            await flow.poll();
            assert.equal(fixture.bambuddy.requestCount - from, 1);
            assert.equal(parked().length, 1);
            const next = print(30);
            await flow.poll();
            assert.equal(flow.sent.at(-1), `bambuddy-${next}`);
        });

    it('rows behind it, on later pages, are all taken', async () => {
        await open({}, { pageSize: 3 });
        spoil = (row, path) => (isLog(path) && Number(row['id']) % 4 === 0 ? { ...row, archive_id: 'x' } : row);
        for (let n = 0; n < 20; n++) print(n * 10);
        await flow.poll();
        assert.equal(flow.sent.length, 15);
        assert.equal(parked().length, 5);
    });

    it('a retry by hand takes it when it can be read, once', async () => {
        await open();
        spoil = (row, path) => (isLog(path) && row['archive_id'] === 2 ? { ...row, started_at: 'soon' } : row);
        for (const minute of [0, 10, 20]) print(minute);
        await flow.poll();
        const { batch } = parked()[0]!;
        assert.deepEqual(await flow.source.manual.retry(batch), { sent: 0, remaining: 1 });
        spoil = undefined;
        assert.deepEqual(await flow.source.manual.retry(batch), { sent: 1, remaining: 0 });
        await flow.idle();
        await flow.poll();
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1', 'bambuddy-3 x1', 'bambuddy-2 x1']);
        assert.equal(parked().length, 0);
    });

    it('is taken by itself where a look sees it again and can read it', async () => {
        await open();
        spoil = (row, path) => (isLog(path) && row['archive_id'] === 2 ? { ...row, archive_id: '2' } : row);
        for (const minute of [0, 10, 20]) print(minute);
        await flow.poll();
        spoil = undefined;
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-3', 'bambuddy-2']);
        assert.equal(parked().length, 0);
    });

    it('is offered again when the server has another version, and not before', async () => {
        await open();
        spoil = (row, path) => (isLog(path) && row['archive_id'] === 2 ? { ...row, archive_id: '2' } : row);
        for (let n = 0; n < 12; n++) print(n * 10);
        await flow.poll();
        spoil = undefined;
        await flow.source.close();
        await fixture.restart();
        begin();
        await flow.poll();
        assert.deepEqual(flow.sent, []);
        await flow.source.close();
        await fixture.restart();
        begin();
        spoil = (row, path) => (path.endsWith('/updates/version') ? { ...row, version: '1.2.5.9' } : row);
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-2']);
    });

    it('of an archive: that print is parked with the field, the others go on, in a history too', async () => {
        await open();
        spoil = (row, path) => (/archives\//.test(path) && row['id'] === 2 ? { ...row, status: 7 } : row);
        for (const minute of [0, 10, 20]) print(minute);
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-1', 'bambuddy-3']);
        assert.match(parked()[0]!.reason!, /^unreadable: archive 2, status/);
        spoil = undefined;
        assert.equal((await flow.source.manual.retry(null)).sent, 1);
        await flow.idle();
        assert.equal(fixture.inStock.length, 3);
    });

    for (const mode of ['all', 'preview'] as const)
        it(`a history (${mode}) goes past a row and past an archive, and counts them with their reason`, async () => {
            await open({}, { startWith: 'now' });
            for (let n = 0; n < 6; n++) print(n * 10);
            await flow.poll();
            spoil = (row, path) => {
                if (isLog(path)) return row['archive_id'] === 2 ? { ...row, archive_id: 'x' } : row;
                return /archives\//.test(path) && row['id'] === 4 ? { ...row, started_at: {} } : row;
            };
            const report = await flow.backfill({ mode });
            assert.equal(report.created, 4);
            assert.equal(report.done, 6);
            assert.equal(report.reasons['unreadable'], 1);
            assert.ok(Object.keys(report.reasons).some((reason) => /^unreadable: archive 4/.test(reason)));
            assert.equal(parked().length, mode === 'all' ? 2 : 0);
        });

    it('of a server without a print log: the archive is parked once, one of before "now" is not', async () => {
        await open({ printLog: false }, { startWith: 'now' });
        print(0);
        spoil = (row, path) => (/archives\//.test(path) && Number(row['id']) < 3 ? { ...row, status: null } : row);
        await flow.poll();
        assert.equal(parked().length, 0);
        print(10);
        print(20);
        await flow.poll();
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-3']);
        assert.equal(parked().length, 1);
        spoil = undefined;
        await flow.source.manual.retry(null);
        await flow.idle();
        assert.deepEqual(flow.sent, ['bambuddy-3', 'bambuddy-2']);
    });

    it('a printer without a name, or that is none, costs its name only', async () => {
        await open();
        spoil = (row, path) => {
            if (path.endsWith('/printers/')) return row['id'] === 1 ? { ...row, name: null } : 'no printer';
            return { ...row, ...(isLog(path) ? { printer_name: null } : {}) };
        };
        fixture.bambuddy.addPrinter();
        fixture.bambuddy.addPrinter();
        print(0);
        await flow.poll();
        assert.deepEqual(flow.sent, ['bambuddy-1']);
        assert.equal(parked().length, 0);
    });

    it('values that cannot be are unknown: the print is taken without them', async () => {
        await open();
        spoil = (row, path) =>
            isLog(path)
                ? { ...row, duration_seconds: -5, filament_used_grams: 1e308, cost: 'free', printer_id: 1e308 }
                : row;
        print(0);
        const prints: unknown[] = [];
        const { handle } = flow;
        flow.handle = (each, pass) => {
            prints.push([each.printSeconds, each.weightGrams, each.printer.name]);
            return handle(each, pass);
        };
        await flow.poll();
        assert.deepEqual(prints, [[60, null, 'Printer 1']]);
    });
});
