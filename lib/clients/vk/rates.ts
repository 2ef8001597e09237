import type { Clock } from '../../concurrency/clock';
import { UnavailableError } from '../../http/errors';
import type { CallGate, Purpose } from './client';
import type { VkRemedy } from './error-table';

export interface RateLimits {
    /** requests */
    callsPerSecond: number;
    /** calls; 0: no limit */
    callsPerMonth: number;
    /** whether an `execute` counts as one call of the month or as those in it: VK does not document it */
    countExecute: 'each' | 'one';
}

/** Why no call may be made for now: VK's flood control, its quota, or our own share of the month. */
export type GateReason = 'flood' | 'quota' | 'budget';

/** What is remembered over restarts. */
export interface RateState {
    /** `2026-11`, UTC */
    month: string;
    /** calls of that month */
    calls: number;
    /** `2026-11-30`, UTC */
    day: string;
    /** calls of the month when that day began */
    callsBefore: number;
    closed: { until: number; by: 'flood' | 'quota'; times: number } | null;
}

export interface RateStore {
    read(): RateState | null;
    /** It is on the disk a moment later. */
    write(state: RateState): void;
}

/** No call may be made before a time. Nothing was sent. */
export class GateClosedError extends UnavailableError {
    constructor(
        readonly reason: GateReason,
        /** ms since 1970 */
        readonly until: number,
        now: number,
    ) {
        const at = new Date(until).toISOString().slice(0, 16).replace('T', ' ');
        super(`VK is not called before ${at} UTC: ${WHY[reason]}`, {
            server: 'VK',
            outcome: 'refused',
            retryAfterMs: Math.max(0, until - now),
        });
    }
}

const WHY: Readonly<Record<GateReason, string>> = {
    flood: 'its flood control is active, and each further call would prolong it',
    quota: 'it says that the calls of this application are used up',
    budget: "this day's share of the calls of the month is used up",
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The gate is closed for so long at first, and for so long when the first call after it is refused as well. */
const CLOSED_MS = [HOUR, 3 * HOUR];
/** Of a day's share, what is kept for hiding and prices. */
const KEPT = 1 / 5;
/** Requests are spread a little wider than VK allows: they do not travel equally fast. */
const SPREAD = 1.02;
const SLOWER = 1.5;
const SLOWEST = 6;
/** After so many answers in a row it goes a step faster again. */
const CALM = 50;
/** VK counts a second (6: "too many per second"). */
const AFTER_SLOW_MS = 1000;

/** The calls with one token, in the whole process: so many a second, so many a month, none while VK's gate is shut. */
export class VkRates implements CallGate {
    private static readonly shared = new Map<string, VkRates>();
    private next = 0;
    private slowness = 1;
    private calm = 0;
    /** the first call after a closed gate is under way: the others wait for what comes of it */
    private probing = false;
    private state: RateState;

    /**
     * The one for a token.
     * @param owner what stays the same when a token is renewed, never the token itself
     * @param limits the stricter holds where two nodes ask for one token
     */
    static for(owner: string, limits: RateLimits, store: RateStore, clock: Clock): VkRates {
        const known = VkRates.shared.get(owner);
        if (known === undefined || known.clock !== clock) {
            const rates = new VkRates(limits, store, clock);
            VkRates.shared.set(owner, rates);
            return rates;
        }
        known.limits = stricter(known.limits, limits);
        return known;
    }

    constructor(
        private limits: RateLimits,
        private readonly store: RateStore,
        private readonly clock: Clock,
    ) {
        this.state = store.read() ?? { month: '', calls: 0, day: '', callsBefore: 0, closed: null };
    }

    async admit(calls: number, purpose: Purpose, signal?: AbortSignal): Promise<void> {
        this.mustBeOpen(calls, purpose);
        const isProbe = this.state.closed !== null;
        if (isProbe) this.probing = true;
        const now = this.clock.now();
        const turn = Math.max(now, this.next);
        this.next = turn + this.intervalMs;
        try {
            if (turn > now) await this.clock.sleep(turn - now, signal);
            // it may have been closed meanwhile
            if (!isProbe) this.mustBeOpen(calls, purpose);
        } catch (error) {
            if (isProbe) this.probing = false;
            throw error;
        }
        this.count(calls);
    }

    answered(remedy: VkRemedy | null): void {
        this.probing = false;
        if (remedy === 'flood' || remedy === 'quota') return this.close(remedy);
        if (remedy === 'slow') {
            this.slowness = Math.min(SLOWEST, this.slowness * SLOWER);
            this.calm = 0;
            this.next = Math.max(this.next, this.clock.now() + AFTER_SLOW_MS);
            return;
        }
        if (remedy === 'unknown') return;
        if (this.state.closed !== null) this.save({ closed: null });
        if (++this.calm % CALM === 0) this.slowness = Math.max(1, this.slowness / SLOWER);
    }

    /** Why nothing may be sent, and until when; null: it may. */
    closedFor(purpose: Purpose, calls = 1): { reason: GateReason; until: number } | null {
        const now = this.clock.now();
        const { closed } = this.state;
        if (closed !== null && now < closed.until) return { reason: closed.by, until: closed.until };
        if (closed !== null && this.probing) return { reason: closed.by, until: now + AFTER_SLOW_MS };
        if (this.cost(calls) > this.left(purpose)) return { reason: 'budget', until: this.nextShare(purpose) };
        return null;
    }

    /** Calls that may still be made today. */
    left(purpose: Purpose): number {
        const { callsPerMonth } = this.limits;
        if (callsPerMonth === 0) return Infinity;
        this.turn();
        const { calls, callsBefore } = this.state;
        const ofMonth = Math.max(0, callsPerMonth - calls);
        if (purpose === 'urgent') return ofMonth;
        const share = (callsPerMonth - callsBefore) / this.daysLeft;
        return Math.max(0, Math.min(ofMonth, Math.floor(share * (1 - KEPT)) - (calls - callsBefore)));
    }

    /** Calls of this month so far, and what the month has; null: no limit. */
    get month(): { used: number; limit: number | null } {
        this.turn();
        return { used: this.state.calls, limit: this.limits.callsPerMonth === 0 ? null : this.limits.callsPerMonth };
    }

    /** What a request counts for in the month. */
    cost(calls: number): number {
        return this.limits.countExecute === 'each' ? calls : 1;
    }

    /** How long so many requests take, at the least; ms. */
    timeOf(requests: number): number {
        return requests * (1000 / this.limits.callsPerSecond) * SPREAD;
    }

    private get intervalMs(): number {
        return this.timeOf(1) * this.slowness;
    }

    private mustBeOpen(calls: number, purpose: Purpose): void {
        const closed = this.closedFor(purpose, calls);
        if (closed !== null) throw new GateClosedError(closed.reason, closed.until, this.clock.now());
    }

    private close(by: 'flood' | 'quota'): void {
        const times = (this.state.closed?.times ?? 0) + 1;
        const ms = CLOSED_MS[Math.min(times, CLOSED_MS.length) - 1]!;
        this.save({ closed: { until: this.clock.now() + ms, by, times } });
    }

    private count(calls: number): void {
        this.turn();
        this.save({ calls: this.state.calls + this.cost(calls) });
    }

    /** Another day, and perhaps another month. */
    private turn(): void {
        const today = new Date(this.clock.now()).toISOString();
        const [month, day] = [today.slice(0, 7), today.slice(0, 10)];
        if (day === this.state.day) return;
        const calls = month === this.state.month ? this.state.calls : 0;
        this.save({ month, day, calls, callsBefore: calls });
    }

    private save(change: Partial<RateState>): void {
        this.state = { ...this.state, ...change };
        this.store.write(this.state);
    }

    /** Today counts. */
    private get daysLeft(): number {
        const now = this.clock.now();
        return Math.max(1, Math.ceil((startOfNextMonth(now) - now) / DAY));
    }

    private nextShare(purpose: Purpose): number {
        const now = this.clock.now();
        return purpose === 'urgent' ? startOfNextMonth(now) : (Math.floor(now / DAY) + 1) * DAY;
    }
}

function startOfNextMonth(now: number): number {
    const date = new Date(now);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function stricter(one: RateLimits, other: RateLimits): RateLimits {
    const months = [one.callsPerMonth, other.callsPerMonth].filter((calls) => calls > 0);
    return {
        callsPerSecond: Math.min(one.callsPerSecond, other.callsPerSecond),
        callsPerMonth: months.length === 0 ? 0 : Math.min(...months),
        countExecute: one.countExecute === 'each' ? 'each' : other.countExecute,
    };
}
