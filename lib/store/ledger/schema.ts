import { copyStore } from '../engine/copy-store';
import type { StoreSchema } from '../engine/schema';
import { FORMAT, needsFormat2 } from './format';
import { COLLECTIONS, type LedgerData, type PrintRecord } from './records';

/** The ledger, as the store engine knows it. */
export const LEDGER: StoreSchema<LedgerData> = {
    collections: COLLECTIONS,
    format: FORMAT,
    formatOf: (collection, record) => (collection === 'prints' && needsFormat2(record as PrintRecord) ? 2 : 1),
    keepEarlier: async (file, journals) => {
        const copy = formatCopyOf(file);
        await copyStore(file, copy, journals);
        return copy;
    },
};

/** The store as it was before the first record of format 2: a store of its own, that an earlier version opens as it is. */
export function formatCopyOf(file: string): string {
    return `${file}.format-1`;
}
