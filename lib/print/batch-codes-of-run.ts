import { printKind, type CodedRun } from './print-kind';

export type { CodedRun } from './print-kind';

/**
 * The batches under which the item of a run may be in InvenTree: its own first, then those that a ledger which began
 * earlier or later gives it (`PrintKind.codesOfRun`). Whose an item is, its mark tells.
 * @param prefix of the store's batches
 */
export function codesOfRun(prefix: string, run: CodedRun): string[] {
    return printKind(run.source).codesOfRun?.(prefix, run) ?? [run.batch];
}
