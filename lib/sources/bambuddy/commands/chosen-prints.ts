import { earlier } from '../../../clients/bambuddy/times';
import type { HistoryItem } from '../import/history';
import { ZONES_MS } from '../import/log-comparison';

/** A print of the history that a person chose: the run of an archive that began then, or every run of it. */
export interface ChosenPrint {
    archiveId: number;
    /** UTC; null: the run does not tell it; missing: every run */
    startedAt?: string | null;
}

/** So many may be chosen one by one. */
export const MOST_CHOSEN = 2000;

/** Which items of the history were chosen. */
export class ChosenPrints {
    /** what ended before this moment (UTC) was not chosen; null: that is not known */
    readonly earliest: string | null;
    private readonly archives = new Set<number>();
    /** runs that were not met yet */
    private readonly runs = new Set<string>();

    constructor(chosen: readonly ChosenPrint[]) {
        for (const { archiveId, startedAt } of chosen) {
            if (startedAt === undefined) this.archives.add(archiveId);
            else this.runs.add(keyOf(archiveId, startedAt));
        }
        const starts = chosen.map(({ startedAt }) => startedAt ?? null);
        const first = starts.reduce((a, b) => (a === null || b === null ? null : a < b ? a : b), starts[0] ?? null);
        // a run that does not tell its end has the time of its row for one, in the zone of the database
        this.earliest = earlier(first, ZONES_MS) ?? null;
    }

    /** Whether an item is one of them; a run that is told twice counts once. */
    take(item: HistoryItem): boolean {
        if ('orphan' in item) return false;
        const startedAt = item.run === null ? (item.listed?.startedAt ?? null) : item.run.startedAt;
        return this.archives.has(item.archiveId) || this.runs.delete(keyOf(item.archiveId, startedAt));
    }

    /** Nothing more can be met. */
    get isComplete(): boolean {
        return this.archives.size === 0 && this.runs.size === 0;
    }
}

/** By the second: servers write times with fractions and without. */
function keyOf(archiveId: number, startedAt: string | null): string {
    return `${archiveId}/${startedAt === null ? '' : Math.floor(Date.parse(startedAt) / 1000)}`;
}
