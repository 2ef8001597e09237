import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'print-to-stock-3mf-';
/** One that is older was left by a process that died, ms. */
const LEFT_AFTER_MS = 24 * 3_600_000;

/** Folders for files on their way, in that of the system. */
export class TemporaryFolders {
    private hasLooked = false;

    /** @returns the path of a new one; the first time, those that dead processes left are removed */
    async make(): Promise<string> {
        if (!this.hasLooked) await this.removeLeft();
        this.hasLooked = true;
        return mkdtemp(join(tmpdir(), PREFIX));
    }

    async remove(folder: string): Promise<void> {
        await rm(folder, { recursive: true, force: true });
    }

    private async removeLeft(): Promise<void> {
        const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
        for (const folder of folders.map((name) => join(tmpdir(), name))) {
            // another process may remove it at the same time, or own it
            const age = await stat(folder).then(
                ({ mtimeMs }) => Date.now() - mtimeMs,
                () => 0,
            );
            if (age > LEFT_AFTER_MS) await this.remove(folder).catch(() => undefined);
        }
    }
}
