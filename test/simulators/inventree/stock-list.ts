import type { Call } from './endpoint';
import { invalidField } from './errors';
import {
    alternatives,
    booleanFilter,
    filterOf,
    ListMemory,
    numberFilter,
    ordered,
    paged,
    regexFilter,
    searchMatches,
} from './lists';
import { isInStock } from './stock-rows';
import { showStock } from './stock-view';
import type { State } from './state';
import type { StockItem } from './types';

const memories = new WeakMap<State, ListMemory<StockItem>>();

export function listStock(call: Call): unknown {
    const { state } = call;
    const memory = memories.get(state) ?? new ListMemory<StockItem>();
    memories.set(state, memory);
    const rows = memory.rowsFor(call, () => {
        const orderings = orderingsOf(state);
        return ordered(call, findStock(call), orderings, ['part', 'quantity', 'location']);
    });
    return paged(call, rows, (item) => showStock(call, item, 'list'));
}

/** pk is not among them: `ordering=-pk` is ignored (recording 249) */
function orderingsOf(state: State): Record<string, (item: StockItem) => string | number | null> {
    return {
        part: ({ part }) => state.parts.get(part)?.name ?? '',
        quantity: ({ quantity }) => quantity,
        location: ({ location }) => (location === null ? null : (state.locations.get(location)?.name ?? null)),
        batch: ({ batch }) => batch,
        updated: ({ updated }) => updated.getTime(),
        status: ({ status }) => status,
    };
}

function findStock(call: Call): StockItem[] {
    const tests = filtersOf(call);
    return candidates(call).filter((item) => tests.every((test) => test(item)));
}

/** The rows that can match at all: the index's where a batch or a Part is asked for. */
function candidates(call: Call): StockItem[] {
    const { state } = call;
    const batch = filterOf(call, 'batch');
    if (batch !== null) return state.stockByBatch(batch);
    const batches = alternatives(filterOf(call, 'batch_regex'));
    if (batches) return [...new Set(batches.flatMap((one) => state.stockByBatch(one)))];
    const part = filterOf(call, 'part');
    if (part !== null) return state.stockOf(Number(part));
    const ipn = filterOf(call, 'IPN');
    if (ipn !== null) return state.partsByIpn(ipn).flatMap(({ pk }) => state.stockOf(pk));
    return [...state.stock.values()];
}

type Test = (item: StockItem) => boolean;

function filtersOf(call: Call): Test[] {
    const { state } = call;
    const tests: Test[] = [];
    const part = filterOf(call, 'part');
    if (part !== null) {
        if (!state.parts.has(Number(part))) {
            throw invalidField('part', 'Select a valid choice. That choice is not one of the available choices.');
        }
        tests.push((item) => item.part === Number(part));
    }
    const batchRegex = alternatives(filterOf(call, 'batch_regex')) ? null : regexFilter(call, 'batch_regex');
    if (batchRegex) tests.push(({ batch }) => batchRegex.test(batch ?? ''));
    const ipn = filterOf(call, 'IPN')?.toLowerCase();
    if (ipn !== undefined) tests.push((item) => state.parts.get(item.part)?.IPN.toLowerCase() === ipn);
    const location = numberFilter(call, 'location');
    // an unknown location filters nothing (recording 929)
    if (location !== null && state.locations.has(location)) {
        const cascade = booleanFilter(call, 'cascade') ?? true;
        const branch = cascade ? state.branch(state.locations, location) : new Set([location]);
        tests.push((item) => item.location !== null && branch.has(item.location));
    }
    const inStock = booleanFilter(call, 'in_stock');
    if (inStock !== null) tests.push((item) => isInStock(item) === inStock);
    for (const [name, test] of Object.entries(stateFilters)) {
        const wanted = booleanFilter(call, name);
        if (wanted !== null) tests.push((item) => test(item) === wanted);
    }
    const build = numberFilter(call, 'build');
    if (build !== null) {
        if (!state.builds.has(build))
            throw invalidField('build', 'Select a valid choice. That choice is not one of the available choices.');
        tests.push((item) => item.build === build);
    }
    const status = numberFilter(call, 'status');
    if (status !== null) tests.push((item) => item.status === status);
    const search = filterOf(call, 'search');
    const notesToo = booleanFilter(call, 'search_notes') === true;
    if (search !== null)
        tests.push((item) => searchMatches(search, [...searchedTexts(state, item), ...(notesToo ? [item.notes] : [])]));
    const tag = filterOf(call, 'tags_name')?.toLowerCase();
    if (tag !== undefined) tests.push(({ tags }) => tags.some((one) => one.toLowerCase() === tag));
    return tests;
}

/** Where an item is when it is not on a shelf. */
const stateFilters: Record<string, Test> = {
    depleted: ({ quantity }) => quantity <= 0,
    sent_to_customer: ({ customer }) => customer !== null,
    installed: ({ belongs_to }) => belongs_to !== null,
    consumed: ({ consumed_by }) => consumed_by !== null,
    is_building: ({ is_building }) => is_building,
};

function searchedTexts(state: State, item: StockItem): (string | null)[] {
    const part = state.parts.get(item.part);
    return [item.serial, item.batch, part?.name ?? null, part?.IPN ?? null, part?.description ?? null, ...item.tags];
}
