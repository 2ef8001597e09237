import type { OctoFile } from '../../../clients/octoprint/answers';
import type { Ledger } from '../../../store/ledger/ledger';
import { sumOf, type Ended, type FileState } from './compare-with-history';

/** What comes before the path of a file on a card: no path of an upload begins so. */
export const CARD = '/sdcard/';

/** The states of an OctoPrint's files, in the ledger: under its prefix, so that a server may move. */
export class FileStates {
    private readonly start: string;

    constructor(
        private readonly ledger: Ledger,
        prefix: string,
    ) {
        this.start = `octoprint:${prefix.toLowerCase()}:`;
    }

    get(path: string): FileState | null {
        const text = this.ledger.meta(this.start + path);
        return text === undefined ? null : (JSON.parse(text) as FileState);
    }

    /**
     * What was taken of the file that this one was made of: OctoPrint moves and copies a file with its history, and with the
     * time of its upload (storage.py of 1.11.8), and what was printed under the one path is not printed again under the
     * other. Asked of files only that were printed before anything is known of them.
     */
    inheritedState(file: OctoFile, ended: Ended | null): FileState | null {
        const count = file.prints?.success ?? 0;
        if (count === 0 || file.hash === null) return null;
        const last = file.prints?.last?.success === true ? file.prints.last.printTime : null;
        for (const path of this.paths()) {
            const { gone: _gone, ...other } = this.get(path)!;
            if (path === file.path || other.hash !== file.hash || other.date !== file.date) continue;
            if (other.success < count) return other;
            const [success, sum] = [count, sumOf(file, count)];
            if (last !== null && last !== other.lastTime) {
                // a copy of earlier, printed since
                if (ended?.time === last) return { ...other, success: count - 1, sum: null };
                // another upload of the same content
                if (other.success === count && other.lastTime !== null) continue;
            }
            return { ...other, success, sum, lastTime: last ?? other.lastTime };
        }
        return null;
    }

    async put(path: string, state: FileState): Promise<void> {
        const text = JSON.stringify(state);
        if (this.ledger.meta(this.start + path) !== text) await this.ledger.setMetaDurable(this.start + path, text);
    }

    paths(): string[] {
        return [...this.ledger.metaFrom(this.start)].map(({ key }) => key.slice(this.start.length));
    }

    /** A file that is gone for good: one under its path later is another. */
    async drop(path: string): Promise<void> {
        await this.ledger.dropMeta(this.start + path);
    }
}
