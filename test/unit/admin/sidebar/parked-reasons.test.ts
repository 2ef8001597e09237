import assert from 'node:assert/strict';
import { parkedReasons } from '../../../../lib/admin/sidebar/parked-reasons';
import { SUSPECTED_DOUBLE, UNANSWERED, type PrintRecord } from '../../../../lib/store/ledger/records';

const ledgerOf = (...reasons: (string | Partial<PrintRecord>)[]) => ({
    *parked() {
        for (const [at, given] of reasons.entries())
            yield {
                batch: `bambuddy-${at}`,
                source: 'bambuddy',
                archiveId: at,
                runId: at,
                startedAt: null,
                identity: '',
                name: '',
                state: 'parked',
                at: '2026-11-30T12:00:00.000Z',
                ...(typeof given === 'string' ? { reason: given } : given),
            } satisfies PrintRecord;
    },
});

describe('reasons of parked prints', () => {
    it('equal ones are counted together, the most frequent first', () => {
        assert.deepEqual(parkedReasons(ledgerOf('a', 'b', 'b')), [
            { reason: 'b', count: 2 },
            { reason: 'a', count: 1 },
        ]);
    });

    it('leave out what a person is asked about, as retry-all does', () => {
        const double = { reason: SUSPECTED_DOUBLE, doubleOf: 'bambuddy-9' };
        assert.deepEqual(parkedReasons(ledgerOf(double, UNANSWERED)), []);
    });

    it('are at most 20, of which the last one has the rest; no print is left out of the count', () => {
        const found = parkedReasons(ledgerOf(...Array.from({ length: 50 }, (_, n) => `reason ${n}`)));
        assert.equal(found.length, 20);
        assert.deepEqual(found.at(-1), { reason: '', count: 31 });
    });
});
