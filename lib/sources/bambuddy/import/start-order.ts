import { overlap, spanOf, type Span } from '../../../print/duplicate-report';
import type { FinishedRun } from '../finished-run';

/** Runs that are looked ahead at: of those that end between two that overlap. */
const LOOK_AHEAD = 200;

interface Placed<T> {
    item: T;
    /** null: not of a known time, it keeps its place */
    run: (Span & { printerId: number | null }) | null;
}

/**
 * Puts the earlier start first where runs of one printer overlap: of a print that is told twice it is the one that stands.
 * All else keeps its order, by the end. What was handed out stays: one that comes later is then the second.
 */
export class StartOrder<T> {
    private waiting: Placed<T>[] = [];

    /** @param runOf null for what is no run that can be read */
    constructor(
        private readonly runOf: (item: T) => FinishedRun | null,
        private readonly lookAhead = LOOK_AHEAD,
    ) {}

    /** @returns those that are due, in their order */
    push(items: readonly T[]): T[] {
        for (const item of items) this.place({ item, run: placeOf(this.runOf(item)) });
        return this.waiting.splice(0, this.waiting.length - this.lookAhead).map(({ item }) => item);
    }

    /** What is left: nothing more comes. */
    rest(): T[] {
        return this.waiting.splice(0).map(({ item }) => item);
    }

    private place(next: Placed<T>): void {
        const at = this.waiting.findIndex((before) => belongsBefore(next.run, before.run));
        if (at === -1) this.waiting.push(next);
        else this.waiting.splice(at, 0, next);
    }
}

/** The same of a whole list. */
export function inStartOrder<T>(items: readonly T[], runOf: (item: T) => FinishedRun | null): T[] {
    const order = new StartOrder(runOf);
    return [...order.push(items), ...order.rest()];
}

function placeOf(run: FinishedRun | null): Placed<unknown>['run'] {
    const span = run === null ? null : spanOf(run.startedAt, run.completedAt);
    return span === null ? null : { ...span, printerId: run!.printerId };
}

function belongsBefore(next: Placed<unknown>['run'], before: Placed<unknown>['run']): boolean {
    if (next === null || before === null || next.start >= before.start) return false;
    const isTie = Math.floor(next.end / 1000) === Math.floor(before.end / 1000);
    return isTie || (next.printerId !== null && next.printerId === before.printerId && overlap(next, before));
}
