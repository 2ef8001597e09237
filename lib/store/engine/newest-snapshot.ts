import { rename } from 'node:fs/promises';
import { storeData } from './packed/store-data';
import type { Collections, StoreSchema } from './schema';
import { readSnapshot, type SnapshotReading } from './snapshot';

/** The data before the journals are applied. */
export interface Start<T> {
    data: T;
    /** the first journal that is not in it */
    journal: number;
    count: number;
    format: number;
    /** not the snapshot itself: journals of a later format may follow */
    isBackup: boolean;
    /** files were there, and none could be read */
    lost: boolean;
}

/**
 * The snapshot of a store, else its backup, else nothing. What cannot be read is set aside, never overwritten.
 * @param warn told what a person should know
 * @throws NewerFormat, OtherStore
 */
export async function newestSnapshot<T extends Collections<T>>(
    file: string,
    schema: StoreSchema<T>,
    warn: (text: string) => void,
): Promise<Start<T>> {
    const current = await readSnapshot(file, schema);
    if (current.kind === 'read') return { ...current, isBackup: false, lost: false };
    const backup = await readSnapshot(`${file}.bak`, schema);
    if (current.kind === 'unreadable') await setAside(file, current, warn);
    if (backup.kind === 'read') {
        warn(
            `${file} was ${current.kind === 'missing' ? 'missing' : 'unreadable'}: its previous version and the journal are used`,
        );
        return { ...backup, isBackup: true, lost: false };
    }
    if (backup.kind === 'unreadable') await setAside(`${file}.bak`, backup, warn);
    const lost = current.kind === 'unreadable' || backup.kind === 'unreadable';
    return { data: storeData<T>(schema), journal: 1, count: 0, format: 1, isBackup: true, lost };
}

async function setAside(path: string, reading: SnapshotReading<unknown>, warn: (text: string) => void): Promise<void> {
    const aside = `${path}.unreadable-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    await rename(path, aside);
    const why = reading.kind === 'unreadable' ? reading.why : '';
    warn(`STORE UNREADABLE: ${path} could not be read (${why}). It was renamed to ${aside}; nothing was overwritten.`);
}
