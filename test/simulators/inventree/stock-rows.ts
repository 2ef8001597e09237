import { invalidField } from './errors';
import type { State } from './state';
import type { StockItem } from './types';

export function checkLocation(state: State, pk: number | null): void {
    if (pk !== null && state.locations.get(pk)?.structural) {
        throw invalidField('location', 'Stock items cannot be located into structural stock locations!');
    }
}

/** What InvenTree counts as available: OK, Attention needed, Damaged. */
const available = new Set([10, 50, 55]);

/** As `IN_STOCK_FILTER` of the server. */
export function isInStock(item: StockItem): boolean {
    const isElsewhere = item.belongs_to !== null || item.customer !== null || item.consumed_by !== null;
    return item.quantity > 0 && !isElsewhere && !item.is_building && available.has(item.status);
}

const events = {
    created: [1, 'Stock item created'],
    counted: [10, 'Stock counted'],
    added: [11, 'Stock manually added'],
    removed: [12, 'Stock manually removed'],
    moved: [20, 'Location changed'],
    split: [40, 'Split from parent item'],
    splitOff: [42, 'Split child item'],
    merged: [45, 'Merged stock items'],
    outputCreated: [50, 'Build order output created'],
    outputCompleted: [55, 'Build order output completed'],
} as const;

/** Writes an entry into the item's history. */
export function track(
    state: State,
    item: StockItem,
    user: number | null,
    event: keyof typeof events,
    { deltas = {}, notes = '' }: { deltas?: Record<string, unknown>; notes?: string } = {},
): void {
    const [tracking_type, label] = events[event];
    const entry = {
        pk: state.pk('other'),
        item: item.pk,
        part: item.part,
        date: new Date(),
        deltas:
            event === 'created'
                ? {
                      status: item.status,
                      ...(item.location === null ? {} : { location: item.location }),
                      quantity: item.quantity,
                      ...deltas,
                  }
                : deltas,
        label,
        notes,
        tracking_type,
        user,
    };
    const entries = state.tracking.get(item.pk);
    if (entries) entries.push(entry);
    else state.tracking.set(item.pk, [entry]);
}

/**
 * Another quantity. What falls to nothing is deleted, unless it was to be kept (recordings 816, 819).
 * @returns whether the item is still there
 */
export function setQuantity(state: State, item: StockItem, quantity: number): boolean {
    if (quantity <= 0 && item.delete_on_deplete) {
        state.removeStock(item);
        return false;
    }
    state.changeStock(item, { quantity: Math.max(0, quantity) });
    return true;
}
