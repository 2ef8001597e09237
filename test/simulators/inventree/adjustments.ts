import { has } from './dialect';
import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { invalid, invalidField } from './errors';
import { newStockItem } from './part-rows';
import { checkLocation, setQuantity, track } from './stock-rows';
import type { State } from './state';
import type { StockItem } from './types';

interface Line {
    item: StockItem;
    quantity: number;
}

function linesOf(call: Call): Line[] {
    const { items } = fieldsOf(call);
    if (!Array.isArray(items)) throw invalidField('items', 'This field is required.');
    if (items.length === 0) throw invalid({ non_field_errors: ['A list of stock items must be provided'] });
    const lines = (items as { pk?: unknown; quantity?: unknown }[]).map((line) => {
        const item = call.state.stock.get(Number(line.pk));
        const problem = item === undefined ? `Invalid pk "${String(line.pk)}" - object does not exist.` : null;
        const wrong = { ...(problem === null ? {} : { pk: [problem] }), ...quantityProblem(line.quantity) };
        return { item, quantity: Number(line.quantity), wrong };
    });
    if (lines.some(({ wrong }) => Object.keys(wrong).length > 0))
        throw invalid({ items: lines.map(({ wrong }) => wrong) });
    const { notes } = fieldsOf(call);
    if (typeof notes === 'string' && /<[a-z/!][^>]*>/i.test(notes))
        throw invalidField('notes', 'Remove HTML tags from this value');
    return lines.map(({ item, quantity }) => ({ item: item!, quantity }));
}

/** As the server's decimal field: 15 digits, 5 of them behind the point, from 0 (seen on 479). */
function quantityProblem(quantity: unknown): object {
    const text = String(quantity).trim();
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { quantity: ['A valid number is required.'] };
    if (Number(text) < 0) return { quantity: ['Ensure this value is greater than or equal to 0.'] };
    const places = /\.(\d*)$/.exec(text)?.[1]?.length ?? 0;
    return places > 5 ? { quantity: ['Ensure that there are no more than 5 decimal places.'] } : {};
}

/** Makes an adjustment of every line; the answer repeats the request, with pk null for what is gone (recording 815). */
function adjustment(work: (call: Call, line: Line) => boolean) {
    return (call: Call): unknown => {
        const { location, notes } = fieldsOf(call);
        const items = linesOf(call).map((line) => {
            const { pk } = line.item;
            const stays = work(call, line);
            return { pk: stays ? pk : null, quantity: line.quantity.toFixed(5), status: null };
        });
        return created({
            items,
            ...(location === undefined ? {} : { location }),
            ...(notes === undefined ? {} : { notes }),
        });
    };
}

function notesOf(call: Call): string {
    return String(fieldsOf(call).notes ?? '');
}

function add(call: Call, { item, quantity }: Line): boolean {
    call.state.changeStock(item, { quantity: item.quantity + quantity });
    const deltas = { added: quantity, quantity: item.quantity };
    track(call.state, item, call.user.pk, 'added', { deltas, notes: notesOf(call) });
    return true;
}

function remove(call: Call, { item, quantity }: Line): boolean {
    const { state } = call;
    // of these the server removes nothing, writes no history and answers as if it had (seen on 479)
    if (item.serial !== null || quantity <= 0) return true;
    // what is not deleted when it is empty is there to be consumed; a person may have asked for an adjustment
    if (item.delete_on_deplete && !/, adjusted \d{4}-\d\d-\d\d /.test(notesOf(call)))
        state.violations.push(`POST ${call.path} lowers the quantity of StockItem ${item.pk} by ${quantity}`);
    const left = Math.max(0, item.quantity - quantity);
    // the history says what was asked for, also where less was there
    track(state, item, call.user.pk, 'removed', {
        deltas: { removed: quantity, quantity: left },
        notes: notesOf(call),
    });
    return setQuantity(state, item, left);
}

function count(call: Call, { item, quantity }: Line): boolean {
    const { state } = call;
    if (quantity < item.quantity) {
        state.violations.push(
            `POST ${call.path} lowers the quantity of StockItem ${item.pk}: ${item.quantity} to ${quantity}`,
        );
    }
    track(state, item, call.user.pk, 'counted', { deltas: { quantity }, notes: notesOf(call) });
    return setQuantity(state, item, quantity);
}

function transfer(call: Call, { item, quantity }: Line): boolean {
    const { state } = call;
    const location = Number(fieldsOf(call).location);
    if (!state.locations.has(location)) throw invalidField('location', 'Destination stock location is required');
    checkLocation(state, location);
    const target =
        has(state.apiVersion, 'mergesBatches') && fieldsOf(call).merge === true
            ? mergeTarget(state, item, location)
            : null;
    if (target !== null) return mergeInto(call, item, target, quantity);
    if (quantity < item.quantity) splitOff(state, item, quantity, { location }, call.user.pk);
    else {
        state.changeStock(item, { location });
        track(state, item, call.user.pk, 'moved', { deltas: { location } });
    }
    return true;
}

/** An item of the same Part at the place: its batch is not asked for. */
function mergeTarget(state: State, item: StockItem, location: number): StockItem | null {
    const there = state.stockOf(item.part).filter((other) => other.pk !== item.pk && other.location === location);
    return there.find(({ serial }) => serial === null) ?? null;
}

/** @returns whether the item that was moved is still there */
function mergeInto(call: Call, item: StockItem, target: StockItem, quantity: number): boolean {
    const { state, user } = call;
    state.changeStock(target, { quantity: target.quantity + quantity });
    track(state, target, user.pk, 'merged', { deltas: { stockitem: item.pk, quantity: target.quantity } });
    if (quantity < item.quantity) {
        state.changeStock(item, { quantity: item.quantity - quantity });
        return true;
    }
    state.removeStock(item);
    return false;
}

/** Part of an item becomes an item of its own, with the same batch and the old one as its parent. */
export function splitOff(
    state: State,
    item: StockItem,
    quantity: number,
    changes: Partial<StockItem>,
    user: number | null,
): StockItem {
    const child = state.addStock(
        newStockItem(state, { ...item, ...changes, pk: undefined, parent: item.pk, quantity, setByPerson: new Set() }),
    );
    state.changeStock(item, { quantity: item.quantity - quantity });
    track(state, child, user, 'splitOff', { deltas: { stockitem: item.pk, quantity } });
    track(state, item, user, 'split', { deltas: { stockitem: child.pk, quantity: item.quantity } });
    return child;
}

export const adjustmentEndpoints: Endpoint[] = [
    { path: '/api/stock/add/', access: 'stock', handlers: { POST: adjustment(add) } },
    { path: '/api/stock/remove/', access: 'stock', handlers: { POST: adjustment(remove) } },
    { path: '/api/stock/count/', access: 'stock', handlers: { POST: adjustment(count) } },
    { path: '/api/stock/transfer/', access: 'stock', handlers: { POST: adjustment(transfer) } },
];
