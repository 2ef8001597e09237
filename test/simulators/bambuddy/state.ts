import type { ArchiveRow, Plate, Printer, Project, RunRow } from './rows';
import { dateOf, naive, wholeSeconds, type NaiveTime } from './time';
import { Timeline } from './timeline';
import { DEFAULT_VERSION } from './version';

/** Everything the server remembers, with the ids and the order that SQLite gives. */
export class BambuddyState {
    /** all archives, soft-deleted ones included */
    readonly archives = new Map<number, ArchiveRow>();
    /** rows of the print log by their id */
    readonly runs = new Map<number, RunRow>();
    readonly printers = new Map<number, Printer>();
    readonly projects = new Map<number, Project>();
    /** plates of archives whose files have been given plates; others have one */
    readonly plates = new Map<number, Plate[]>();
    /** images and files that are not generated, by archive */
    readonly thumbnails = new Map<number, Buffer>();
    readonly files = new Map<number, Buffer>();
    readonly photos = new Map<number, Map<string, Buffer>>();
    /** what a client must never do, in words */
    readonly violations: string[] = [];
    /** archives whose external link a person wrote */
    readonly personalLinks = new Set<number>();

    /** visible archives, visible archives of one file, and the print log, in the order of the API */
    readonly archivesByTime = new Timeline<ArchiveRow>();
    readonly runsByTime = new Timeline<RunRow>();
    private readonly archivesByHash = new Map<string, Timeline<ArchiveRow>>();
    private readonly runsByArchive = new Map<number, RunRow[]>();
    private readonly highest = { archive: 0, run: 0 };
    private ticks = 0;

    /** @param databaseOffset of the database's clock at a UTC moment, both in milliseconds; SQLite's is UTC */
    constructor(
        readonly now: () => Date,
        private readonly databaseOffset: (utcMs: number) => number = () => 0,
        readonly version: string = DEFAULT_VERSION,
    ) {}

    /** A moment as the database writes `created_at`: whole seconds, on PostgreSQL in the zone it is set to (#2855). */
    created(at: NaiveTime): NaiveTime {
        const utc = dateOf(at);
        return wholeSeconds(naive(new Date(utc.getTime() + this.databaseOffset(utc.getTime()))));
    }

    /** The time, never the same twice: what was measured carries microseconds. */
    moment(at: Date = this.now()): NaiveTime {
        return naive(at, (++this.ticks % 999) + 1);
    }

    /** Ids have no AUTOINCREMENT: the number of a purged newest archive is given again (ordering-and-ids). */
    nextArchiveId(): number {
        return this.highest.archive + 1;
    }

    nextRunId(): number {
        return this.highest.run + 1;
    }

    insertArchive(row: ArchiveRow): ArchiveRow {
        this.archives.set(row.id, row);
        this.highest.archive = Math.max(this.highest.archive, row.id);
        this.show(row);
        return row;
    }

    /** Changes an archive and keeps the orders by time and by file right. */
    changeArchive(row: ArchiveRow, change: Partial<ArchiveRow>): void {
        const moves = 'created_at' in change || 'content_hash' in change || 'deleted_at' in change;
        if (moves) this.hide(row);
        Object.assign(row, change);
        if (moves) this.show(row);
    }

    removeArchive(row: ArchiveRow): void {
        this.hide(row);
        this.archives.delete(row.id);
        this.runsByArchive.delete(row.id);
        for (const belongings of [this.plates, this.thumbnails, this.files, this.photos]) belongings.delete(row.id);
        this.personalLinks.delete(row.id);
        if (row.id === this.highest.archive) this.highest.archive = highestOf(this.archives);
    }

    /** An archive as GET sees it. */
    visibleArchive(id: number): ArchiveRow | undefined {
        const row = this.archives.get(id);
        return row?.deleted_at === null ? row : undefined;
    }

    insertRun(row: RunRow): RunRow {
        this.runs.set(row.id, row);
        this.runsByTime.add(row);
        this.highest.run = Math.max(this.highest.run, row.id);
        if (row.archive_id !== null) {
            const siblings = this.runsByArchive.get(row.archive_id);
            if (siblings) siblings.push(row);
            else this.runsByArchive.set(row.archive_id, [row]);
        }
        return row;
    }

    changeRun(row: RunRow, change: Partial<RunRow>): void {
        this.removeRun(row);
        this.insertRun(Object.assign(row, change));
    }

    removeRun(row: RunRow): void {
        this.runsByTime.remove(row);
        this.runs.delete(row.id);
        if (row.archive_id !== null) {
            const others = this.runsOf(row.archive_id).filter((run) => run !== row);
            this.runsByArchive.set(row.archive_id, others);
        }
        if (row.id === this.highest.run) this.highest.run = highestOf(this.runs);
    }

    clearRuns(): void {
        this.runs.clear();
        this.runsByTime.clear();
        this.runsByArchive.clear();
        this.highest.run = 0;
    }

    runsOf(archiveId: number): readonly RunRow[] {
        return this.runsByArchive.get(archiveId) ?? [];
    }

    /** Visible archives of the same file, this one included. */
    sameFile(row: ArchiveRow): Timeline<ArchiveRow> | undefined {
        return row.content_hash === null ? undefined : this.archivesByHash.get(row.content_hash);
    }

    private show(row: ArchiveRow): void {
        if (row.deleted_at !== null) return;
        this.archivesByTime.add(row);
        if (row.content_hash === null) return;
        const group = this.archivesByHash.get(row.content_hash) ?? new Timeline<ArchiveRow>();
        group.add(row);
        this.archivesByHash.set(row.content_hash, group);
    }

    private hide(row: ArchiveRow): void {
        this.archivesByTime.remove(row);
        this.sameFile(row)?.remove(row);
    }
}

/** Not Math.max(...keys): there may be a hundred thousand. */
function highestOf(rows: Map<number, unknown>): number {
    let highest = 0;
    for (const id of rows.keys()) if (id > highest) highest = id;
    return highest;
}
