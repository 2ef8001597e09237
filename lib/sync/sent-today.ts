import { timeOf } from '../store/print-order';
import { UNFINISHED } from '../store/records';
import type { Ledger } from '../store/ledger';
import type { Clock } from './clock';

/** A print of more days than these before its end is not looked for after a start. */
const LONGEST_MS = 7 * 86_400_000;
const MOST = 1000;

/** How many prints a source has sent today, by the machine's own calendar: for its status. */
export class SentToday {
    private day = '';
    private sent = 0;

    constructor(private readonly clock: Clock) {}

    get count(): number {
        return this.day === dayOf(this.clock.now()) ? this.sent : 0;
    }

    add(): void {
        this.sent = this.count + 1;
        this.day = dayOf(this.clock.now());
    }

    /**
     * Counts those of before a start, among the newest of the ledger. What is unfinished is sent again and counts then; an
     * old print that an import of today took is passed over.
     */
    recall(ledger: Ledger, source: string): void {
        const now = this.clock.now();
        const today = dayOf(now);
        const oldest = new Date(now - LONGEST_MS).toISOString();
        for (const print of ledger.older(null, MOST)) {
            if (timeOf(print) < oldest) return;
            const ended = !UNFINISHED.has(print.state) && print.state !== 'skipped';
            if (print.via === source && ended && dayOf(Date.parse(print.at)) === today) this.add();
        }
    }
}

function dayOf(ms: number): string {
    return new Date(ms).toDateString();
}
