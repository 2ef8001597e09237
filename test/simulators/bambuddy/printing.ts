import type { EventFeed } from './events';
import { archiveFile, costOf, printerReport, type SlicedFile } from './prints';
import type { PrinterJob } from './printer-status';
import { RunRow, type ArchiveRow, type Printer, type RunStatus } from './rows';
import type { BambuddyState } from './state';
import { behaves } from './version';
import type { Spools } from './spools';
import { plusSeconds, secondsBetween, toNaive, wholeSeconds, type NaiveTime } from './time';

export interface StartOptions extends SlicedFile {
    /** reprint of this archive row; what is said about the file is then ignored */
    archive?: number;
    startedAt?: Date | string;
    /** from 1.2.5.7 on: the job asks for its outcome */
    confirm?: boolean;
}

export interface FinishOptions {
    status?: RunStatus;
    completedAt?: Date | string;
    /** what this run used; default: the estimate for a completed run, unknown for others */
    grams?: number | null;
    failureReason?: string | null;
    /** what it used of spools that the server knows: [spool, grams] */
    usage?: readonly (readonly [spool: number, grams: number])[];
    /** false: the server did not get to write the print log's row; `logRun` writes it later */
    logged?: boolean;
    run?: Partial<RunRow>;
}

/** What a printer tells while it prints; what is left out is as before. */
export type Progress = Partial<Omit<PrinterJob, 'archiveId'> & Pick<Printer, 'state' | 'connected'>>;

/** The life of a print as the server follows it from the printer's messages. */
export class Printing {
    constructor(
        private readonly state: BambuddyState,
        private readonly events: EventFeed,
        private readonly spools: Spools,
    ) {}

    /** A print begins: a new archive, or the old row again, which keeps its creation and its last end (facts, reprint). */
    start(options: StartOptions): ArchiveRow {
        const printer = this.printer(options.printer);
        const started_at = options.startedAt === undefined ? this.state.moment() : toNaive(options.startedAt);
        const again = options.archive === undefined ? undefined : this.known(options.archive);
        const row = again ?? this.archive({ ...options, printer: printer.id }, started_at);
        // what was said of the run before stays on its row alone
        const unanswered = { user_verdict: null, user_verdict_source: null, user_verdict_at: null };
        this.state.changeArchive(row, { confirm_requested: options.confirm === true, ...unanswered });
        const [layers, seconds] = [row.total_layers ?? 100, row.print_time_seconds ?? 3600];
        const job = { name: jobName(row), archiveId: row.id, percent: 0, layer: 0, layers };
        printer.job = { ...job, minutesLeft: Math.ceil(seconds / 60) };
        this.turn(printer, 'PREPARE');
        this.events.emit({
            type: 'print_start',
            printer_id: printer.id,
            data: { ...printerReport, subtask_name: jobName(row) },
        });
        this.turn(printer, 'RUNNING');
        if (again) {
            this.state.changeArchive(row, { status: 'printing', started_at, printer_id: printer.id });
            this.events.emit({ type: 'archive_updated', data: { id: row.id, status: 'printing' } });
        } else {
            const { id, printer_id, filename, print_name, status } = row;
            this.events.emit({ type: 'archive_created', data: { id, printer_id, filename, print_name, status } });
        }
        return row;
    }

    /** A print ends; the row of the print log is written after the event has gone out. */
    finish(archiveId: number, options: FinishOptions = {}): RunRow | null {
        const row = this.known(archiveId);
        const { status = 'completed', logged = true } = options;
        const completed_at = options.completedAt === undefined ? this.state.moment() : toNaive(options.completedAt);
        const failure_reason = options.failureReason ?? reasons[status] ?? null;
        const printer = this.printer(row.printer_id ?? undefined);
        if (printer.job !== null && status === 'completed')
            Object.assign(printer.job, { percent: 100, layer: printer.job.layers });
        if (printer.job !== null) printer.job.minutesLeft = 0;
        const ended = status === 'completed' ? 'FINISH' : 'FAILED';
        this.turn(printer, ended);
        this.events.emit({
            type: 'print_complete',
            printer_id: printer.id,
            data: {
                // the printer does not tell a print that was stopped from one that failed (timeline, archive 41)
                status: status === 'cancelled' ? 'failed' : status,
                filename: '/data/Metadata/plate_1.gcode',
                subtask_name: jobName(row),
                timelapse_was_active: false,
            },
        });
        // written before the archive tells its end (usage_tracker.on_print_complete)
        for (const [spool, grams] of options.usage ?? [])
            this.spools.use(spool, grams, { printer: printer.id, name: jobName(row), status, end: completed_at });
        // once more: the plate is to be cleared
        this.turn(printer, ended);
        this.state.changeArchive(row, { status, completed_at, failure_reason });
        this.events.emit({ type: 'archive_updated', data: { id: row.id, status } });
        const run = logged ? this.log(row.id, options) : null;
        if (row.confirm_requested && status === 'completed' && behaves(this.state.version, 'verdicts'))
            this.events.emit({
                type: 'print_confirm_request',
                printer_id: printer.id,
                data: { archive_id: row.id, print_name: row.print_name },
            });
        return run;
    }

    /** Writes the print log's row for the print an archive shows last. */
    log(archiveId: number, { grams, run = {} }: Pick<FinishOptions, 'grams' | 'run'> = {}): RunRow {
        const row = this.known(archiveId);
        const completed_at = row.completed_at ?? this.state.moment();
        const used = grams === undefined ? (row.status === 'completed' ? row.filament_used_grams : null) : grams;
        const written = {
            id: this.state.nextRunId(),
            archive_id: row.id,
            print_name: row.print_name,
            printer_name: this.printer(row.printer_id ?? undefined).name,
            printer_id: row.printer_id,
            status: row.status,
            started_at: row.started_at,
            completed_at,
            duration_seconds: row.started_at === null ? null : secondsBetween(row.started_at, completed_at),
            filament_type: row.filament_type,
            filament_color: row.filament_color,
            filament_used_grams: used,
            cost: costOf(used),
            failure_reason: row.failure_reason,
            thumbnail_path: row.thumbnail_path,
            created_at: this.state.created(completed_at),
        };
        return this.state.insertRun(Object.assign(new RunRow(), written, run));
    }

    addPrinter(options: Partial<Printer> = {}): Printer {
        const id = options.id ?? this.state.printers.size + 1;
        const now = wholeSeconds(this.state.moment());
        const printer: Printer = {
            id,
            name: `Printer ${id}`,
            model: 'P1S',
            serial_number: `01P00A${String(id).padStart(9, '0')}`,
            location: null,
            connected: true,
            state: 'IDLE',
            job: null,
            created_at: now,
            updated_at: now,
            ...options,
        };
        this.state.printers.set(id, printer);
        return printer;
    }

    /** The printer of a print that goes on tells how far it is. */
    progress(archiveId: number, { state, connected, ...job }: Progress): void {
        const printer = [...this.state.printers.values()].find((each) => each.job?.archiveId === archiveId);
        if (!printer?.job) throw new Error(`no printer prints archive ${archiveId}`);
        Object.assign(printer.job, job);
        if (connected !== undefined) printer.connected = connected;
        this.turn(printer, state ?? printer.state);
    }

    private turn(printer: Printer, state: Printer['state']): void {
        printer.state = state;
        this.events.printer(printer);
    }

    private printer(id: number | undefined): Printer {
        if (id !== undefined) return this.state.printers.get(id) ?? this.addPrinter({ id });
        return this.state.printers.values().next().value ?? this.addPrinter();
    }

    private archive(file: SlicedFile, started_at: NaiveTime): ArchiveRow {
        const row = archiveFile(this.state, file, { status: 'printing', started_at, created_at: started_at });
        if (row.extra_data) row.extra_data._print_data = printerReport;
        return row;
    }

    private known(id: number): ArchiveRow {
        const row = this.state.archives.get(id);
        if (!row) throw new Error(`no archive ${id}`);
        return row;
    }
}

const reasons: Partial<Record<RunStatus, string>> = { cancelled: 'User cancelled', aborted: 'User cancelled' };

function jobName(row: ArchiveRow): string {
    return (row.print_name ?? row.filename).replace(/ /g, '_');
}

/** When a finished print ended, where only its length is known. */
export function endOf(startedAt: NaiveTime, seconds: number): NaiveTime {
    return plusSeconds(startedAt, seconds);
}
