import assert from 'node:assert/strict';
import sinon from 'sinon';
import { BackfillProgress } from '../../../../../lib/sources/bambuddy/commands/progress';
import type { BackfillReport } from '../../../../../lib/sources/bambuddy/commands/reports';

describe('the progress of an import', () => {
    let clock: sinon.SinonFakeTimers;
    let reported: BackfillReport[];
    let progress: BackfillProgress;

    beforeEach(() => {
        clock = sinon.useFakeTimers();
        reported = [];
        progress = new BackfillProgress('all', (report) => void reported.push({ ...report }));
        progress.report.total = 400;
    });
    afterEach(() => clock.restore());

    it('is told at most four times a second, however fast it goes', () => {
        for (let n = 0; n < 200; n++) {
            progress.count('created');
            clock.tick(10);
        }
        assert.equal(reported.length, 8);
        assert.deepEqual(
            reported.map(({ done }) => done),
            [1, 26, 51, 76, 101, 126, 151, 176],
        );
        assert.equal(reported.at(-1)!.secondsLeft, 2);
    });

    it('goes on over a clock that is set back', () => {
        progress.count('created');
        clock.setSystemTime(-24 * 3600_000);
        clock.tick(250);
        progress.count('created');
        assert.equal(reported.length, 2);
    });
});
