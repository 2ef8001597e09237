import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { bearsSecret, bearsToken, sameSecret } from '../../../lib/service/secret';

describe('secrets that callers send', () => {
    it('are the same to the last letter', () => {
        assert.ok(sameSecret('demo', 'demo'));
        for (const wrong of ['', 'dem', 'demo ', 'Demo', 'demo\0', 'xdemo'])
            assert.ok(!sameSecret(wrong, 'demo'), wrong);
    });

    it('in headers that are not there, or there twice, are wrong', () => {
        assert.ok(!bearsToken({}, 'demo'));
        assert.ok(!bearsToken({ 'x-service-token': ['demo', 'demo'] }, 'demo'));
        assert.ok(!bearsToken({ 'x-service-token': 'demo, demo' }, 'demo'));
        assert.ok(bearsToken({ 'x-service-token': 'demo' }, 'demo'));
        assert.ok(!bearsSecret({ authorization: 'demo' }, 'demo'));
        assert.ok(bearsSecret({ authorization: 'Bearer demo' }, 'demo'));
        assert.ok(bearsSecret({ 'x-sync-secret': 'demo' }, 'demo'));
    });

    it('are compared in a time that does not tell how much of them was right', function () {
        // the machine has other things to do as well
        this.retries(3);
        const secret = 'a'.repeat(4000);
        const candidates = [`b${'a'.repeat(3999)}`, `${'a'.repeat(3999)}b`];
        const times: [number[], number[]] = [[], []];
        for (let round = 0; round < 4000; round++) {
            for (const which of [0, 1] as const) {
                const start = performance.now();
                sameSecret(candidates[which]!, secret);
                times[which].push(performance.now() - start);
            }
        }
        const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length / 2]!;
        const [early, late] = [median(times[0]), median(times[1])];
        // a comparison that stops at the first difference would still hash; what counts is that neither stands out
        assert.ok(Math.abs(early - late) / Math.max(early, late) < 0.25, `${early} against ${late} ms`);
    });
});
