import { UNREADABLE } from '../../../clients/bambuddy/answers';
import { RejectedError } from '../../../http/errors';
import type { Candidate, Classification } from '../import/classifier';
import {
    newestFirst,
    oldestFirst,
    runOfItem,
    type ArchiveIndex,
    type HistoryItem,
    type HistoryRange,
    type Orphan,
} from '../import/history';
import type { Intake } from '../import/intake';
import { inStartOrder } from '../import/start-order';
import { ChosenPrints, type ChosenPrint } from './chosen-prints';
import type { BackfillReport } from './reports';

/** Which prints of the history are looked at. */
export interface HistoryChoice {
    /** only the newest so many, sent oldest first; skipped ones do not count */
    max?: number;
    since?: string;
    until?: string;
    /** these alone; missing: all. Not together with `max` */
    prints?: readonly ChosenPrint[];
}

/** The history as one backfill goes through it, and what each of its prints is. */
export class BackfillHistory {
    /** @param report told how many there are, as far as it is known */
    constructor(
        private readonly intake: Intake,
        private readonly settings: { pageSize: number; filter: { successOnly: boolean } },
        private readonly report: BackfillReport,
    ) {}

    /**
     * The prints of the choice, oldest first, as a person asked for them.
     * @param index every archive, where it was read; null: each is read when it is needed
     */
    async *items(choice: HistoryChoice, index: ArchiveIndex | null, signal: AbortSignal): AsyncGenerator<HistoryItem> {
        const chosen = choice.prints === undefined ? null : new ChosenPrints(choice.prints);
        const range: HistoryRange = {
            since: later(choice.since, chosen?.earliest ?? undefined),
            until: choice.until,
            successOnly: this.settings.filter.successOnly,
            pageSize: this.settings.pageSize,
        };
        this.report.phase = 'working';
        if (choice.max !== undefined) {
            const newest = await this.newest(choice.max, range, index, signal);
            this.report.total = newest.length;
            yield* newest;
            return;
        }
        if (chosen !== null) this.report.total = choice.prints!.length;
        for await (const { item, total } of oldestFirst(this.intake, range, index, signal)) {
            if (chosen === null) this.report.total = total;
            else if (!chosen.take(item)) continue;
            yield asked(item);
            if (chosen?.isComplete === true) return;
        }
    }

    /** The newest so many that count, oldest first. */
    private async newest(
        max: number,
        range: HistoryRange,
        index: ArchiveIndex | null,
        signal: AbortSignal,
    ): Promise<HistoryItem[]> {
        const taken: HistoryItem[] = [];
        let counted = 0;
        if (max <= 0) return taken;
        for await (const found of newestFirst(this.intake, range, signal)) {
            const item =
                'orphan' in found
                    ? found
                    : { ...found, asked: true as const, archive: index?.get(found.archiveId) ?? null };
            taken.push(item);
            if ('orphan' in item || (await this.classify(item, signal)).kind === 'skipped') continue;
            if (++counted >= max) break;
        }
        return inStartOrder(taken.reverse(), runOfItem);
    }

    /** An archive that cannot be read is left out with that reason: those beside it go on. @throws as `retryWhileUnavailable` */
    async classify(item: Candidate, signal: AbortSignal): Promise<Classification> {
        try {
            return await this.intake.classifier.classify(item, signal);
        } catch (error) {
            if (!(error instanceof RejectedError) || error.failureKind !== 'unreadable') throw error;
            return { kind: 'skipped', reason: error.message, run: item.run, gone: false };
        }
    }
}

/** The later of two moments, of those that are given. */
function later(a: string | undefined, b: string | undefined): string | undefined {
    return a === undefined || (b !== undefined && b > a) ? b : a;
}

/** Why a row leads nowhere. Texts of the server are not repeated here: reasons are counted. */
export function reasonOf({ unreadable }: Orphan): string {
    return unreadable === undefined ? 'no archive' : UNREADABLE;
}

/** A person asked for the history: what was offered after a lost ledger is taken with it. */
function asked(item: HistoryItem): HistoryItem {
    return 'orphan' in item ? item : { ...item, asked: true };
}
