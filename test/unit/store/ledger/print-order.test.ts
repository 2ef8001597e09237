import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeOf, PrintOrder, timeOf } from '../../../../lib/store/ledger/print-order';
import type { PrintRecord } from '../../../../lib/store/ledger/records';
import { printRecord } from '../../../fixtures/print-record';

function record(batch: string, startedAt: string | null, fields: Partial<PrintRecord> = {}): PrintRecord {
    return printRecord(batch, { identity: '', startedAt, at: '2026-11-22T12:00:00Z', ...fields });
}

const time = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
/** An order, and where it finds the records of its prints. */
function empty(): { order: PrintOrder; known: Map<string, PrintRecord>; fill: (records: PrintRecord[]) => void } {
    const known = new Map<string, PrintRecord>();
    const order = new PrintOrder((batch) => known.get(batch)!);
    const fill = (records: PrintRecord[]): void => {
        for (const each of records) known.set(each.batch, each);
        order.fill(records);
    };
    return { order, known, fill };
}

const byTime = (a: PrintRecord, b: PrintRecord): number =>
    timeOf(a) === timeOf(b) ? (a.batch < b.batch ? 1 : -1) : timeOf(a) < timeOf(b) ? 1 : -1;

describe('the order of prints', () => {
    it('is the same as if all were sorted, whatever came, changed its time, or went', () => {
        const step = fc.record({
            batch: fc.integer({ min: 0, max: 40 }).map((n) => `b-${n}`),
            at: fc.integer({ min: 0, max: 20 }),
            gone: fc.boolean(),
        });
        fc.assert(
            fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 0, max: 100 }), (steps, start) => {
                const { order, known, fill } = empty();
                const seed = Array.from({ length: start }, (_, n) => record(`s-${n}`, time((n * 7) % 23)));
                fill(seed);
                for (const { batch, at, gone } of steps) {
                    const previous = known.get(batch);
                    if (gone && previous !== undefined) {
                        order.remove(previous);
                        known.delete(batch);
                        continue;
                    }
                    const next = record(batch, time(at));
                    known.set(batch, next);
                    order.put(next, previous);
                }
                assert.deepEqual(order.older(null, 1000), [...known.values()].sort(byTime));
            }),
        );
    });

    it('goes by the end of a print: one of days that ended last stands first', () => {
        const { order, fill } = empty();
        const long = record('long', '2026-11-19T08:00:00Z', { completedAt: '2026-11-22T07:00:00Z' });
        const short = record('short', '2026-11-22T05:00:00Z', { completedAt: '2026-11-22T06:00:00Z' });
        const noEnd = record('no end', '2026-11-22T06:30:00Z');
        fill([long, short, noEnd]);
        assert.deepEqual(
            order.older(null, 9).map(({ batch }) => batch),
            ['long', 'no end', 'short'],
        );
    });

    it('passes over times that cannot be', () => {
        const wrong = record('x', '2026-11-22T06:00:00Z', { completedAt: '2036-02-07T06:10:00Z' });
        assert.equal(timeOf(wrong), '2026-11-22T06:00:00Z');
        assert.equal(timeOf({ ...wrong, startedAt: '2036-02-07T06:00:00Z' }), wrong.at);
        // another machine's clock, or zone, may be ahead
        const ahead = record('x', null, { completedAt: '2026-11-23T06:00:00Z' });
        assert.equal(timeOf(ahead), '2026-11-23T06:00:00Z');
    });

    it('is kept over many blocks, and goes on from any place in it', () => {
        const { order, known } = empty();
        const records = Array.from({ length: 5000 }, (_, n) => record(`b-${n}`, time((n * 2477) % 5000)));
        for (const each of records) {
            known.set(each.batch, each);
            order.put(each, undefined);
        }
        const sorted = [...records].sort(byTime);
        assert.deepEqual(order.older(null, 6000), sorted);
        for (const from of [0, 1, 510, 511, 512, 513, 2500, 4998, 4999])
            assert.deepEqual(order.older(placeOf(sorted[from]!), 700), sorted.slice(from + 1, from + 701), `${from}`);
    });

    it('goes on from a place whose print has gone', () => {
        const { order, fill } = empty();
        const records = [1, 2, 3].map((n) => record(`b-${n}`, time(n)));
        fill(records);
        order.remove(records[1]!);
        assert.deepEqual(order.older(placeOf(records[1]!), 5), [records[0]]);
    });

    it('takes a print without a start by when it was first seen', () => {
        assert.equal(timeOf(record('b', null, { seen: time(3) })), time(3));
        assert.equal(timeOf(record('b', null)), '2026-11-22T12:00:00Z');
    });

    it('looks at as few records for the hundred-thousandth print as for the first', function () {
        this.timeout(20_000);
        const { order, known } = empty();
        let looks = 0;
        class Counted {
            constructor(
                readonly batch: string,
                private readonly time: string,
            ) {}
            get startedAt(): string {
                looks++;
                return this.time;
            }
        }
        /** history comes in out of order: the worst that can be */
        const put = (n: number): void => {
            const next = new Counted(`b-${n}`, time((n * 7919) % 100_000)) as unknown as PrintRecord;
            known.set(next.batch, next);
            order.put(next, undefined);
        };
        for (let n = 0; n < 99_000; n++) put(n);
        looks = 0;
        for (let n = 99_000; n < 100_000; n++) put(n);
        // two binary searches, over the blocks and in one of them
        assert.ok(looks <= 1000 * 25, `${looks / 1000} looks for a print`);
        assert.equal(order.older(null, 200_000).length, 100_000);
    });
});
