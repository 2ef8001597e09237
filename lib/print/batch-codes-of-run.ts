import { bareBatch, runBatch } from './batch-code';

/** What tells a print's run. */
export interface CodedRun {
    batch: string;
    source: string;
    archiveId: number | null;
    runId: number | null;
    startedAt: string | null;
}

/**
 * The batches under which the item of a run may be in InvenTree: its own first, then those that a ledger which began
 * earlier or later gives it. The archive's own code goes to the first run that a ledger takes, and two ledgers may have
 * begun between two runs of one archive. Whose an item is, its mark tells.
 */
export function codesOfRun(prefix: string, { batch, source, archiveId, runId, startedAt }: CodedRun): string[] {
    if (source !== 'bambuddy' || archiveId === null) return [batch];
    const run = runBatch(prefix, { archiveId, runId, startedAt, successful: true });
    return [...new Set([batch, bareBatch(prefix, archiveId), run])];
}
