import type { Clock } from '../../concurrency/clock';
import { ClosedError } from '../../concurrency/closed-error';
import { WakeableLoop } from '../../concurrency/wakeable-loop';

/** What a pass over a catalog reads: all of it, or what changes with each sale. */
export type PassKind = 'all' | 'stock';

export interface PassesParts<R extends object> {
    clock: Clock;
    /** reads; waits for a server that does not answer. @throws what a person must see to */
    read: (kind: PassKind, signal: AbortSignal) => Promise<R>;
    /** between two passes of a kind, ms; 0: never by itself */
    intervalMs: Readonly<Record<PassKind, number>>;
    /** told of a pass that came to its end */
    done: (kind: PassKind, report: R) => void;
    /** told of one that did not */
    failed: (error: unknown) => void;
}

/** What people may do about passes. */
export interface PassControl {
    readonly paused: boolean;
    pause(): void;
    resume(): void;
    refresh(): Promise<object>;
    /** @returns whether a pass was under way */
    stop(): boolean;
}

/** After something happened at a till it is read so much later: what comes together is read together. */
const SOON_MS = 5000;
/** However often something happens, so much time lies between two passes that were made for it. */
const GAP_MS = 60_000;

/** A person stopped the pass that was under way; what it had read of a list that it did not come to the end of is dropped. */
export class PassStopped extends Error {
    readonly code = 'STOPPED';
    constructor() {
        super('The pass was stopped before its end');
        this.name = 'PassStopped';
    }
}

/** The passes of a source over its catalog, one at a time: at their intervals, and when somebody asks. */
export class CatalogPasses<R extends object> implements PassControl {
    private readonly closed = new AbortController();
    private readonly loop: WakeableLoop;
    private readonly due: Record<PassKind, number> = { all: Infinity, stock: Infinity };
    /** passes that somebody was woken for */
    private readonly soonAt: Record<PassKind, number> = { all: Infinity, stock: Infinity };
    private lastEnd = -Infinity;
    private asked: ((outcome: Promise<R>) => void)[] = [];
    private running: Promise<void> = Promise.resolve();
    private isPaused = false;
    /** ends the pass under way; null: none is */
    private stopping: AbortController | null = null;

    constructor(private readonly parts: PassesParts<R>) {
        this.loop = new WakeableLoop(parts.clock, this.closed.signal);
    }

    /** @param atOnce whether the first pass is made now, or after an interval */
    start(atOnce: boolean): void {
        const now = this.parts.clock.now();
        for (const kind of ['all', 'stock'] as const) this.due[kind] = now + (this.parts.intervalMs[kind] || Infinity);
        if (atOnce) this.due.all = now;
        this.running = this.loop.run(
            () => this.work(),
            () => (this.isPaused ? Infinity : Math.min(this.dueAt('all'), this.dueAt('stock'))),
        );
    }

    get paused(): boolean {
        return this.isPaused;
    }

    /** Until `resume` no pass is made by itself. */
    pause(): void {
        this.isPaused = true;
        this.loop.wake();
    }

    resume(): void {
        this.isPaused = false;
        this.loop.wake();
    }

    /** Something has changed: a pass is made in some seconds, and for many such calls one in a minute. */
    soon(kind: PassKind): void {
        const now = this.parts.clock.now();
        this.soonAt[kind] = Math.min(this.soonAt[kind], Math.max(now + SOON_MS, this.lastEnd + GAP_MS));
        this.loop.wake();
    }

    /** A pass over all, now or right after the one under way. @throws ClosedError; what `read` throws */
    refresh(): Promise<R> {
        if (this.closed.signal.aborted) return Promise.reject(new ClosedError());
        const pass = new Promise<R>((resolve) => void this.asked.push(resolve));
        this.loop.wake();
        return pass;
    }

    /** Ends the pass under way; the next one is made at its interval. @returns whether there was one */
    stop(): boolean {
        this.stopping?.abort();
        return this.stopping !== null;
    }

    async close(): Promise<void> {
        this.closed.abort();
        await this.running;
        for (const answer of this.asked.splice(0)) answer(rejected(new ClosedError()));
    }

    private async work(): Promise<void> {
        const now = this.parts.clock.now();
        const asked = this.asked.splice(0);
        const isDue = (kind: PassKind): boolean => !this.isPaused && this.dueAt(kind) <= now;
        const kind: PassKind | null = asked.length > 0 || isDue('all') ? 'all' : isDue('stock') ? 'stock' : null;
        if (kind === null) return;
        // what happens from now on is for the next one
        if (kind === 'all') this.soonAt.all = Infinity;
        this.soonAt.stock = Infinity;
        const pass = this.read(kind);
        for (const answer of asked) answer(pass);
        try {
            this.parts.done(kind, await pass);
        } catch (error) {
            if (!(error instanceof ClosedError || error instanceof PassStopped)) this.parts.failed(error);
        }
        // from its end on, so that a slow one does not follow itself; a whole one has the stock, too
        const end = this.parts.clock.now();
        this.lastEnd = end;
        if (kind === 'all') this.due.all = end + (this.parts.intervalMs.all || Infinity);
        this.due.stock = end + (this.parts.intervalMs.stock || Infinity);
        if (this.asked.length > 0) this.loop.wake();
    }

    private dueAt(kind: PassKind): number {
        return Math.min(this.due[kind], this.soonAt[kind]);
    }

    private async read(kind: PassKind): Promise<R> {
        const stopping = new AbortController();
        this.stopping = stopping;
        try {
            return await this.parts.read(kind, AbortSignal.any([this.closed.signal, stopping.signal]));
        } catch (error) {
            if (error instanceof ClosedError && stopping.signal.aborted) throw new PassStopped();
            throw error;
        } finally {
            this.stopping = null;
        }
    }
}

function rejected(error: Error): Promise<never> {
    const promise = Promise.reject(error);
    // its error goes to the callers that asked for it alone
    promise.catch(() => undefined);
    return promise;
}
