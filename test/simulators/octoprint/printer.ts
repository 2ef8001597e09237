import type { FileRow } from './files';

const IDLE_FILE = { date: null, name: null, origin: null, path: null, size: null };

/** What the printer does at this moment. */
export class Printer {
    file: FileRow | null = null;
    completion: number | null = null;
    text = 'Operational';
    readonly since = Date.now();

    get printing(): boolean {
        return this.text === 'Printing';
    }

    /** `GET /api/job` (recordings 04, 24) */
    job(): Record<string, unknown> {
        return { job: this.jobOf(), progress: this.progress(), state: this.text };
    }

    /** What `current` and `history` hold (recordings 62). */
    current(now: number): Record<string, unknown> {
        const { printing } = this;
        const flags = {
            operational: true,
            printing,
            cancelling: false,
            pausing: false,
            resuming: false,
            finishing: false,
            closedOrError: false,
            error: false,
            paused: this.text === 'Paused',
            ready: !printing,
            sdReady: true,
        };
        return {
            state: { text: this.text, flags, error: '' },
            job: this.jobOf(),
            currentZ: null,
            progress: this.progress(),
            offsets: {},
            resends: { count: 0, transmitted: 8, ratio: 0 },
            serverTime: now / 1000,
            temps: [],
            busyFiles: this.file === null ? [] : [{ origin: 'local', path: this.file.path }],
            markings: [],
        };
    }

    private jobOf(): Record<string, unknown> {
        const { file } = this;
        if (file === null) {
            return {
                estimatedPrintTime: null,
                filament: { length: null, volume: null },
                file: IDLE_FILE,
                lastPrintTime: null,
                user: null,
            };
        }
        const { analysis, history } = file;
        const times = history.flatMap((row) => (row.printTime === undefined ? [] : [row.printTime]));
        return {
            averagePrintTime: times.length === 0 ? null : times.reduce((a, b) => a + b, 0) / times.length,
            estimatedPrintTime: analysis?.seconds ?? null,
            filament: { tool0: { length: analysis?.length ?? 0, volume: analysis?.volume ?? 0 } },
            file: {
                date: file.date,
                display: file.display,
                name: file.path.split('/').at(-1),
                origin: 'local',
                path: file.path,
                size: file.size,
            },
            lastPrintTime: times.at(-1) ?? null,
            user: file.user,
        };
    }

    private progress(): Record<string, unknown> {
        const { completion, file } = this;
        if (completion === null || file === null)
            return { completion: null, filepos: null, printTime: null, printTimeLeft: null, printTimeLeftOrigin: null };
        return {
            completion,
            filepos: Math.floor((completion / 100) * file.size),
            printTime: 1,
            printTimeLeft: 2,
            printTimeLeftOrigin: 'linear',
        };
    }
}
