import type { PassControl } from './catalog-passes';

/** Something that is read by passes of its own. */
export interface PassLine<R extends object> {
    passes: PassControl;
    /** A pass over all, in the time that a person waits for. */
    refresh: () => Promise<R>;
}

/** The passes of several accounts, as one: each has its own, and the failure of one does not touch the others. */
export class ManyPasses<L extends PassLine<R>, R extends object> implements PassControl {
    private isPaused = false;

    /**
     * @param lines those that run now
     * @param merge makes one report of what each brought, or threw
     */
    constructor(
        private readonly lines: () => readonly L[],
        private readonly merge: (lines: readonly L[], outcomes: readonly PromiseSettledResult<R>[]) => R,
    ) {}

    get paused(): boolean {
        return this.isPaused;
    }

    pause(): void {
        this.isPaused = true;
        for (const { passes } of this.lines()) passes.pause();
    }

    resume(): void {
        this.isPaused = false;
        for (const { passes } of this.lines()) passes.resume();
    }

    /** @throws what a pass threw, where none came to its end */
    async refresh(): Promise<R> {
        const lines = this.lines();
        const outcomes = await Promise.allSettled(lines.map((line) => line.refresh()));
        const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
        if (failed.length > 0 && failed.length === outcomes.length) throw failed[0]!.reason;
        return this.merge(lines, outcomes);
    }

    stop(): boolean {
        return this.lines()
            .map(({ passes }) => passes.stop())
            .includes(true);
    }
}
