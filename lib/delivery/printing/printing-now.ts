import type { PrintRecord } from '../../store/ledger/records';

/** What a source hears of a printer. */
export interface PrinterReport {
    /** tells the printers of a source apart */
    printer: string;
    /** what people call it; null: not told */
    name: string | null;
    /** `away`: what it does is not known */
    phase: 'preparing' | 'printing' | 'paused' | 'finished' | 'failed' | 'idle' | 'away';
    job: string | null;
    /** 0 to 100 */
    percent: number | null;
    layer: number | null;
    layers: number | null;
    secondsLeft: number | null;
    /** the source has a picture of the job */
    picture: boolean;
}

/** The job of a printer: it goes on, or ended a short while ago. */
export interface PrinterJob extends Omit<PrinterReport, 'phase'> {
    phase: Exclude<PrinterReport['phase'], 'idle' | 'away'>;
    /** when it was heard of first, ms since 1970: tells the jobs of a printer apart */
    since: number;
    /** its print; null: it goes on, or the print is not in the ledger yet */
    batch: string | null;
}

/** The ledger, as far as the print of a job is looked for in it. */
interface PrintsSoFar {
    older(place: null, count: number): readonly Readonly<PrintRecord>[];
}

interface Entry {
    job: PrinterJob;
    /** the archive that its source made for it; null: none, or not known */
    archiveId: number | null;
    /** the newest prints that were there when it was heard of first */
    before: ReadonlySet<string>;
    forgotten: NodeJS.Timeout | null;
}

/** A job that has ended is shown for so long. */
export const SHOWN_MS = 10 * 60_000;
/** Its print is among the newest so many. */
const NEWEST = 50;

const UNDER_WAY: ReadonlySet<PrinterReport['phase']> = new Set(['preparing', 'printing', 'paused']);

/**
 * The jobs of the printers of one source, as its connection tells of them, and what came of those that ended. It is kept in
 * memory alone, and asks no server.
 */
export class PrintingNow {
    private readonly entries = new Map<string, Entry>();
    private readonly watchers = new Set<() => void>();

    /**
     * @param kind `source` of its prints
     * @param isOf (record, printer) → whether a print of that kind was made by a printer of this source
     */
    constructor(
        private readonly ledger: PrintsSoFar,
        private readonly kind: string,
        private readonly isOf: (record: Readonly<PrintRecord>, printer: string) => boolean,
        private readonly now: () => number = Date.now,
        private readonly shownMs = SHOWN_MS,
    ) {}

    /** In the order in which they were heard of. */
    list(): PrinterJob[] {
        return [...this.entries.values()].map((entry) => {
            const { job } = entry;
            if (job.batch === null && !UNDER_WAY.has(job.phase)) job.batch = this.printOf(entry);
            return { ...job };
        });
    }

    /** Told when something of it has changed, at once and as often. @returns ends it */
    watch(watcher: () => void): () => void {
        this.watchers.add(watcher);
        return () => void this.watchers.delete(watcher);
    }

    /** A printer tells what it does. */
    heard(report: PrinterReport): void {
        const { phase } = report;
        const known = this.entries.get(report.printer);
        if (UNDER_WAY.has(phase)) {
            const goesOn = known !== undefined && UNDER_WAY.has(known.job.phase) && known.job.job === report.job;
            this.take(goesOn ? known : this.begin(report.printer), report);
            return;
        }
        // of a job that ended before we listened nothing is shown
        if (known === undefined || !UNDER_WAY.has(known.job.phase)) return;
        if (phase === 'away') return this.forget(report.printer, known);
        known.forgotten = setTimeout(() => this.forget(report.printer, known), this.shownMs);
        known.forgotten.unref();
        // a printer that is idle has lost its job
        known.job.phase = phase === 'finished' ? 'finished' : 'failed';
        known.job.percent = phase === 'finished' ? 100 : known.job.percent;
        known.job.secondsLeft = null;
        this.tell();
    }

    /** The archive of a job that has begun. @param printer null: of the one whose archive is not known, where there is one alone */
    begun(archiveId: number, printer: string | null): void {
        const open = [...this.entries.values()].filter(
            ({ job, archiveId: its }) => UNDER_WAY.has(job.phase) && (printer === null ? its === null : true),
        );
        const entry = printer === null ? (open.length === 1 ? open[0] : undefined) : this.entries.get(printer);
        if (entry !== undefined) entry.archiveId = archiveId;
    }

    /** The connection is gone: what goes on is not known any more. */
    lost(): void {
        const gone = [...this.entries].filter(([, { job }]) => UNDER_WAY.has(job.phase));
        for (const [printer] of gone) this.entries.delete(printer);
        if (gone.length > 0) this.tell();
    }

    close(): void {
        for (const { forgotten } of this.entries.values()) if (forgotten !== null) clearTimeout(forgotten);
        this.entries.clear();
        this.watchers.clear();
    }

    private begin(printer: string): Entry {
        const { forgotten } = this.entries.get(printer) ?? { forgotten: null };
        if (forgotten !== null) clearTimeout(forgotten);
        const before = new Set(this.ledger.older(null, NEWEST).map(({ batch }) => batch));
        const job = { since: this.now(), batch: null } as PrinterJob;
        const entry: Entry = { job, archiveId: null, before, forgotten: null };
        this.entries.set(printer, entry);
        return entry;
    }

    private take(entry: Entry, report: PrinterReport): void {
        const { since, batch } = entry.job;
        const next = { ...report, since, batch } as PrinterJob;
        const hasChanged = JSON.stringify(next) !== JSON.stringify({ ...entry.job, since, batch });
        entry.job = next;
        if (hasChanged) this.tell();
    }

    private forget(printer: string, entry: Entry): void {
        if (this.entries.get(printer) !== entry) return;
        this.entries.delete(printer);
        this.tell();
    }

    private printOf({ job: { printer }, archiveId, before }: Entry): string | null {
        const fits = (record: Readonly<PrintRecord>): boolean =>
            record.source === this.kind &&
            !before.has(record.batch) &&
            (archiveId === null ? this.isOf(record, printer) : record.archiveId === archiveId);
        return this.ledger.older(null, NEWEST).find(fits)?.batch ?? null;
    }

    private tell(): void {
        for (const watcher of this.watchers) watcher();
    }
}
