import { hashOf, KeyTable } from '../engine/packed/key-table';
import type { PrintRecord } from './records';

/** Prints by number, as packed records have them. @returns undefined: it is gone */
type PrintById = (id: number) => Readonly<PrintRecord> | undefined;

/**
 * Prints by what their source knows them by. Of each look-up the table knows a hash and the number of a print: the print
 * itself tells whether it is meant.
 */
export class RunIndex {
    /** by source, archive and start */
    private readonly runs: KeyTable;
    /** by source and archive, the one noted last that has an identity */
    private readonly archives: KeyTable;
    /** by a source's own key of the run, where there are no archives */
    private readonly keys: KeyTable;

    constructor(private readonly print: PrintById) {
        const table = (keyOf: (record: Readonly<PrintRecord>) => string | null): KeyTable =>
            new KeyTable((id) => {
                const record = print(id);
                return record === undefined ? null : keyOf(record);
            });
        this.runs = table(({ source, archiveId, startedAt }) => runKey(source, archiveId, startedAt));
        this.archives = table(({ source, archiveId }) => archiveKey(source, archiveId));
        this.keys = table(({ run }) => run ?? null);
    }

    note(id: number, { source, archiveId, startedAt, identity, run }: Readonly<PrintRecord>): void {
        if (run !== undefined) this.keys.put(id, run, hashOf(run));
        if (archiveId === null) return;
        const key = runKey(source, archiveId, startedAt);
        this.runs.put(id, key, hashOf(key));
        const archive = archiveKey(source, archiveId);
        if (identity !== '') this.archives.put(id, archive, hashOf(archive));
    }

    batchOfRun(source: string, archiveId: number, startedAt: string | null): string | undefined {
        return this.batch(this.runs, runKey(source, archiveId, startedAt));
    }

    batchOfArchive(source: string, archiveId: number): string | undefined {
        return this.batch(this.archives, archiveKey(source, archiveId));
    }

    batchByKey(run: string): string | undefined {
        return this.batch(this.keys, run);
    }

    private batch(table: KeyTable, key: string): string | undefined {
        const id = table.find(key, hashOf(key));
        return id === null ? undefined : this.print(id)?.batch;
    }
}

/** A run is an archive and its start, to the second: fractions differ between versions, ids come back. */
function runKey(source: string, archiveId: number | null, startedAt: string | null): string {
    return `${source}\n${archiveId}@${startedAt === null ? '' : startedAt.slice(0, 19)}`;
}

function archiveKey(source: string, archiveId: number | null): string {
    return `${source}\n${archiveId}`;
}
