import { randomUUID } from 'node:crypto';
import { ClosedError } from '../../http/errors';
import type { Clock } from '../../concurrency/clock';
import type { DeliveryRecord } from './delivery-record';
import type { DeliveryStore } from './delivery-store';
import type { HookEvent } from '../request/events';
import { HookFailure, QueueFull } from '../transport/failure';
import { CAP_MS, diskPauseMs, isFinal, pauseMs, type RetryPolicy } from './retry-policy';
import type { HookAnswer } from '../transport/send';
import { DeadLetters } from './dead-letters';
import type { ParkedDelivery, ParkedPage } from './parked-delivery';

/** A short queue still leaves room for a person to look after a weekend. */
const LEAST_PARKED = 200;

export interface QueueOptions extends RetryPolicy {
    /** as many may wait; as many again, and 200 at the least, are kept parked */
    most: number;
    clock: Clock;
    random?: () => number;
    /** one attempt. @throws HookFailure; ClosedError; anything else parks */
    deliver: (id: string, record: Readonly<DeliveryRecord>, signal: AbortSignal) => Promise<HookAnswer>;
    /** what became of it, once it is written down */
    settled: (id: string, record: Readonly<DeliveryRecord>, result: HookAnswer | Error) => void;
    /** the oldest parked one had to make room for another, and is gone */
    dropped: (record: Readonly<DeliveryRecord>) => void;
    /** something to show changed */
    changed: () => void;
}

export interface QueueState {
    waiting: number;
    parked: number;
    /** parked ones that had to make room for newer ones, since the start */
    dropped: number;
    /** since when the target does not answer, ms since 1970; null: it does, or nothing was tried */
    downSince: number | null;
    error: string | null;
}

/**
 * Sends webhooks to one target, one after the other, oldest first. Taken is what is on the disk; gone is what was
 * answered. Between the two a crash, or a lost answer, sends it again under the same key: at least once.
 */
export class DeliveryQueue {
    private readonly waiting: string[] = [];
    private readonly deadLetters: DeadLetters;
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
    ) {
        this.deadLetters = new DeadLetters(store, this.mostParked);
    }

    get state(): QueueState {
        const { waiting, deadLetters, downSince, lastError: error } = this;
        return { waiting: waiting.length, parked: deadLetters.size, dropped: deadLetters.dropped, downSince, error };
    }

    /** How many are kept for a person. */
    get mostParked(): number {
        return Math.max(LEAST_PARKED, this.options.most);
    }

    /** Differs from before where what is parked does. */
    get parkedChanges(): number {
        return this.deadLetters.changes;
    }

    /** Goes on where the last process stopped. */
    start(): void {
        this.fill();
        this.store.onReload = () => {
            this.waiting.splice(0);
            this.fill();
            this.wake?.();
        };
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
        return this.deadLetters.list();
    }

    /** Newest first. @param after the last id of the page before; null: the first page */
    parkedPage(after: string | null, limit: number): ParkedPage {
        return this.deadLetters.page(after, limit);
    }

    /** Sends parked ones again, behind those that wait. @param id null: all @returns how many */
    async retry(id: string | null): Promise<number> {
        const retried = this.deadLetters.takeOff(id, async (each) => {
            const { reason: _reason, status: _status, sending: _sending, ...record } = this.store.get(each)!;
            const at = new Date(this.options.clock.now()).toISOString();
            await this.store.put(each, { ...record, state: 'waiting', at });
            this.waiting.push(each);
            this.wake?.();
        });
        return retried.finally(this.options.changed);
    }

    async forget(id: string | null): Promise<number> {
        return this.deadLetters.takeOff(id, (each) => this.store.remove(each)).finally(this.options.changed);
    }

    /** Ends all waiting; an attempt under way is given up, and made again after the restart. */
    async close(): Promise<void> {
        this.closed.abort();
        this.wake?.();
        await this.running?.catch(() => undefined);
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

    private fill(): void {
        for (const [id, record] of this.store.entries()) {
            if (record.state === 'parked') this.deadLetters.put(id);
            else this.waiting.push(id);
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
        if (first.sending === true && !this.options.again)
            return this.park(id, first, 'it may have been sent before the restart; the response is unknown');
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
                const age = this.options.clock.now() - Date.parse(record.at);
                if (isFinal(error, this.options, answered, age))
                    return this.park(id, this.store.get(id) ?? record, error);
                record = this.store.get(id) ?? record;
                this.down(error);
                await this.options.clock.sleep(pauseMs(attempt, error, this.options.random ?? Math.random), signal);
            }
        }
    }

    private async done(id: string, record: Readonly<DeliveryRecord>, answer: HookAnswer): Promise<void> {
        await this.untilWritten(() => this.store.remove(id));
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
        await this.untilWritten(() => this.store.put(id, parked));
        this.deadLetters.put(id);
        this.leave(id);
        // who answers, even with a refusal, is there
        if (status !== undefined) this.up();
        this.options.settled(id, parked, error);
        const remove = (each: string): Promise<void> => this.untilWritten(() => this.store.remove(each));
        await this.deadLetters.makeRoom(remove, this.options.dropped);
        this.options.changed();
    }

    /** It was sent: not once more only because the disk is full just now. */
    private async untilWritten(write: () => Promise<void>): Promise<void> {
        const { downSince, lastError } = this;
        for (let attempt = 0; ; attempt++) {
            try {
                await write();
                [this.downSince, this.lastError] = [downSince, lastError];
                return;
            } catch (error) {
                if (error instanceof ClosedError) throw error;
                this.down(error);
                await this.options.clock.sleep(diskPauseMs(attempt), this.closed.signal);
            }
        }
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
