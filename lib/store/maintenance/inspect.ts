import { dirname } from 'node:path';
import { readdir } from 'node:fs/promises';
import { journalsOf } from '../engine/journal';
import { lockOwner } from '../engine/lock/store-lock';
import { missingJournal, readJournal, type Replay } from '../engine/replay';
import { formatOf } from '../ledger/format';
import { emptyLedger, type LedgerData } from '../ledger/records';
import { LEDGER } from '../ledger/schema';
import { readSnapshot, type SnapshotReading } from '../engine/snapshot';

/** What lies in a store, read without its lock and without changing a byte: also while Node-RED writes to it. */
export interface StoreLook {
    data: LedgerData;
    format: number;
    snapshot: SnapshotReading<LedgerData>;
    backup: SnapshotReading<LedgerData>;
    journals: (Replay & { number: number })[];
    /** a journal that should be there */
    missing: number | null;
    /** who has it in use */
    user: string | null;
}

/** Compactions may take away what is just being read: then once more. */
const ATTEMPTS = 5;

/**
 * @returns null where there is no store
 * @throws NewerFormat
 */
export async function lookInto(file: string): Promise<StoreLook | null> {
    for (let attempt = 1; ; attempt++) {
        try {
            const look = await lookOnce(file);
            if (look === null || attempt >= ATTEMPTS || (look.missing === null && !isBetweenRenames(look))) return look;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt >= ATTEMPTS) throw error;
        }
    }
}

/** A compaction has taken the snapshot's name away and gives it to the new one in the next moment, unless it crashed there. */
function isBetweenRenames({ snapshot, backup }: StoreLook): boolean {
    return snapshot.kind === 'missing' && backup.kind === 'read';
}

/** The numbers of the journals beside a file; none where even the folder is missing. */
export async function journalsBeside(file: string): Promise<number[]> {
    const folder = await readdir(dirname(file)).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (Array.isArray(folder)) return journalsOf(file);
    if (folder.code === 'ENOENT') return [];
    throw folder;
}

async function lookOnce(file: string): Promise<StoreLook | null> {
    const snapshot = await readSnapshot(file, LEDGER);
    const backup = await readSnapshot(`${file}.bak`, LEDGER);
    const numbers = await journalsBeside(file);
    if (snapshot.kind === 'missing' && backup.kind === 'missing' && numbers.length === 0) return null;
    const start =
        [snapshot, backup].find((reading) => reading.kind === 'read') ??
        ({ data: emptyLedger(), journal: 1, count: 0, format: 1 } as const);
    const journals: StoreLook['journals'] = [];
    for (const number of numbers.filter((each) => each >= start.journal))
        journals.push({ number, ...(await readJournal(file, number, start.data)) });
    const missing = missingJournal(numbers, start);
    const format = Math.max(start.format, formatOf(start.data));
    return { data: start.data, format, snapshot, backup, journals, missing, user: await lockOwner(file) };
}
