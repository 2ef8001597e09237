import { Simulator, type SimulatorOptions } from '../simulator';
import { Access, type KeyOptions } from './access';
import { answer, answerErrors, pageOrNothing, refuseHead } from './answers';
import { archiveRoutes, purgeArchive, stampVerdict } from './archives';
import { EventFeed } from './events';
import { addPhoto, fileRoutes } from './files';
import { imageRoutes } from './images';
import { addProject, printerRoutes } from './printers';
import { endOf, Printing, type FinishOptions, type Progress, type StartOptions } from './printing';
import { printLogRoutes } from './print-log';
import { archiveFile, type SlicedFile } from './prints';
import { RunRow, type ArchiveRow, type ArchiveStatus, type Printer, type Project, type Verdict } from './rows';
import { searchRoutes } from './search';
import { serverRoutes } from './server-info';
import { Spools } from './spools';
import { BambuddyState } from './state';
import { naive, toNaive, type NaiveTime } from './time';
import { DEFAULT_VERSION } from './version';

export interface BambuddyOptions extends SimulatorOptions {
    /** default true */
    auth?: boolean;
    /** false: a server from before there was a print log, `/print-log/` is 404 */
    printLog?: boolean;
    /** true: images want a token of `POST /auth/media-token`, as from 1.2.6 on */
    mediaToken?: boolean;
    /** false: a server from before there were spools, `/inventory/…` is 404 */
    spools?: boolean;
    /** default 1.2.5.2; 1.2.5.7 is the newest whose behaviour is simulated */
    version?: string;
    now?: () => Date;
    /** PostgreSQL in a zone of its own: what its clock adds to UTC, at a UTC moment; both in milliseconds */
    databaseOffset?: (utcMs: number) => number;
}

/** Uploaded and never printed, or printed before there was a print log. */
export interface ArchiveOptions extends SlicedFile {
    status?: ArchiveStatus;
    createdAt?: Date | string;
    startedAt?: Date | string;
    completedAt?: Date | string;
}

export interface FinishedPrint extends StartOptions, Omit<FinishOptions, 'completedAt'> {
    /** default 3600; without `startedAt` the print ends now */
    seconds?: number;
}

/**
 * Bambuddy 1.2.5.2 (or later, see `version`) on SQLite: archives, print log, images, keys, events. Clients ask it over HTTP and WebSocket;
 * a test plays the printer (`print`, `start`, `finish`) and the person at the web interface (`setExternalUrl`, …).
 */
export class BambuddySimulator extends Simulator {
    readonly state: BambuddyState;
    readonly access: Access;
    readonly events: EventFeed;
    readonly spools: Spools;
    /** false: something between takes the header `Date` away */
    sendsDate = true;
    /** may read and change archives */
    readonly apiKey: string;
    readonly readOnlyKey: string;
    readonly writeOnlyKey: string;
    readonly expiredKey: string;
    readonly disabledKey: string;
    private readonly printing: Printing;
    private readonly now: () => Date;
    /** by printer and file */
    private readonly printedUntil = new Map<string, NaiveTime>();

    constructor(options: BambuddyOptions = {}) {
        super(options);
        const { auth = true, printLog = true, mediaToken = false, spools = true } = options;
        const { version = DEFAULT_VERSION } = options;
        this.now = options.now ?? (() => new Date());
        this.state = new BambuddyState(this.now, options.databaseOffset, version);
        this.access = new Access(auth, mediaToken ? 'media' : 'camera', this.now, version);
        this.events = new EventFeed(this.state, this.access);
        this.spools = new Spools(this.state);
        this.printing = new Printing(this.state, this.events, this.spools);
        this.apiKey = this.addKey();
        this.readOnlyKey = this.addKey({ canManageArchives: false });
        this.writeOnlyKey = this.addKey({ canReadStatus: false });
        this.expiredKey = this.addKey({ expired: true });
        this.disabledKey = this.addKey({ disabled: true });

        const { state, access } = this;
        this.app.use((_req, res, next) => {
            // whole seconds, by the clock that its rows are written by
            if (this.sendsDate) res.setHeader('date', this.now().toUTCString());
            else res.sendDate = false;
            next();
        });
        this.app.get('/health', (_req, res) => answer(res, { status: 'healthy' }));
        this.app.use(access.gate, refuseHead);
        this.app.use('/api/v1', serverRoutes(state, access, { version, mediaToken, setUp: () => auth || access.on }));
        this.app.use('/api/v1', searchRoutes(state, access));
        this.app.use('/api/v1', fileRoutes(state, access));
        this.app.use('/api/v1', imageRoutes(state, access));
        this.app.use('/api/v1', archiveRoutes(state, access));
        if (printLog) this.app.use('/api/v1', printLogRoutes(state, access, version));
        this.app.use('/api/v1', printerRoutes(state, access));
        if (spools) this.app.use('/api/v1', this.spools.routes(access));
        this.app.use(pageOrNothing);
        this.app.use(answerErrors);
        // WebSockets never come to the express application, they have to be taken off the HTTP server
        this.events.attach(this.server, () => this.down);
    }

    override async close(): Promise<void> {
        this.events.disconnect(null);
        await super.close();
    }

    /** Authentication switched on or off by a person, while the server runs. */
    get auth(): boolean {
        return this.access.on;
    }

    set auth(on: boolean) {
        this.access.on = on;
    }

    /** The next n requests with a valid key are answered 401, as while another writer holds SQLite. */
    get lock401(): number {
        return this.access.locked;
    }

    set lock401(requests: number) {
        this.access.locked = requests;
    }

    get violations(): string[] {
        return this.state.violations;
    }

    addKey(options: KeyOptions = {}): string {
        return this.access.addKey(options);
    }

    addPrinter(options: Partial<Printer> = {}): Printer {
        return this.printing.addPrinter(options);
    }

    addProject(options: Partial<Project> = {}): Project {
        return addProject(this.state, options);
    }

    addArchive(options: ArchiveOptions = {}): number {
        const time = (at: Date | string | undefined): string | null => (at === undefined ? null : toNaive(at));
        const { status = 'archived', startedAt, createdAt, completedAt } = options;
        return archiveFile(this.state, options, {
            status,
            started_at: time(startedAt),
            // an upload has an end time although it was never printed (recording 08)
            completed_at: time(completedAt) ?? (status === 'printing' ? null : this.state.moment()),
            created_at: time(createdAt ?? startedAt) ?? this.state.moment(),
        }).id;
    }

    /** A print from beginning to end. `runId` is null where `logged` is false. */
    print(options: FinishedPrint = {}): { archiveId: number; runId: number | null } {
        const { seconds = 3600 } = options;
        const startedAt =
            options.startedAt === undefined
                ? this.state.moment(new Date(this.now().getTime() - seconds * 1000))
                : toNaive(options.startedAt);
        const estimate = { seconds, grams: options.grams, ...options.estimate };
        const printer = options.printer ?? this.freePrinter(options, startedAt, endOf(startedAt, seconds));
        const { id } = this.printing.start({ ...options, printer, estimate, startedAt });
        const run = this.printing.finish(id, { ...options, completedAt: endOf(startedAt, seconds) });
        return { archiveId: id, runId: run?.id ?? null };
    }

    /** No printer prints one file twice at a time: where none is named, it is the first that did not print it meanwhile. */
    private freePrinter(file: FinishedPrint, start: NaiveTime, end: NaiveTime): number | undefined {
        const what = file.archive === undefined ? (file.filename ?? file.name) : this.archive(file.archive).filename;
        if (what === undefined || what === null) return undefined;
        for (const { id } of this.state.printers.values()) {
            const key = `${id} ${what}`;
            if ((this.printedUntil.get(key) ?? '') > start) continue;
            this.printedUntil.set(key, end);
            return id;
        }
        this.printing.addPrinter();
        return this.freePrinter(file, start, end);
    }

    /** A print begins and is under way. */
    start(options: StartOptions = {}): { archiveId: number; startedAt: string } {
        const { id, started_at } = this.printing.start(options);
        return { archiveId: id, startedAt: started_at! };
    }

    finish(archiveId: number, options: FinishOptions = {}): { archiveId: number; runId: number | null } {
        return { archiveId, runId: this.printing.finish(archiveId, options)?.id ?? null };
    }

    /** The printer of a print that is under way tells how far it is. */
    progress(archiveId: number, progress: Progress): void {
        this.printing.progress(archiveId, progress);
    }

    /** Writes the row of the print log that `logged: false` left out. */
    logRun(archiveId: number, options: Pick<FinishOptions, 'grams' | 'run'> = {}): number {
        return this.printing.log(archiveId, options).id;
    }

    /** A row of the print log with nothing behind it, e.g. `{ archive_id: null }`. */
    addRun(run: Partial<RunRow> = {}): number {
        const now = this.state.moment();
        const created = { id: this.state.nextRunId(), created_at: this.state.created(now) };
        return this.state.insertRun(Object.assign(new RunRow(), created, run)).id;
    }

    /** The server gets the 3MF after the print has ended (1.2.5.6 and later, #3063). */
    fetchFile(archiveId: number, file: SlicedFile = {}): void {
        const row = this.archive(archiveId);
        const { id, created_at, status, started_at, completed_at, printer_id, print_name } = row;
        const fetched = archiveFile(
            new BambuddyState(this.now),
            { name: print_name, ...file, id, printer: printer_id ?? undefined },
            { status, started_at, completed_at, created_at },
        );
        const { external_url, confirm_requested, user_verdict, user_verdict_source, user_verdict_at, quantity } = row;
        const ofPeople = { external_url, confirm_requested, user_verdict, user_verdict_source, user_verdict_at };
        // the count is of the archive's creation, or a person's: the file brings none (facts, 1.2.5.6)
        this.state.changeArchive(row, { ...fetched, created_at, quantity, ...ofPeople });
    }

    /** A person says how the newest print of an archive came out; null takes it back. */
    tellOutcome(archiveId: number, verdict: Verdict | null, source = 'dialog'): void {
        stampVerdict(this.state, this.archive(archiveId), verdict, source);
    }

    setExternalUrl(archiveId: number, url: string | null): void {
        this.editArchive(archiveId, { external_url: url });
    }

    /** A person changes columns of an archive. */
    editArchive(archiveId: number, change: Partial<Omit<ArchiveRow, 'id'>>): void {
        this.state.changeArchive(this.archive(archiveId), change);
        if (change.external_url) this.state.personalLinks.add(archiveId);
        else if (change.external_url !== undefined) this.state.personalLinks.delete(archiveId);
    }

    /** A person changes a row of the print log, e.g. its status after the fact. */
    editRun(runId: number, change: Partial<Omit<RunRow, 'id'>>): void {
        this.state.changeRun(this.run(runId), change);
    }

    addPhoto(archiveId: number, filename: string, content: Buffer): void {
        addPhoto(this.state, this.archive(archiveId), filename, content);
        this.events.emit({ type: 'archive_updated', data: { id: archiveId, photo_added: filename } });
    }

    /** Deleted in the web interface: hidden, its runs stay in the log. */
    softDelete(archiveId: number): void {
        this.state.changeArchive(this.archive(archiveId), { deleted_at: naive(this.now()) });
    }

    /** Deleted with its statistics: row, files and runs are gone, the id may be given again. */
    purge(archiveId: number, { keepRuns = false } = {}): void {
        purgeArchive(this.state, this.archive(archiveId), keepRuns);
    }

    /** Ids of new rows start at 1 again. */
    clearLog(): void {
        this.state.clearRuns();
    }

    deleteRow(runId: number): void {
        this.state.removeRun(this.run(runId));
    }

    private archive(id: number): ArchiveRow {
        const row = this.state.archives.get(id);
        if (!row) throw new Error(`no archive ${id}`);
        return row;
    }

    private run(id: number): RunRow {
        const row = this.state.runs.get(id);
        if (!row) throw new Error(`no row ${id} in the print log`);
        return row;
    }
}
