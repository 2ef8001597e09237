import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { journalName, journalsOf } from './journal';
import { newestSnapshot } from './newest-snapshot';
import { missingJournal, replayJournal } from './replay';
import { recordsOf } from './packed/store-data';
import { lowestFormat, type Collections, type StoreSchema } from './schema';
import { removeTemp } from './snapshot';

/** What lies on the disk, laid together. */
export interface Loaded<T> {
    data: T;
    format: number;
    /** records in the snapshot */
    records: number;
    /** lines of the journals behind it; `Infinity` where a whole snapshot is to be written soon */
    lines: number;
    /** number of the first journal that is not in the snapshot */
    base: number;
    /** number of the newest journal */
    newest: number;
    /** there was something, and none of it could be read: the data is empty */
    lost: boolean;
    /** some of it could not be read: damaged lines, a journal that is missing */
    incomplete: boolean;
}

/**
 * Reads the files of a store and mends what a crash left: a temporary file, a torn last line.
 * @param warn told what a person should know
 * @throws NewerFormat, OtherStore; what the disk says
 */
export async function load<T extends Collections<T>>(
    file: string,
    schema: StoreSchema<T>,
    warn: (text: string) => void,
): Promise<Loaded<T>> {
    await mkdir(dirname(file), { recursive: true });
    await removeTemp(file);
    const start = await newestSnapshot(file, schema, warn);
    const { data } = start;
    let lines = 0;
    let incomplete = false;
    const journals = await journalsOf(file);
    for (const number of journals.filter((n) => n >= start.journal)) {
        const replay = await replayJournal(file, number, data);
        lines += replay.lines;
        if (replay.torn) warn(`${journalName(file, number)}: the last line is incomplete after a crash and is dropped`);
        if (replay.damaged === 0) continue;
        incomplete = true;
        warn(`${journalName(file, number)}: ${replay.damaged} damaged lines were skipped`);
    }
    const missing = missingJournal(journals, start);
    if (missing !== null) {
        incomplete = true;
        warn(`${journalName(file, missing)} is missing: records of this journal are missing in the store.`);
    }
    return {
        data,
        format: start.isBackup ? lowestFormat(schema, recordsOf(schema.collections, data)) : start.format,
        records: start.count,
        // else every start would read the damaged files again
        lines: incomplete ? Infinity : lines,
        base: start.journal,
        newest: Math.max(start.journal, ...journals),
        lost: start.lost,
        incomplete,
    };
}
