import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatOf } from '../../../lib/store/ledger/format';
import { formatCopyOf, LEDGER } from '../../../lib/store/ledger/schema';
import { journalName } from '../../../lib/store/engine/journal';
import { lookInto } from '../../../lib/store/maintenance/inspect';
import type { LedgerData } from '../../../lib/store/ledger/records';
import { writeSnapshot } from '../../../lib/store/engine/snapshot';

/** The ledger in the folder of the stores; null where there is none. */
export function ledgerIn(folder: string): string | null {
    const names = readdirSync(folder).map((name) => /^[^.]+\.json/.exec(name)?.[0]);
    const name = names.find((each) => each !== undefined);
    return name === undefined ? null : join(folder, name);
}

/** Rewrites a ledger that nobody has open. @param change null: it is lost */
export async function rewriteLedger(file: string, change: ((data: LedgerData) => void) | null): Promise<void> {
    const look = await lookInto(file);
    const folder = dirname(file);
    for (const name of readdirSync(folder)) {
        if (name.startsWith(basename(file))) rmSync(join(folder, name), { recursive: true });
    }
    if (look === null || change === null) return;
    change(look.data);
    writeFileSync(journalName(file, 1), '');
    await writeSnapshot(file, LEDGER, look.data, 1, formatOf(look.data));
}

/**
 * Looks at a ledger as a crash left it: an earlier version must never read a record of format 2, and the store of before
 * must lie beside it whole.
 * @param before batches that it knew before the first record of format 2 was asked for
 * @returns what is wrong
 */
export async function formatFaults(file: string, before: readonly string[]): Promise<string[]> {
    const look = await lookInto(file);
    if (look === null || formatOf(look.data) === 1) return [];
    const head = look.snapshot.kind === 'missing' ? look.backup : look.snapshot;
    const isSafe = look.snapshot.kind === 'missing' || (head.kind === 'read' && head.format === 2);
    const faults = isSafe ? [] : ['a record of format 2 stands where an earlier version reads it'];
    const copy = await lookInto(formatCopyOf(file));
    if (copy === null || copy.missing !== null || formatOf(copy.data) === 2)
        return [...faults, 'there is no whole copy of the ledger as it was'];
    const missing = before.filter((batch) => !(batch in copy.data.prints));
    return missing.length === 0 ? faults : [...faults, `the copy of before lacks ${missing.join(', ')}`];
}
