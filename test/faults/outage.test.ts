import assert from 'node:assert/strict';
import sinon from 'sinon';
import { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { runOutage, runOutageProof } from './outage';
import { emptyResult, isClean } from './result';

describe('an outage of 72 hours', function () {
    this.timeout(60_000);
    afterEach(() => sinon.restore());

    it('loses no print, doubles none, and resumes by itself', async () => {
        const result = await runOutageProof({ fast: true });
        assert.deepEqual(result.findings, []);
        assert.ok(isClean(result));
    });

    it('finds a planted bug: a circuit breaker that forgets its waiters', async () => {
        const { recordSuccess } = CircuitBreaker.prototype as { recordSuccess: (this: CircuitBreaker) => void };
        sinon.stub(CircuitBreaker.prototype, 'recordSuccess').callsFake(function (this: CircuitBreaker) {
            (this as unknown as { waiting: unknown[] }).waiting = [];
            recordSuccess.call(this);
        });
        const result = emptyResult();
        await runOutage({ name: 'InvenTree down', servers: ['InvenTree'], absence: 'reset' }, 10, result, 8);
        assert.ok(result.lost > 0, result.findings.join('\n'));
    });

    it('finds a planted bug: a circuit breaker that probes every minute', async () => {
        sinon.stub(CircuitBreaker.prototype, 'recordFailure').callsFake(function (this: CircuitBreaker) {
            const line = this as unknown as {
                since: number | null;
                rest: { began: number; ms: number };
                clock: { now: () => number };
            };
            line.since ??= line.clock.now();
            line.rest = { began: line.clock.now(), ms: 60_000 };
        });
        const result = emptyResult();
        await runOutage({ name: 'Bambuddy down', servers: ['Bambuddy'], absence: 'reset' }, 3, result, 8);
        assert.match(result.findings.join(), /was asked 4\d\d times/);
    });
});
