import type { Print } from './print';
import type { Ledger } from '../store/ledger/ledger';
import { OFFERED } from '../store/ledger/records';

/** A run of an archive: told apart by its start; the id of its row is a label that may be given again. */
export interface RunKey {
    archiveId: number;
    runId: number | null;
    startedAt: string | null;
    successful: boolean;
    /** the archive's first successful run: stock from before us, under the archive's own code, is this one's */
    first?: boolean;
}

export function bareBatch(prefix: string, archiveId: number): string {
    return `${prefix}-${archiveId}`;
}

/** Code of a run that does not have the archive's own. */
export function runBatch(prefix: string, run: RunKey): string {
    return run.runId === null
        ? stamped(bareBatch(prefix, run.archiveId), run.startedAt)
        : `${prefix}-${run.archiveId}-${run.runId}`;
}

/** A code that is bound to another start gets the run's start appended: `-YYYYMMDDHHMMSS`. */
export function stamped(batch: string, startedAt: string | null): string {
    return startedAt === null ? batch : `${batch}-${startedAt.replace(/\D/g, '').slice(0, 14)}`;
}

/**
 * The batch of a run. The archive's own code goes to the first successful run accepted of it, once; every other run gets
 * its own. Reads the ledger and changes nothing: the code is bound by putting the print there.
 * @param source `source` of its prints
 */
export function batchFor(ledger: Ledger, source: string, prefix: string, run: RunKey): string {
    const known = ledger.printOfRun(source, run.archiveId, run.startedAt);
    if (known !== undefined && (known.state !== 'skipped' || known.reason === OFFERED)) return known.batch;
    const bare = bareBatch(prefix, run.archiveId);
    const forFirst = ledger.code(bare) !== undefined && run.first === false;
    if (run.successful && !forFirst && ledger.print(bare) === undefined) return bare;
    return freeCode(ledger, runBatch(prefix, run), run.startedAt);
}

/** The code of a run whose first choice turned out to be somebody else's in InvenTree. */
export function nextBatch(ledger: Ledger, prefix: string, run: RunKey, taken: string): string {
    const ofRun = runBatch(prefix, run);
    return freeCode(ledger, taken === ofRun ? stamped(ofRun, run.startedAt) : ofRun, run.startedAt);
}

function freeCode(ledger: Ledger, code: string, startedAt: string | null): string {
    return ledger.print(code) === undefined ? code : stamped(code, startedAt);
}

/** The same of a print that knows its archive. @returns null: it has none, or there is no other code */
export function nextBatchOfArchive(
    ledger: Ledger,
    prefix: string,
    { archiveId, runId, startedAt, status, batch }: Print,
): string | null {
    if (archiveId === null) return null;
    return nextBatch(ledger, prefix, { archiveId, runId, startedAt, successful: status === 'completed' }, batch);
}
