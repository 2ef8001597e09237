import { randomUUID } from 'node:crypto';
import { ClosedError } from '../http/errors';
import type { DeliveryRecord } from '../store/records';
import type { Clock } from '../sync/clock';
import type { DeliveryStore } from './delivery-store';
import type { HookEvent } from './events';
import { HookFailure } from './failure';
import type { HookAnswer } from './send';

/** Full jitter up to a bound that doubles. */
const BASE_MS = 1000;
const CAP_MS = 5 * 60_000;
/** How often a server may answer with a failure before the message itself is held for the cause. */
const POISON_ATTEMPTS = 8;
/** Parked ones are kept for a person, but not without end. */
const MOST_PARKED = 200;

export interface QueueOptions {
    /** as many may wait */
    most: number;
    /** how long is tried again, from when it was taken */
    keepTryingMs: number;
    /** false: what may have arrived is parked, not sent again */
    again: boolean;
    clock: Clock;
    random?: () => number;
    /** one attempt. @throws HookFailure; ClosedError; anything else parks */
    deliver: (id: string, record: Readonly<DeliveryRecord>, signal: AbortSignal) => Promise<HookAnswer>;
    /** what became of it, once it is written down */
    settled: (id: string, record: Readonly<DeliveryRecord>, result: HookAnswer | Error) => void;
    /** something to show changed */
    changed: () => void;
}

export interface QueueState {
    waiting: number;
    parked: number;
    /** since when the target does not answer, ms since 1970; null: it does, or nothing was tried */
    downSince: number | null;
    error: string | null;
}

/** A parked webhook as it is shown. */
export interface ParkedDelivery {
    id: string;
    topic: string;
    device: string;
    at: string;
    reason: string;
    status: number | null;
}

/** Nothing more is taken until some are gone. */
export class QueueFull extends Error {
    readonly code = 'QUEUE_FULL';
    constructor(most: number) {
        super(`${most} webhooks wait already: the target does not answer. This one was not taken.`);
        this.name = 'QueueFull';
    }
}

/**
 * Sends webhooks to one target, one after the other, oldest first. Taken is what is on the disk; gone is what was
 * answered. Between the two a crash, or a lost answer, sends it again under the same key: at least once.
 */
export class DeliveryQueue {
    private readonly waiting: string[] = [];
    private readonly parkedIds = new Set<string>();
    /** taken, and not on the disk yet */
    private readonly unwritten = new Set<string>();
    private readonly closed = new AbortController();
    private wake: (() => void) | null = null;
    private downSince: number | null = null;
    private lastError: string | null = null;
    private running: Promise<void> | null = null;

    constructor(
        private readonly store: DeliveryStore,
        private readonly options: QueueOptions,
    ) {}

    get state(): QueueState {
        const { downSince, lastError } = this;
        return { waiting: this.waiting.length, parked: this.parkedIds.size, downSince, error: lastError };
    }

    /** Goes on where the last process stopped. */
    async start(): Promise<void> {
        for (const [id, record] of this.store.entries()) {
            if (record.state === 'parked') this.parkedIds.add(id);
            else if (record.sending === true && !this.options.again)
                await this.park(id, record, 'it may have been sent before the restart; nobody saw the answer');
            else this.waiting.push(id);
        }
        this.running = this.run();
        this.options.changed();
    }

    /**
     * Takes an event; on the disk when this resolves.
     * @param picture takes its picture, which the sending waits for; none: no picture is wanted
     * @throws QueueFull
     */
    async add({ topic, device, values }: HookEvent, picture?: (id: string) => void): Promise<string> {
        if (this.closed.signal.aborted) throw new ClosedError();
        if (this.waiting.length >= this.options.most) throw new QueueFull(this.options.most);
        const id = this.store.nextId();
        // its place is taken at once: the order is that of the messages
        this.waiting.push(id);
        this.unwritten.add(id);
        const at = new Date(this.options.clock.now()).toISOString();
        try {
            await this.store.put(id, {
                state: 'waiting',
                topic,
                device,
                values,
                key: randomUUID(),
                at,
                ...(picture === undefined ? {} : { picture: 'now' }),
            });
        } catch (error) {
            this.leave(id);
            throw error;
        } finally {
            this.unwritten.delete(id);
        }
        picture?.(id);
        this.options.changed();
        this.wake?.();
        return id;
    }

    parked(): ParkedDelivery[] {
        return [...this.parkedIds].map((id) => {
            const { topic, device, at, reason, status } = this.store.get(id)!;
            return { id, topic, device, at, reason: reason ?? '', status: status ?? null };
        });
    }

    /** Sends parked ones again, behind those that wait. @param id null: all @returns how many */
    async retry(id: string | null): Promise<number> {
        const ids = this.parkedOf(id);
        for (const each of ids) {
            const { reason: _reason, status: _status, sending: _sending, ...record } = this.store.get(each)!;
            await this.store.put(each, {
                ...record,
                state: 'waiting',
                at: new Date(this.options.clock.now()).toISOString(),
            });
            this.parkedIds.delete(each);
            this.waiting.push(each);
        }
        this.options.changed();
        this.wake?.();
        return ids.length;
    }

    async forget(id: string | null): Promise<number> {
        const ids = this.parkedOf(id);
        for (const each of ids) {
            this.parkedIds.delete(each);
            await this.store.remove(each);
        }
        this.options.changed();
        return ids.length;
    }

    /** Ends all waiting; an attempt under way is given up, and made again after the restart. */
    async close(): Promise<void> {
        this.closed.abort();
        this.wake?.();
        await this.running?.catch(() => undefined);
    }

    private parkedOf(id: string | null): string[] {
        return id === null ? [...this.parkedIds] : this.parkedIds.has(id) ? [id] : [];
    }

    private async run(): Promise<void> {
        const { signal } = this.closed;
        while (!isEnded(signal)) {
            const id = this.waiting[0];
            const record = id === undefined ? undefined : this.store.get(id);
            if (id === undefined || record === undefined || this.unwritten.has(id)) {
                await this.somethingToDo();
                continue;
            }
            try {
                await this.send(id, record, signal);
            } catch (error) {
                if (isEnded(signal)) return;
                // the disk: what is not written down is not done, and is tried again
                this.lastError = error instanceof Error ? error.message : String(error);
                this.options.changed();
                await this.options.clock.sleep(CAP_MS / 10, signal).catch(() => undefined);
            }
        }
    }

    /** Until there is a next one, whose record is on the disk. */
    private somethingToDo(): Promise<void> {
        return new Promise((resolve) => {
            this.wake = () => {
                this.wake = null;
                resolve();
            };
            if (isEnded(this.closed.signal)) this.wake();
        });
    }

    /** Until it is delivered or parked. */
    private async send(id: string, first: Readonly<DeliveryRecord>, signal: AbortSignal): Promise<void> {
        let record = first;
        for (let attempt = 0, answered = 0; ; attempt++) {
            if (!this.options.again && record.sending !== true) {
                record = { ...record, sending: true };
                await this.store.put(id, record);
            }
            try {
                const answer = await this.options.deliver(id, record, signal);
                await this.done(id, record, answer);
                return;
            } catch (error) {
                if (error instanceof ClosedError || isEnded(signal)) throw new ClosedError();
                if (error instanceof HookFailure && error.status !== undefined) answered++;
                if (this.isFinal(error, record, answered)) return this.park(id, this.store.get(id) ?? record, error);
                record = this.store.get(id) ?? record;
                this.down(error);
                await this.options.clock.sleep(this.pause(attempt, error), signal);
            }
        }
    }

    private async done(id: string, record: Readonly<DeliveryRecord>, answer: HookAnswer): Promise<void> {
        for (let wait = BASE_MS; ; wait = Math.min(wait * 2, CAP_MS)) {
            try {
                await this.store.remove(id);
                break;
            } catch (error) {
                // it was sent: not once more only because the disk is full just now
                if (error instanceof ClosedError) throw error;
                this.down(error);
                await this.options.clock.sleep(wait, this.closed.signal);
            }
        }
        this.leave(id);
        this.options.settled(id, record, answer);
        this.up();
    }

    private async park(id: string, record: Readonly<DeliveryRecord>, why: unknown): Promise<void> {
        const { sending: _sending, ...rest } = record;
        const error = why instanceof Error ? why : new Error(String(why));
        const status = error instanceof HookFailure ? error.status : undefined;
        const parked: DeliveryRecord = { ...rest, state: 'parked', reason: error.message };
        if (status !== undefined) parked.status = status;
        await this.store.put(id, parked);
        this.parkedIds.add(id);
        this.leave(id);
        // who answers, even with a refusal, is there
        if (status !== undefined) this.up();
        if (this.parkedIds.size > MOST_PARKED) await this.forget([...this.parkedIds][0]!);
        this.options.settled(id, parked, error);
        this.options.changed();
    }

    private isFinal(error: unknown, record: Readonly<DeliveryRecord>, answered: number): boolean {
        if (!(error instanceof HookFailure) || error.remedy === 'park') return true;
        if (error.arrived && !this.options.again) return true;
        const busy = error.status === 429 || error.status === 503;
        if (answered >= POISON_ATTEMPTS && !busy) return true;
        return this.options.clock.now() - Date.parse(record.at) >= this.options.keepTryingMs;
    }

    private pause(attempt: number, error: unknown): number {
        const jitter = (this.options.random ?? Math.random)() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 20));
        return Math.max(jitter, (error instanceof HookFailure ? error.retryAfterMs : undefined) ?? 0);
    }

    private leave(id: string): void {
        const at = this.waiting.indexOf(id);
        if (at >= 0) this.waiting.splice(at, 1);
        this.wake?.();
    }

    private down(error: unknown): void {
        this.downSince ??= this.options.clock.now();
        this.lastError = error instanceof Error ? error.message : String(error);
        this.options.changed();
    }

    private up(): void {
        [this.downSince, this.lastError] = [null, null];
        this.options.changed();
    }
}

/** Asked anew each time: it may have ended during an await. */
function isEnded(signal: AbortSignal): boolean {
    return signal.aborted;
}
