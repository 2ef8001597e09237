import { bareBatch, runBatch } from '../../print/batch-code';
import { registerPrintKind } from '../../print/print-kind';

/** Prints of a Bambuddy, as far as no server is asked. */
export const BAMBUDDY_PRINTS = registerPrintKind({
    kind: 'bambuddy',
    label: 'Bambuddy',
    // a Bambuddy that was restarted while a printer printed has two archives of it (bambuddy#307, #774, #1304, #1679)
    mayReportTwice: true,
    // nothing but its name is known of a print whose 3MF Bambuddy did not get
    lacksFile: ({ archive, contentHash }) => archive !== null && contentHash === null,
    // The archive's own code goes to the first run that a ledger takes, and two ledgers may have begun between two runs
    // of one archive.
    codesOfRun(prefix, { batch, archiveId, runId, startedAt }) {
        if (archiveId === null) return [batch];
        const run = runBatch(prefix, { archiveId, runId, startedAt, successful: true });
        return [...new Set([batch, bareBatch(prefix, archiveId), run])];
    },
});
