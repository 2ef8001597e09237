import type { StoreLook } from './inspect';
import { PRINT_STATES } from '../ledger/records';
import type { SnapshotReading } from '../engine/snapshot';

export interface StoreReport {
    text: string;
    healthy: boolean;
    problems: string[];
}

/** What lies in a store, in plain words. */
export function report(file: string, look: StoreLook): StoreReport {
    const { data, journals } = look;
    const problems = problemsOf(look);
    const prints = Object.values(data.prints);
    const states = PRINT_STATES.map((state) => `${state} ${prints.filter((print) => print.state === state).length}`);
    const lines = journals.reduce((sum, journal) => sum + journal.lines, 0);
    const text = [
        file,
        `  format     ${look.format}`,
        `  snapshot   ${said(look.snapshot, 'none yet')}`,
        `  backup     ${said(look.backup, 'none yet')}`,
        `  journal    ${lines} changes since, in ${journals.length} files`,
        ...journals
            .filter(({ torn }) => torn)
            .map(
                ({ number }) =>
                    `             the last line of journal ${number} is cut short: a write was interrupted, or is under way; nothing acknowledged is lost`,
            ),
        `  prints     ${prints.length}: ${states.join(', ')}`,
        `  Parts      ${Object.keys(data.parts).length}`,
        `  codes      ${Object.keys(data.codes).length} StockItems from before`,
        ...Object.entries(data.cursors).map(([source, { since }]) => `  read       ${source}: up to ${since ?? 'now'}`),
        `  in use     ${look.user === null ? 'no' : `by ${look.user}`}`,
        ...(problems.length === 0 ? ['  healthy'] : ['  NOT healthy:', ...problems.map((problem) => `    ${problem}`)]),
    ];
    return { text: `${text.join('\n')}\n`, healthy: problems.length === 0, problems };
}

function problemsOf({ snapshot, backup, journals, missing }: StoreLook): string[] {
    const problems: string[] = [];
    const usable = backup.kind === 'read';
    if (snapshot.kind === 'unreadable')
        problems.push(
            usable
                ? `The snapshot is damaged (${snapshot.why}). The backup and the journal have the same records and are used at the next start.`
                : `The snapshot is damaged (${snapshot.why}), and there is no backup. Import a copy, or start Node-RED: the ledger is then rebuilt from InvenTree.`,
        );
    if (snapshot.kind === 'missing' && usable)
        problems.push(
            'The snapshot is missing. The backup and the journal have the same records and are used at the next start.',
        );
    if (snapshot.kind === 'missing' && backup.kind === 'unreadable')
        problems.push(
            `The snapshot is missing, and the backup is damaged (${backup.why}). Import a copy, or start Node-RED: the ledger is then rebuilt from InvenTree.`,
        );
    for (const { number, damaged } of journals)
        if (damaged > 0)
            problems.push(
                `${damaged} lines of journal ${number} are damaged and lost. The next start compares with InvenTree.`,
            );
    if (missing !== null)
        problems.push(`Journal ${missing} is missing and lost. The next start compares with InvenTree.`);
    return problems;
}

function said(reading: SnapshotReading<unknown>, none: string): string {
    if (reading.kind === 'missing') return none;
    return reading.kind === 'read' ? `${reading.count} records, usable` : `DAMAGED: ${reading.why}`;
}
