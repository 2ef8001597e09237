import { createHash } from 'node:crypto';

/** One print as it stands in a file's history. */
export interface HistoryRow {
    /** seconds since 1970 */
    timestamp: number;
    success: boolean;
    printTime?: number;
}

export interface FileRow {
    path: string;
    display: string;
    /** upload, whole seconds since 1970 */
    date: number;
    size: number;
    /** SHA-1 of the content (recording 66) */
    hash: string;
    analysis: { seconds: number; length: number; volume: number } | null;
    history: HistoryRow[];
    user: string;
}

/** The uploads of an OctoPrint, with the history of each. */
export class Files {
    readonly rows = new Map<string, FileRow>();
    /** goes up with every change: what the ETag is made of */
    version = 0;

    constructor(
        private readonly root: () => string,
        private readonly now: () => number,
    ) {}

    /** Over a file of other content its history is thrown away; the same content again keeps it (storage.py, 1.11.8). */
    upload(path: string, content: string, analysis: FileRow['analysis']): FileRow {
        const hash = createHash('sha1').update(content).digest('hex');
        const before = this.rows.get(path);
        const row: FileRow = {
            path,
            display: path.split('/').at(-1)!,
            date: Math.floor(this.now() / 1000),
            size: Buffer.byteLength(content),
            hash,
            analysis,
            history: before?.hash === hash ? before.history : [],
            user: 'bench',
        };
        this.rows.set(path, row);
        this.version++;
        return row;
    }

    copy(from: string, to: string): void {
        const row = this.rows.get(from)!;
        this.rows.set(to, { ...row, path: to, display: to.split('/').at(-1)!, history: [...row.history] });
        this.version++;
    }

    remove(path: string): void {
        this.rows.delete(path);
        this.version++;
    }

    log(path: string, row: HistoryRow): void {
        this.rows.get(path)?.history.push(row);
        this.version++;
    }

    view(row: FileRow): Record<string, unknown> {
        const { path, display, date, size, hash, history, user } = row;
        const escaped = path.split('/').map(encodeURIComponent).join('/');
        return {
            date,
            display,
            ...(row.analysis === null ? {} : { gcodeAnalysis: analysisView(row.analysis) }),
            hash,
            name: path.split('/').at(-1)!,
            origin: 'local',
            path,
            ...(history.length === 0 ? {} : { prints: printsView(history), statistics: statisticsView(history) }),
            refs: {
                download: `${this.root()}/downloads/files/local/${escaped}`,
                resource: `${this.root()}/api/files/local/${escaped}`,
            },
            size,
            type: 'machinecode',
            typePath: ['machinecode', 'gcode'],
            user,
        };
    }

    /** Files and folders, folders with what is in them where `recursive`. */
    list(recursive: boolean, below = ''): Record<string, unknown>[] {
        const names = new Map<string, FileRow[]>();
        const views: Record<string, unknown>[] = [];
        for (const row of this.rows.values()) {
            if (!row.path.startsWith(below)) continue;
            const rest = row.path.slice(below.length);
            const [first, ...deeper] = rest.split('/');
            if (deeper.length === 0) views.push(this.view(row));
            else names.set(first!, [...(names.get(first!) ?? []), row]);
        }
        for (const [name, rows] of names) views.push(this.folder(`${below}${name}`, rows, recursive));
        return views;
    }

    private folder(path: string, rows: FileRow[], recursive: boolean): Record<string, unknown> {
        const history = rows.flatMap((row) => row.history);
        const name = path.split('/').at(-1)!;
        return {
            children: recursive ? this.list(true, `${path}/`) : [],
            date: Math.max(...rows.map((row) => row.date)),
            display: name,
            name,
            origin: 'local',
            path,
            // a list without its folders' content knows nothing of it
            prints: recursive ? printsView(history) : { success: 0, failure: 0 },
            refs: { resource: `${this.root()}/api/files/local/${path.split('/').map(encodeURIComponent).join('/')}` },
            size: rows.reduce((sum, row) => sum + row.size, 0),
            type: 'folder',
            typePath: ['folder'],
        };
    }
}

function printsView(history: readonly HistoryRow[]): Record<string, unknown> {
    const last = [...history].sort((a, b) => a.timestamp - b.timestamp).at(-1);
    const success = history.filter((row) => row.success).length;
    return {
        failure: history.length - success,
        ...(last === undefined
            ? {}
            : {
                  last: {
                      date: last.timestamp,
                      ...(last.printTime === undefined ? {} : { printTime: last.printTime }),
                      success: last.success,
                  },
              }),
        success,
    };
}

function statisticsView(history: readonly HistoryRow[]): Record<string, unknown> {
    const times = history.flatMap((row) => (row.printTime === undefined ? [] : [row.printTime]));
    if (times.length === 0) return { averagePrintTime: {}, lastPrintTime: {} };
    const sum = times.reduce((total, time) => total + time, 0);
    return { averagePrintTime: { _default: sum / times.length }, lastPrintTime: { _default: times.at(-1) } };
}

function analysisView({ seconds, length, volume }: NonNullable<FileRow['analysis']>): Record<string, unknown> {
    const area = { maxX: 30, maxY: 32, maxZ: 2, minX: 10, minY: 10, minZ: 0 };
    const dimensions = { depth: 22, height: 2, width: 20 };
    return {
        dimensions,
        estimatedPrintTime: seconds,
        filament: { tool0: { length, volume } },
        printingArea: area,
        travelArea: area,
        travelDimensions: dimensions,
    };
}
