import assert from 'node:assert/strict';
import { setImmediate as breath } from 'node:timers/promises';
import { ClosedError } from '../../../../lib/http/errors';
import { EVERY_PRINT } from '../../../../lib/admin/prints/print-filter';
import { listPage, type ListQuery } from '../../../../lib/admin/prints/print-list';
import { listQueryOf } from '../../../../lib/admin/sidebar/store-api';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import type { PrintRecord, PrintState } from '../../../../lib/store/ledger/records';
import { StoreFolder } from '../../../fixtures/store-folder';

const ALL: ListQuery = { ...EVERY_PRINT, after: null, limit: 50 };
const NEVER = new AbortController().signal;
const time = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();

function print(n: number, fields: Partial<PrintRecord> = {}): Omit<PrintRecord, 'at'> {
    return {
        batch: `bambuddy-${n}`,
        source: 'bambuddy',
        archiveId: n,
        runId: n,
        startedAt: time(n),
        identity: `name:${n}`,
        name: `Print ${n}`,
        state: 'done',
        printerName: n % 2 === 0 ? 'P1S Workshop' : 'X1C Attic',
        completedAt: time(n + 30),
        ...fields,
    };
}

describe('a page of prints', () => {
    const stores = new StoreFolder<Ledger>();
    let ledger: Ledger;

    async function fill(count: number, fields: (n: number) => Partial<PrintRecord> = () => ({})): Promise<void> {
        for (let n = 0; n < count; n += 2000) {
            const some = Array.from({ length: Math.min(2000, count - n) }, (_, i) => print(n + i, fields(n + i)));
            await Promise.all(some.map((record) => ledger.setPrintDurable(record)));
        }
    }
    const batches = (prints: readonly Readonly<PrintRecord>[]): number[] => prints.map(({ archiveId }) => archiveId!);

    beforeEach(async () => {
        ledger = await stores.keep(Ledger.open(stores.file, { onWarning: () => undefined }));
    });

    it('is the newest first, and the pages together are all, each once', async () => {
        await fill(120);
        const seen: number[] = [];
        for (let after: ListQuery['after'] = null, pages = 0; pages < 5; pages++) {
            const page = await listPage(ledger, { ...ALL, after }, NEVER);
            seen.push(...batches(page.prints));
            assert.equal(page.total, 120);
            if (page.next === null) break;
            after = page.next;
        }
        assert.deepEqual(
            seen,
            Array.from({ length: 120 }, (_, n) => 119 - n),
        );
    });

    it('does not move when new prints come while one reads the second', async () => {
        await fill(120);
        const first = await listPage(ledger, ALL, NEVER);
        const before = await listPage(ledger, { ...ALL, after: first.next }, NEVER);
        await ledger.setPrintDurable(print(500));
        const again = await listPage(ledger, { ...ALL, after: first.next }, NEVER);
        assert.deepEqual(batches(again.prints), batches(before.prints));
    });

    it('of a state counts that state', async () => {
        const state = (n: number): PrintState => (n % 10 === 0 ? 'parked' : 'done');
        await fill(100, (n) => ({ state: state(n), reason: n % 10 === 0 ? 'no such location' : undefined }));
        const page = await listPage(ledger, { ...ALL, states: ['parked'], limit: 4 }, NEVER);
        assert.deepEqual(batches(page.prints), [90, 80, 70, 60]);
        assert.equal(page.total, 10);
        assert.equal(page.more, false);
        assert.deepEqual(batches((await listPage(ledger, { ...ALL, states: ['accepted', 'part'] }, NEVER)).prints), []);
    });

    it('is found by every word of name, printer, batch and reason, in any case', async () => {
        await fill(50);
        await ledger.setPrintDurable(print(60, { name: 'Phone STAND', state: 'parked', reason: 'Location 9 is gone' }));
        for (const search of ['stand', 'phone  stand', 'LOCATION workshop', 'bambuddy-60', '']) {
            const page = await listPage(ledger, { ...ALL, search, limit: 1 }, NEVER);
            assert.deepEqual(batches(page.prints), [60], search);
        }
        assert.equal((await listPage(ledger, { ...ALL, search: 'stand attic' }, NEVER)).total, 0);
        assert.equal((await listPage(ledger, { ...ALL, search: 'attic' }, NEVER)).total, 25);
    });

    it('follows a print that changes, without moving it', async () => {
        await fill(3);
        await ledger.changePrint('bambuddy-0', { state: 'parked', reason: 'x' });
        const page = await listPage(ledger, ALL, NEVER);
        assert.deepEqual(batches(page.prints), [2, 1, 0]);
        assert.equal(page.prints[2]?.state, 'parked');
        await ledger.rebind('bambuddy-1', { ...print(1), batch: 'bambuddy-1-7' });
        assert.deepEqual(
            (await listPage(ledger, ALL, NEVER)).prints.map(({ batch }) => batch),
            ['bambuddy-2', 'bambuddy-1-7', 'bambuddy-0'],
        );
    });

    it('of a print without a start keeps its place when it changes, over a restart too', async () => {
        await ledger.setPrintDurable({ ...print(1), startedAt: null, archiveId: null });
        const { seen } = ledger.print('bambuddy-1')!;
        assert.ok(seen !== undefined);
        await breath();
        await ledger.changePrint('bambuddy-1', { state: 'parked' });
        assert.equal(ledger.print('bambuddy-1')?.seen, seen);
        await stores.close(ledger);
        ledger = await stores.keep(Ledger.open(stores.file, { onWarning: () => undefined }));
        assert.equal((await listPage(ledger, ALL, NEVER)).prints[0]?.seen, seen);
    });

    it('tells who listens of every change, until they stop', async () => {
        let reported = 0;
        const stop = ledger.onPrint(() => reported++);
        await ledger.setPrintDurable(print(1));
        await ledger.rebind('bambuddy-1', { ...print(1), batch: 'other' });
        stop();
        await ledger.setPrintDurable(print(2));
        assert.equal(reported, 2);
    });

    describe('with 100,000 prints', function () {
        this.timeout(60_000);

        it('is right, holds nobody up, and ends when nobody waits for it any more', async () => {
            await fill(100_000, (n) => (n === 17 ? { name: 'Needle', state: 'parked' } : {}));
            // records looked at between two turns of the event loop, at most: the clock of a busy machine says nothing
            const longest = async (work: (watched: Ledger) => Promise<unknown>): Promise<number> => {
                let [now, most, running] = [0, 0, true];
                const watched = {
                    counts: () => ledger.counts(),
                    addUp: () => ledger.addUp(),
                    cells: (...asked: Parameters<Ledger['cells']>) => ledger.cells(...asked),
                    older: (...asked: Parameters<Ledger['older']>) => {
                        const found = ledger.older(...asked);
                        now += found.length;
                        most = Math.max(most, now);
                        return found;
                    },
                } as unknown as Ledger;
                const turns = (async () => {
                    while (running) {
                        now = 0;
                        await breath();
                    }
                })();
                await work(watched);
                running = false;
                await turns;
                return most;
            };
            for (const query of [
                { ...ALL },
                { ...ALL, search: 'needle' },
                { ...ALL, states: ['parked' as const] },
                { ...ALL, search: 'workshop' },
                { ...ALL, printer: 'X1C Attic', from: time(5).slice(0, 19), to: time(99_000).slice(0, 19) },
            ]) {
                const before = process.cpuUsage();
                const most = await longest((watched) => listPage(watched, query, NEVER));
                const { user, system } = process.cpuUsage(before);
                assert.ok(most <= 1000, `${JSON.stringify(query)}: ${most} in one go`);
                assert.ok(user + system < 2_000_000, `${JSON.stringify(query)}: ${user + system} µs in all`);
            }
            assert.deepEqual(batches((await listPage(ledger, { ...ALL, search: 'needle' }, NEVER)).prints), [17]);
            assert.deepEqual(batches((await listPage(ledger, { ...ALL, states: ['parked'] }, NEVER)).prints), [17]);
            const many = await listPage(ledger, { ...ALL, search: 'print' }, NEVER);
            assert.deepEqual([many.prints.length, many.total, many.more], [50, 1050, true]);
            assert.equal((await listPage(ledger, ALL, NEVER)).total, 100_000);

            const newer = new AbortController();
            const search = listPage(ledger, { ...ALL, search: 'nothing like this' }, newer.signal);
            await breath();
            newer.abort();
            await assert.rejects(search, ClosedError);
        });
    });
});

describe('the query of a page', () => {
    it('is read from what a browser sends', () => {
        assert.deepEqual(
            listQueryOf({ states: 'parked,done', search: 'hook', after: 'b-1', afterTime: time(1), limit: '20' }),
            {
                ...EVERY_PRINT,
                states: ['parked', 'done'],
                search: 'hook',
                after: { batch: 'b-1', time: time(1) },
                limit: 20,
            },
        );
        assert.deepEqual(listQueryOf({}), ALL);
        assert.equal(listQueryOf({ limit: '100000' }).limit, 200);
        assert.equal(listQueryOf({ search: ['a', 'b'] }).search, '');
        assert.throws(() => listQueryOf({ states: 'parked,lost' }), /"lost" is not a state/);
    });
});
