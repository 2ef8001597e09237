import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { journalName, journalsOf, removeJournal } from './journal';
import { syncFolder } from './snapshot';

/**
 * Copies a store as it is on the disk: its snapshot and the journals since. An earlier copy is replaced. The snapshot is
 * copied last, so that a copy with a snapshot is complete; after a failure no copy is left.
 * @param copy the file of the copy, in the same folder
 * @param journals those that lead from the snapshot to now; nothing is appended to them any more
 * @throws what the disk says
 */
export async function copyStore(file: string, copy: string, journals: readonly number[]): Promise<void> {
    await clear(copy);
    try {
        for (const number of journals) await copyWhole(journalName(file, number), journalName(copy, number));
        // without a snapshot the store uses its backup; a new store has neither
        if (!(await copyIfThere(file, `${copy}.tmp`))) await copyIfThere(`${file}.bak`, `${copy}.tmp`);
        await rename(`${copy}.tmp`, copy).catch(unlessMissing);
        await syncFolder(dirname(file));
    } catch (error) {
        // on a full disk an unfinished copy takes the space that the journal needs
        await clear(copy).catch(() => undefined);
        throw error;
    }
}

async function clear(copy: string): Promise<void> {
    for (const name of [copy, `${copy}.tmp`, `${copy}.bak`]) await rm(name, { force: true });
    for (const number of await journalsOf(copy)) await removeJournal(copy, number);
}

async function copyIfThere(from: string, to: string): Promise<boolean> {
    try {
        await copyWhole(from, to);
        return true;
    } catch (error) {
        unlessMissing(error);
        return false;
    }
}

async function copyWhole(from: string, to: string): Promise<void> {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    const handle = await open(to, 'r+');
    try {
        await handle.sync();
    } finally {
        await handle.close();
    }
}

function unlessMissing(error: unknown): void {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
