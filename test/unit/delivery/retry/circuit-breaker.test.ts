import assert from 'node:assert/strict';
import { AuthError, ClosedError, ConfigError, RejectedError, UnavailableError } from '../../../../lib/http/errors';
import { CircuitBreaker, type BreakerState } from '../../../../lib/delivery/retry/circuit-breaker';
import { retryWhileUnavailable, PoisonedError } from '../../../../lib/delivery/retry/retry-while-unavailable';
import { Refusals } from '../../../../lib/delivery/retry/refusals';
import { FakeClock, settle } from '../../fake-clock';

const down = (retryAfterMs?: number): UnavailableError =>
    new UnavailableError('no answer', { server: 'InvenTree', retryAfterMs });

describe('the circuit breaker of a server', () => {
    let clock: FakeClock;
    let breaker: CircuitBreaker;
    let closing: AbortController;
    /** the server answers */
    let up: boolean;
    let asked: number;
    let states: BreakerState[];

    beforeEach(() => {
        clock = new FakeClock();
        breaker = new CircuitBreaker('InvenTree', clock, () => 1);
        closing = new AbortController();
        [up, asked, states] = [true, 0, []];
        breaker.watch((state) => void states.push(state));
    });

    afterEach(() => closing.abort());

    const ask = (): Promise<string> => {
        asked++;
        return up ? Promise.resolve('ok') : Promise.reject(down());
    };
    const work = (): Promise<string> => retryWhileUnavailable(breaker, ask, closing.signal);

    it('lets requests pass while the server answers', async () => {
        assert.equal(await work(), 'ok');
        assert.equal(breaker.state.downSince, null);
        assert.deepEqual(clock.slept, []);
    });

    it('waits and tries again for as long as it takes, days too, and goes on by itself', async () => {
        up = false;
        const result = work();
        await clock.advance(72 * 3600_000);
        up = true;
        await clock.advance(5 * 60_000);
        assert.equal(await result, 'ok');
        assert.equal(breaker.state.downSince, null);
    });

    it('asks ever more rarely, in the end every five minutes', async () => {
        up = false;
        void work().catch(() => undefined);
        await clock.advance(60_000);
        assert.ok(asked <= 8, String(asked));
        await clock.advance(24 * 3600_000);
        const before = asked;
        await clock.advance(24 * 3600_000);
        assert.ok(asked - before >= 24 * 12 - 1 && asked - before <= 24 * 12 + 1, String(asked - before));
    });

    it('pauses grow from half a second to a minute, with full jitter', async () => {
        const halves = new CircuitBreaker('InvenTree', clock, () => 0.5);
        up = false;
        void retryWhileUnavailable(halves, ask, closing.signal).catch(() => undefined);
        for (let i = 0; i < 10; i++) await clock.advance(30_000);
        assert.deepEqual(clock.slept.slice(0, 9), [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    });

    it('one request probes while all the others wait; the first answer releases all', async () => {
        up = false;
        const many = Array.from({ length: 50 }, work);
        await settle();
        const before = asked;
        await clock.advance(10_000);
        assert.ok(asked - before <= 5, String(asked - before));
        up = true;
        await clock.advance(60_000);
        assert.deepEqual(new Set(await Promise.all(many)), new Set(['ok']));
        assert.equal(asked - before <= 5 + 50, true);
    });

    it('new work during an outage waits for the probe', async () => {
        up = false;
        void work().catch(() => undefined);
        await settle();
        const before = asked;
        const late = Array.from({ length: 10 }, work);
        await settle();
        assert.equal(asked, before);
        up = true;
        await clock.advance(60_000);
        await Promise.all(late);
    });

    it('tells of an outage once, of its end once, and of a single failure not at all', async () => {
        up = false;
        const first = work();
        await settle();
        up = true;
        await clock.advance(1000);
        await first;
        assert.equal(states.length, 0);
        up = false;
        const second = work();
        await clock.advance(3600_000);
        assert.equal(states.length, 1);
        assert.ok(states[0]!.downSince !== null);
        assert.equal(states[0]!.error, 'no answer');
        up = true;
        await clock.advance(300_000);
        await second;
        assert.equal(states.length, 2);
        assert.equal(states[1]!.downSince, null);
    });

    it('does what the server asks: not before Retry-After', async () => {
        let n = 0;
        const result = retryWhileUnavailable(
            breaker,
            () => (n++ === 0 ? Promise.reject(down(90_000)) : Promise.resolve(n)),
            closing.signal,
        );
        await clock.advance(89_000);
        assert.equal(n, 1);
        await clock.advance(1000);
        assert.equal(await result, 2);
    });

    it('a long pause of an outage that is over does not hold up the next', async () => {
        let fail: UnavailableError | null = down(600_000);
        const flaky = (): Promise<string> => (fail === null ? Promise.resolve('ok') : Promise.reject(fail));
        const first = retryWhileUnavailable(breaker, flaky, closing.signal);
        await settle();
        // somebody whose request was under way gets an answer
        breaker.recordSuccess();
        fail = down();
        await settle();
        const second = retryWhileUnavailable(breaker, flaky, closing.signal);
        await settle();
        fail = null;
        await clock.advance(2000);
        assert.deepEqual(await Promise.all([first, second]), ['ok', 'ok']);
    });

    it('what time does not heal is told at once, and the server counts as answering', async () => {
        for (const error of [
            new RejectedError('no', { server: 'InvenTree', status: 400 }),
            new AuthError('no', { server: 'InvenTree', status: 403 }),
            new Error('a mistake of ours'),
        ])
            await assert.rejects(
                retryWhileUnavailable(breaker, () => Promise.reject(error), closing.signal),
                error,
            );
        assert.deepEqual(clock.slept, []);
        up = false;
        const waiting = work();
        await settle();
        await clock.advance(500);
        const refused = retryWhileUnavailable(
            breaker,
            () => Promise.reject(new RejectedError('no', { server: 'InvenTree' })),
            closing.signal,
        );
        up = true;
        await clock.advance(10_000);
        await assert.rejects(refused, RejectedError);
        assert.equal(await waiting, 'ok');
    });

    it('an error of our own during a probe passes the probe to the next', async () => {
        up = false;
        void work().catch(() => undefined);
        await settle();
        const broken = retryWhileUnavailable(breaker, () => Promise.reject(new TypeError('ours')), closing.signal);
        const seen = assert.rejects(broken, TypeError);
        const other = work();
        up = true;
        await clock.advance(60_000);
        await seen;
        assert.equal(await other, 'ok');
    });

    it('work that fails eight times while other work succeeds is parked as poisonous', async () => {
        let tries = 0;
        const poisoned = retryWhileUnavailable(
            breaker,
            () => {
                tries++;
                return Promise.reject(down());
            },
            closing.signal,
        );
        const outcome = poisoned.then(
            () => null,
            (error: unknown) => error,
        );
        for (let i = 0; i < 8; i++) {
            const other = work();
            await clock.advance(120_000);
            assert.equal(await other, 'ok');
        }
        const error = await outcome;
        assert.ok(error instanceof PoisonedError);
        assert.ok(error.attempts >= 8, String(error.attempts));
        assert.equal(error.attempts, tries);
        assert.match(error.message, /no answer/);
        assert.equal(await work(), 'ok');
    });

    it('a login page followed by an outage makes no work poisonous', async () => {
        const page = new UnavailableError('a web page', { server: 'InvenTree', status: 200, foreign: true });
        let inBetween = true;
        up = false;
        const result = retryWhileUnavailable(
            breaker,
            () => (up ? Promise.resolve('ok') : Promise.reject(inBetween ? page : down())),
            closing.signal,
        );
        void result.catch(() => undefined);
        await clock.advance(3 * 3600_000);
        inBetween = false;
        await clock.advance(3 * 3600_000);
        up = true;
        await clock.advance(5 * 60_000);
        assert.equal(await result, 'ok');
    });

    it('work that fails during an outage for everybody is never poisonous', async () => {
        up = false;
        const all = [work(), work(), work()];
        await clock.advance(24 * 3600_000);
        up = true;
        await clock.advance(600_000);
        assert.deepEqual(await Promise.all(all), ['ok', 'ok', 'ok']);
    });

    it('rejects closed waiters, and no others; the probe passes to the next', async () => {
        up = false;
        const mine = new AbortController();
        const leaving = [1, 2].map(() => retryWhileUnavailable(breaker, ask, mine.signal));
        const seen = Promise.all(leaving.map((each) => assert.rejects(each, ClosedError)));
        const staying = work();
        await clock.advance(2000);
        mine.abort();
        await clock.advance(1000);
        await seen;
        up = true;
        await clock.advance(60_000);
        assert.equal(await staying, 'ok');
        await assert.rejects(retryWhileUnavailable(breaker, ask, mine.signal), ClosedError);
    });

    it('tells the work how often it was tried before', async () => {
        const attempts: number[] = [];
        const result = retryWhileUnavailable(
            breaker,
            (attempt) => {
                attempts.push(attempt);
                return attempt < 2 ? Promise.reject(down()) : Promise.resolve();
            },
            closing.signal,
        );
        await clock.advance(60_000);
        await result;
        assert.deepEqual(attempts, [0, 1, 2]);
    });

    it('a refused key is tried again after 1, 5, 15 and then every 60 minutes, and told once', async () => {
        let tries = 0;
        let refused = true;
        const result = retryWhileUnavailable(
            breaker,
            () => {
                tries++;
                return refused
                    ? Promise.reject(new AuthError('no such token', { server: 'InvenTree', status: 401 }))
                    : Promise.resolve('ok');
            },
            closing.signal,
        );
        const minutes: number[] = [];
        for (let minute = 0; minute < 150; minute++) {
            const before = tries;
            await clock.advance(60_000);
            if (tries > before) minutes.push(minute + 1);
        }
        assert.deepEqual(minutes, [1, 6, 21, 81, 141]);
        assert.deepEqual(
            states.map(({ trouble, error }) => [trouble, error]),
            [['refused', 'no such token']],
        );
        refused = false;
        breaker.wake();
        await clock.advance(0);
        assert.equal(await result, 'ok');
        assert.equal(breaker.state.downSince, null);
    });

    it('a wrong setting (a certificate, a scheme) waits too, and is told at the first answer', async () => {
        let wrong = true;
        const result = retryWhileUnavailable(
            breaker,
            () =>
                wrong
                    ? Promise.reject(new ConfigError('not trusted', { server: 'InvenTree', setting: 'insecure' }))
                    : Promise.resolve('ok'),
            closing.signal,
        );
        await settle();
        assert.equal(states.length, 1);
        wrong = false;
        await clock.advance(60_000);
        assert.equal(await result, 'ok');
    });

    it('a server that never answered in its own form is told at the first answer; one that did, is given time', async () => {
        const foreign = (stranger: boolean): UnavailableError =>
            new UnavailableError('a web page', { server: 'InvenTree', status: 200, foreign: true, stranger });
        void retryWhileUnavailable(breaker, () => Promise.reject(foreign(true)), closing.signal).catch(() => undefined);
        await settle();
        assert.deepEqual(
            states.map(({ trouble }) => trouble),
            ['foreign'],
        );
        const other = new CircuitBreaker('InvenTree', clock, () => 1);
        const reported: BreakerState[] = [];
        other.watch((state) => void reported.push(state));
        void retryWhileUnavailable(other, () => Promise.reject(foreign(false)), closing.signal).catch(() => undefined);
        await settle();
        assert.equal(reported.length, 0);
        await clock.advance(60_000);
        assert.deepEqual(
            reported.map(({ trouble }) => trouble),
            ['off'],
        );
    });

    it('a print that somebody in between refuses 8 times over ten minutes, while the same method is answered, is poison', async () => {
        const asked: string[] = [];
        let well = false;
        breaker.harmless = (method) => {
            asked.push(method);
            return well ? Promise.resolve() : Promise.reject(down());
        };
        const error = new UnavailableError('blocked', {
            server: 'InvenTree',
            status: 403,
            foreign: true,
            request: 'POST /api/part/',
        });
        const outcome = retryWhileUnavailable(breaker, () => Promise.reject(error), closing.signal).then(
            () => null,
            (thrown: unknown) => thrown,
        );
        let over = false;
        void outcome.then(() => (over = true));
        await clock.advance(9 * 60_000);
        assert.deepEqual(asked, [], 'a proxy that restarts is no filter');
        await clock.advance(6 * 60_000);
        assert.deepEqual(asked, ['POST'], 'a server that is away is asked once for each attempt, not twice');
        assert.equal(over, false, 'nobody is served: it is an outage');
        well = true;
        await clock.advance(12 * 60_000);
        assert.ok((await outcome) instanceof PoisonedError);
    });
});

describe('a pause while the clock is set', () => {
    const DAY = 24 * 3600_000;
    const refused = (): AuthError =>
        new AuthError('no', { server: 'InvenTree', status: 403, request: 'POST /api/stock/' });

    it('of a server that is off is never longer than it is, set back by a day', async () => {
        const clock = new FakeClock();
        const breaker = new CircuitBreaker('InvenTree', clock, () => 1);
        breaker.recordFailure(new UnavailableError('off', { server: 'InvenTree' }));
        clock.time -= DAY;
        const turn = breaker.waitForTurn(new AbortController().signal);
        await clock.advance(1000);
        assert.equal(await turn, true);
        breaker.close();
    });

    it('of a refused kind of request is never longer either', () => {
        const clock = new FakeClock();
        const refusals = new Refusals(clock);
        for (const batch of ['1', '2', '3']) refusals.refused(batch, refused());
        assert.throws(() => refusals.admit('POST /api/stock/'), AuthError);
        clock.time -= DAY;
        // as at its beginning: at most the whole pause once more
        assert.throws(() => refusals.admit('POST /api/stock/'), AuthError);
        clock.time += 3_600_000;
        refusals.admit('POST /api/stock/');
    });
});
