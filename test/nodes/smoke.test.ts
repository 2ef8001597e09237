import assert from 'node:assert/strict';
import { Bench } from './bench';
import { ALL, line, manualPrint, STEPS } from './flow';

describe('smoke', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    it('manual', async () => {
        await bench.deploy(line(bench, STEPS));
        const msg = await bench.through('part', { payload: manualPrint(), own: 1 });
        console.log(msg, bench.statuses('part'), bench.statuses('link'));
        assert.equal(bench.at('out')[0], msg);
    });
    it('source', async () => {
        await bench.deploy(line(bench, ALL));
        bench.bambuddy.print({ name: 'Vase', startedAt: '2026-11-01T10:00:00Z' });
        const a = await bench.ask({ action: 'backfill', mode: 'all' });
        console.log(a, bench.statuses('source'), bench.at('completed').length);
        await bench.messages('out', 1);
        console.log(bench.at('out')[0]);
    });
});
