import assert from 'node:assert/strict';
import {
    AuthError,
    ClosedError,
    RejectedError,
    UnavailableError,
    UnreadableRowError,
} from '../../../../lib/http/errors';
import { CircuitBreaker } from '../../../../lib/delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../../../lib/delivery/retry/retry-while-unavailable';
import { NotYet, outcomeOf, Resend } from '../../../../lib/delivery/retry/unknown-outcome';
import { FakeClock } from '../../fake-clock';

const failed = (details: Partial<ConstructorParameters<typeof UnavailableError>[1]>): UnavailableError =>
    new UnavailableError('no', { server: 'InvenTree', ...details });

describe('a write whose own answer did not come', () => {
    const CASES: [string, unknown, 'unknown' | 'refused', number | null][] = [
        ['a timeout', failed({}), 'unknown', 90_000],
        ['a proxy’s 504', failed({ status: 504, foreign: true }), 'unknown', 90_000],
        ['a portal’s 302', failed({ status: 302, foreign: true }), 'unknown', 15_000],
        ['somebody else’s 404', failed({ status: 404, foreign: true }), 'unknown', 15_000],
        ['somebody else’s 429', failed({ status: 429, foreign: true }), 'unknown', 90_000],
        ['an answer that cannot be read', new UnreadableRowError('no', { server: 'InvenTree' }), 'unknown', 90_000],
        ['the server’s own 500', failed({ status: 500, outcome: 'refused' }), 'refused', null],
        ['a refused connection', failed({ outcome: 'refused' }), 'refused', null],
        ['a refusal', new RejectedError('no', { server: 'InvenTree', status: 400 }), 'refused', null],
        ['a refused token', new AuthError('no', { server: 'InvenTree', status: 401 }), 'refused', null],
    ];
    for (const [what, error, outcome, pause] of CASES)
        it(`${what}: its outcome is ${outcome}, it is sent again ${pause === null ? 'at once' : `no sooner than ${pause / 1000} s after the first time`}`, async () => {
            let now = 1_000_000;
            const resend = new Resend(undefined, () => now);
            resend.maySend();
            assert.equal(outcomeOf(error), outcome);
            await assert.rejects(resend.send(() => Promise.reject(error as Error)));
            now += 5000;
            if (pause === null) return resend.maySend();
            assert.throws(
                () => resend.maySend(),
                (wait) => wait instanceof NotYet && wait.ms === pause - 5000,
            );
            resend.maySend();
        });

    it('that an earlier process sent waits the rest of its time, whatever the clock does', () => {
        const now = Date.parse('2026-11-22T12:00:30Z');
        assert.throws(
            () => new Resend('2026-11-22T12:00:00Z', () => now).maySend(),
            (wait) => wait instanceof NotYet && wait.ms === 60_000,
        );
        new Resend('2026-11-22T11:00:00Z', () => now).maySend();
        assert.throws(
            () => new Resend('2026-11-22T15:00:00Z', () => now).maySend(),
            (wait) => wait instanceof NotYet && wait.ms === 90_000,
        );
    });

    it('holds up nobody else while it waits, and ends when its node is closed', async () => {
        const clock = new FakeClock();
        const breaker = new CircuitBreaker('InvenTree', clock, () => 1);
        const closing = new AbortController();
        let tries = 0;
        const waits = retryWhileUnavailable(
            breaker,
            () => (tries++ === 0 ? Promise.reject(new NotYet(60_000)) : Promise.resolve('sent')),
            closing.signal,
        );
        await clock.advance(0);
        assert.equal(await retryWhileUnavailable(breaker, () => Promise.resolve('other'), closing.signal), 'other');
        await clock.advance(59_000);
        assert.equal(tries, 1);
        await clock.advance(1000);
        assert.equal(await waits, 'sent');
        const other = retryWhileUnavailable(breaker, () => Promise.reject(new NotYet(60_000)), closing.signal);
        const seen = assert.rejects(other, ClosedError);
        await clock.advance(0);
        closing.abort();
        await seen;
    });
});
