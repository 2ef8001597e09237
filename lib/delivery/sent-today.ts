import { timeOf } from '../store/ledger/print-order';
import { UNFINISHED } from '../store/ledger/records';
import type { Ledger } from '../store/ledger/ledger';
import type { Clock } from '../concurrency/clock';

/** Prints of the ledger looked at after a start. */
const MOST = 1000;

/** How many of the prints that a source has sent ended today, by the machine's own calendar: for its status. */
export class SentToday {
    private day = { begins: 0, ends: 0 };
    /** batches: a print that is sent again ended once */
    private readonly ended = new Set<string>();

    constructor(private readonly clock: Clock) {}

    get count(): number {
        const now = this.clock.now();
        return now >= this.day.begins && now < this.day.ends ? this.ended.size : 0;
    }

    /** @param completedAt ISO 8601; null: not known, it was just now */
    add({ batch, completedAt }: { batch: string; completedAt: string | null }): void {
        this.turn();
        const at = completedAt === null ? this.clock.now() : Date.parse(completedAt);
        if (at >= this.day.begins && at < this.day.ends) this.ended.add(batch);
    }

    /** Counts those of before a start. What is unfinished is sent again and counts then. */
    recall(ledger: Ledger, source: string): void {
        this.turn();
        const begins = new Date(this.day.begins).toISOString();
        for (const print of ledger.older(null, MOST)) {
            if (timeOf(print) < begins) return;
            const isOver = !UNFINISHED.has(print.state) && print.state !== 'skipped';
            if (print.via === source && isOver) this.add({ batch: print.batch, completedAt: timeOf(print) });
        }
    }

    private turn(): void {
        const now = this.clock.now();
        if (now >= this.day.begins && now < this.day.ends) return;
        this.day = dayOf(now);
        this.ended.clear();
    }
}

/** Where the day of a time begins and ends, by the machine's calendar: it may have 23 or 25 hours. */
function dayOf(ms: number): { begins: number; ends: number } {
    const begins = new Date(ms).setHours(0, 0, 0, 0);
    const ends = new Date(begins);
    ends.setDate(ends.getDate() + 1);
    return { begins, ends: ends.setHours(0, 0, 0, 0) };
}
