import { timeOf } from '../store/print-order';
import { UNFINISHED } from '../store/records';
import type { Ledger } from '../store/ledger';
import type { Clock } from './clock';

/** A print of more days than these before its end is not looked for after a start. */
const LONGEST_MS = 7 * 86_400_000;
const MOST = 1000;

/** How many prints a source has sent today, by the machine's own calendar: for its status. */
export class SentToday {
    private day = { begins: 0, ends: 0 };
    private sent = 0;

    constructor(private readonly clock: Clock) {}

    get count(): number {
        const now = this.clock.now();
        return now >= this.day.begins && now < this.day.ends ? this.sent : 0;
    }

    add(): void {
        this.sent = this.count + 1;
        const now = this.clock.now();
        if (now < this.day.begins || now >= this.day.ends) this.day = dayOf(now);
    }

    /**
     * Counts those of before a start, among the newest of the ledger. What is unfinished is sent again and counts then; an
     * old print that an import of today took is passed over.
     */
    recall(ledger: Ledger, source: string): void {
        const now = this.clock.now();
        const { begins, ends } = dayOf(now);
        const isToday = (at: number): boolean => at >= begins && at < ends;
        const oldest = new Date(now - LONGEST_MS).toISOString();
        for (const print of ledger.older(null, MOST)) {
            if (timeOf(print) < oldest) return;
            const ended = !UNFINISHED.has(print.state) && print.state !== 'skipped';
            if (print.via === source && ended && isToday(Date.parse(print.at))) this.add();
        }
    }
}

/** Where the day of a time begins and ends, by the machine's calendar: it may have 23 or 25 hours. */
function dayOf(ms: number): { begins: number; ends: number } {
    const begins = new Date(ms).setHours(0, 0, 0, 0);
    const ends = new Date(begins);
    ends.setDate(ends.getDate() + 1);
    return { begins, ends: ends.setHours(0, 0, 0, 0) };
}
