import { rename } from 'node:fs/promises';
import { Journal, journalName } from '../engine/journal';
import { StoreLock } from '../engine/lock/store-lock';
import { journalsBeside } from './inspect';
import { explainDiskError } from '../engine/not-writable';
import { formatOf } from '../ledger/format';
import type { LedgerData } from '../ledger/records';
import { LEDGER } from '../ledger/schema';
import { readSnapshot, syncFolder, writeSnapshot } from '../engine/snapshot';
import { dirname } from 'node:path';

/** There is a store already. */
export class StoreExists extends Error {
    constructor(file: string) {
        super(
            `${file} already exists and was not changed. Choose another file, or use --force to replace it; the old store is kept beside it.`,
        );
        this.name = 'StoreExists';
    }
}

/**
 * Makes a store of data. One that is there is kept, whole, under a name of its own. At every moment either the old or the
 * new one is there.
 * @returns the name of the old one; null: there was none
 * @throws StoreInUse, StoreExists
 */
export async function importStore(file: string, data: LedgerData, force: boolean, now: Date): Promise<string | null> {
    try {
        const lock = await StoreLock.take(file);
        try {
            return await replace(file, data, force, now);
        } finally {
            await lock.release();
        }
    } catch (error) {
        throw explainDiskError(file, error);
    }
}

async function replace(file: string, data: LedgerData, force: boolean, now: Date): Promise<string | null> {
    const journals = await journalsBeside(file);
    const exists = journals.length > 0 || (await isThere(file)) || (await isThere(`${file}.bak`));
    if (exists && !force) throw new StoreExists(file);
    const old = `${file}.before-${now.toISOString().replace(/[:.]/g, '-')}`;
    const begin = Math.max(0, ...journals) + 1;
    await move(`${file}.bak`, `${old}.bak`);
    const journal = await Journal.create(file, begin);
    await journal.close();
    // makes the snapshot that was there the backup
    await writeSnapshot(file, LEDGER, data, begin, formatOf(data));
    await move(`${file}.bak`, old);
    for (const number of journals) await move(journalName(file, number), journalName(old, number));
    await syncFolder(dirname(file));
    return exists ? old : null;
}

async function isThere(path: string): Promise<boolean> {
    return (await readSnapshot(path, LEDGER)).kind !== 'missing';
}

async function move(from: string, to: string): Promise<void> {
    await rename(from, to).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
}
