import { copyStore } from '../engine/copy-store';
import type { StoreSchema } from '../engine/schema';
import { FORMAT, needsFormat2 } from './format';
import { COLLECTIONS, isPending, PRINT_STATES, type LedgerData, type PrintRecord } from './records';

/** The ledger, as the store engine knows it. */
export const LEDGER = {
    collections: COLLECTIONS,
    format: FORMAT,
    formatOf: (collection, record) => {
        // an earlier version would drop them, and what was subtracted would be subtracted again
        if (collection === 'consumptions') return 2;
        return collection === 'prints' && needsFormat2(record as PrintRecord) ? 2 : 1;
    },
    isCold: {
        prints: (print) => !isPending(print),
        parts: ({ pk, intent, adopted, image }) =>
            pk !== undefined && intent === undefined && adopted !== true && image !== 'pending',
    },
    keepEarlier: async (file, journals) => {
        const copy = formatCopyOf(file);
        await copyStore(file, copy, journals);
        return copy;
    },
    faultOf: (collection, key, record) => {
        if (collection === 'prints') {
            if (record['batch'] !== key) return 'does not carry its own batch';
            if (!PRINT_STATES.some((state) => state === record['state'])) return 'has no state that is known here';
        }
        if (collection === 'parts' && record['identity'] !== key) return 'does not carry its own identity';
        if (collection === 'consumptions') {
            if (record['run'] !== key) return 'does not carry its own run';
            if (!Array.isArray(record['slots'])) return 'has no slots';
        }
        if (collection === 'meta' && typeof record['value'] !== 'string') return 'has no value';
        return null;
    },
} satisfies StoreSchema<LedgerData>;

/** The store as it was before the first record of format 2: a store of its own, that an earlier version opens as it is. */
export function formatCopyOf(file: string): string {
    return `${file}.format-1`;
}
