import { isReadable } from '../../../http/checked';
import type { PrintRecord, Verdict } from '../../../store/ledger/records';
import { isNewestRun, runOfRow } from '../finished-run';
import type { Intake } from '../import/intake';

/** What was found of a print's outcome. */
export interface Outcome {
    /** null: nothing yet */
    verdict: Verdict | null;
    /** its archive is not there any more: nobody will be asked */
    isGone: boolean;
}

type Held = Readonly<PrintRecord> & { archiveId: number };

/** The server's largest page. */
const PAGE = 500;
/** The log is filtered by `created_at`, which on PostgreSQL is the database's local time (bambuddy#2855). */
const ZONES_MS = 26 * 3600_000;

const NOTHING: Outcome = { verdict: null, isGone: false };

/**
 * Reads what people said of prints, from each run's own row: of several with one page of the log where they fit into one,
 * else archive by archive. Never more requests than prints: what the page did not tell is read by itself the next time.
 */
export class OutcomeReader {
    /** batches that a page did not tell, and those that have no row */
    private readonly single = new Set<string>();
    private readonly rowless = new Set<string>();

    constructor(private readonly intake: Intake) {}

    /** @returns by batch. @throws as `retryWhileUnavailable` */
    async read(held: readonly Held[], signal: AbortSignal): Promise<Map<string, Outcome>> {
        const found = new Map<string, Outcome>();
        const together = held.filter(({ batch }) => !this.single.has(batch));
        if (together.length > 1) await this.readPage(together, found, signal);
        else together.forEach(({ batch }) => this.single.add(batch));
        for (const record of held) {
            if (found.has(record.batch)) continue;
            found.set(record.batch, await this.readOne(record, signal));
        }
        return found;
    }

    /** Nothing more is asked of a print. */
    forget(batch: string): void {
        this.single.delete(batch);
        this.rowless.delete(batch);
    }

    private async readPage(held: readonly Held[], found: Map<string, Outcome>, signal: AbortSignal): Promise<void> {
        const ends = held.map(({ completedAt, at }) => Date.parse(completedAt ?? at));
        const query = {
            status: 'completed',
            limit: PAGE,
            dateFrom: new Date(Math.min(...ends) - ZONES_MS).toISOString(),
            dateTo: new Date(Math.max(...ends) + ZONES_MS).toISOString(),
        };
        const page = await this.intake.reader.logPage(query, signal);
        const runs = (page?.items ?? []).filter(isReadable).map(runOfRow);
        for (const { batch, archiveId, startedAt } of held) {
            const run = runs.find((each) => each?.archiveId === archiveId && isSameStart(each.startedAt, startedAt));
            if (run == null) this.single.add(batch);
            found.set(batch, run == null ? NOTHING : { verdict: run.verdict, isGone: false });
        }
    }

    private async readOne({ batch, archiveId, startedAt }: Held, signal: AbortSignal): Promise<Outcome> {
        if (!this.rowless.has(batch)) {
            const runs = await this.intake.reader.runs(archiveId, signal);
            const run = runs.find((each) => isSameStart(each.startedAt, startedAt));
            if (run !== undefined) return { verdict: run.verdict, isGone: false };
            this.rowless.add(batch);
            return NOTHING;
        }
        const archive = await this.intake.reader.archive(archiveId, signal);
        if (archive === null) return { verdict: null, isGone: true };
        return { verdict: isNewestRun(archive, startedAt) ? archive.user_verdict : null, isGone: false };
    }
}

function isSameStart(a: string | null, b: string | null): boolean {
    return a?.slice(0, 19) === b?.slice(0, 19);
}
