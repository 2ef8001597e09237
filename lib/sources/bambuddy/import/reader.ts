import type { Archive, ListedArchiveRow, Printer, RunPage } from '../../../clients/bambuddy/answers';
import type { BambuddyClient, PrintLogQuery } from '../../../clients/bambuddy/client';
import { utc } from '../../../clients/bambuddy/times';
import { isFresh } from '../../../concurrency/clock';
import type { CircuitBreaker } from '../../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { isReadable } from '../../../http/checked';
import { AuthError, RejectedError } from '../../../http/errors';
import type { Ledger } from '../../../store/ledger/ledger';
import type { PrintRecord, Verdict } from '../../../store/ledger/records';
import { isArchiveOf } from '../archive-of-print';
import { isNewestRun, runOfArchive, runOfRecord, runOfRow, type FinishedRun } from '../finished-run';
import { onlyRun } from '../print-of-run';
import { BAMBUDDY_PRINTS } from '../print-kind';

const PRINTERS_MS = 10 * 60_000;

/** Reads archives and runs of a Bambuddy, each for as long as it takes (`retryWhileUnavailable`). Changes nothing. */
export class BambuddyReader {
    /** told of what a row says that was read for whatever reason: it costs nothing */
    onVerdict: (record: Readonly<PrintRecord>, verdict: Verdict) => void = () => undefined;
    private printers: { list: Printer[]; readAt: number } | null = null;

    constructor(
        readonly bambuddy: BambuddyClient,
        private readonly breaker: CircuitBreaker,
        private readonly ledger: Ledger,
    ) {}

    async archive(archiveId: number, signal: AbortSignal): Promise<Archive | null> {
        const isWell = (): Promise<unknown> => this.bambuddy.printLog({ limit: 1 }, signal);
        return retryWhileUnavailable(this.breaker, () => this.bambuddy.archive(archiveId, signal), signal, isWell);
    }

    /** The archive of a print, where that is still there and not another one under its id. */
    async archiveOf(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Archive | null> {
        const archive = record.archiveId === null ? null : await this.archive(record.archiveId, signal);
        return archive !== null && (await this.isOf(archive, record.startedAt, signal)) ? archive : null;
    }

    /**
     * Whether a run is of this archive: between the look at the log and the one at the archive it may have been purged, and
     * its id given again.
     */
    hasRun(archive: Archive, run: FinishedRun, signal: AbortSignal): Promise<boolean> {
        return this.isOf(archive, run.startedAt, signal);
    }

    private isOf(archive: Archive, startedAt: string | null, signal: AbortSignal): Promise<boolean> {
        return retryWhileUnavailable(
            this.breaker,
            () => isArchiveOf(this.bambuddy, archive, startedAt, signal),
            signal,
        );
    }

    /** The runs of an archive, newest first. */
    async runs(archiveId: number, signal: AbortSignal): Promise<FinishedRun[]> {
        const page = await retryWhileUnavailable(this.breaker, () => this.bambuddy.runs(archiveId, signal), signal);
        return page.items
            .filter(isReadable)
            .map(runOfRow)
            .filter((run) => run !== null);
    }

    /** The run of a print: by its row, else by the archive where that tells of this run, else by the ledger. */
    async runOf(archive: Archive, record: Readonly<PrintRecord>, signal: AbortSignal): Promise<FinishedRun> {
        const isNewest = record.startedAt === null || isNewestRun(archive, record.startedAt);
        if (record.runId === null && onlyRun(archive) && isNewest) return runOfArchive(archive);
        const runs = await this.runs(archive.id, signal);
        const row = runs.find((run) => run.startedAt === record.startedAt);
        if (row !== undefined) return row;
        if (!isNewest) return runOfRecord(archive, record);
        // what a person said of it may be of another run
        return { ...runOfArchive(archive), startedAt: record.startedAt, verdict: null };
    }

    /** A page of the print log, for as long as it takes. @returns null on servers without one */
    readonly logPage = async (query: PrintLogQuery, signal: AbortSignal): Promise<RunPage | null> => {
        const page = await retryWhileUnavailable(this.breaker, () => this.bambuddy.printLog(query, signal), signal);
        if (page !== null) this.reportVerdicts(page);
        // the newest rows tell of the present
        if (page !== null && (query.offset ?? 0) === 0) {
            const rows = page.items.filter(isReadable);
            this.bambuddy.databaseClock.learn(
                rows.map((row) => ({ created: utc(row.created_at), written: utc(row.completed_at) })),
            );
        }
        return page;
    };

    readonly archivePage = async (
        query: Parameters<BambuddyClient['archives']>[0],
        signal: AbortSignal,
    ): Promise<ListedArchiveRow[]> => {
        const list = await retryWhileUnavailable(this.breaker, () => this.bambuddy.archives(query, signal), signal);
        if ((query.offset ?? 0) === 0) {
            const printedOnce = list.filter(isReadable).filter(onlyRun);
            this.bambuddy.databaseClock.learn(
                printedOnce.map((row) => ({ created: utc(row.created_at), written: utc(row.started_at) })),
            );
        }
        return list;
    };

    /** Names and models of printers: nice to have, so a key that may not see them is no reason to stop. */
    async printer(id: number | null, signal: AbortSignal): Promise<Printer | undefined> {
        if (id === null) return undefined;
        if (this.printers === null || !isFresh(this.printers.readAt, PRINTERS_MS, Date.now())) {
            const list = await retryWhileUnavailable(
                this.breaker,
                () =>
                    this.bambuddy.printers(signal).catch((error: unknown) => {
                        if (error instanceof AuthError || error instanceof RejectedError) return [];
                        throw error;
                    }),
                signal,
            );
            this.printers = { list, readAt: Date.now() };
        }
        return this.printers.list.find((printer) => printer.id === id);
    }

    private reportVerdicts(page: RunPage): void {
        for (const row of page.items) {
            if (!isReadable(row) || row.user_verdict === null || row.archive_id === null) continue;
            const record = this.ledger.printOfRun(BAMBUDDY_PRINTS.kind, row.archive_id, utc(row.started_at));
            if (record?.hold !== undefined) this.onVerdict(record, row.user_verdict);
        }
    }
}
