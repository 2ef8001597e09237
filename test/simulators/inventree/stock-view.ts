import { day, minute } from './clock';
import { has } from './dialect';
import type { Call } from './endpoint';
import { booleanFilter } from './lists';
import { locationDetail, showPartDetail } from './part-view';
import type { State } from './state';
import { isInStock } from './stock-rows';
import { statusLabel } from './statuses';
import { locationPath } from './tree';
import type { StockItem } from './types';

/**
 * Which answer a StockItem stands in. Counts are null in `created` and in `scanned`, the answer to a barcode;
 * `serialized` is the answer to a POST that made items with serial numbers.
 */
export type StockView = 'list' | 'created' | 'serialized' | 'patched' | 'scanned';

const details = ['tags', 'part_detail', 'location_path', 'location_detail', 'tests', 'supplier_part_detail'];

/** what comes with the columns, before and since `detailsOnRequest` */
const additions: Record<'before' | 'since', Record<StockView, string[]>> = {
    before: {
        list: ['tags'],
        created: ['tags', 'part_detail'],
        serialized: ['tags', 'part_detail', 'location_detail', 'supplier_part_detail'],
        patched: ['tags', 'part_detail'],
        scanned: ['tags', 'part_detail', 'location_detail', 'supplier_part_detail'],
    },
    since: { list: [], created: details, serialized: details, patched: details, scanned: ['part_detail'] },
};

/** query parameter that asks for a field, and what is done without it */
const onRequest: [parameter: string, field: string, byDefault: boolean][] = [
    ['part_detail', 'part_detail', true],
    ['location_detail', 'location_detail', false],
    ['path_detail', 'location_path', false],
    ['supplier_part_detail', 'supplier_part_detail', false],
    ['tests', 'tests', false],
    ['tags', 'tags', false],
];

const computed: Record<string, (item: StockItem, state: State) => unknown> = {
    tags: ({ tags }) => tags,
    part_detail: ({ part }, state) => showPartDetail(state, state.parts.get(part)!),
    location_detail: ({ location }, state) => locationDetail(state, location),
    location_path: ({ location }, state) => {
        const row = location === null ? undefined : state.locations.get(location);
        return row ? locationPath(state, row) : null;
    },
    tests: () => [],
    supplier_part_detail: () => null,
};

export function showStock(call: Call, item: StockItem, view: StockView): Record<string, unknown> {
    const { state } = call;
    const fields = new Set(additions[has(state.apiVersion, 'detailsOnRequest') ? 'since' : 'before'][view]);
    if (view === 'list') {
        for (const [parameter, field, byDefault] of onRequest) {
            if (booleanFilter(call, parameter) ?? byDefault) fields.add(field);
        }
    }
    const shown = columns(state, item, view !== 'created' && view !== 'scanned');
    if (has(state.apiVersion, 'stockCreationDate')) shown['creation_date'] = item.creation_date;
    for (const field of fields) shown[field] = computed[field]!(item, state);
    return shown;
}

/** One literal, no spreading: 100,000 of them are shown in a benchmark. */
function columns(state: State, item: StockItem, counted: boolean): Record<string, unknown> {
    const { expiry_date, quantity } = item;
    return {
        pk: item.pk,
        part: item.part,
        quantity,
        serial: item.serial,
        batch: item.batch,
        location: item.location,
        belongs_to: item.belongs_to,
        build: item.build,
        consumed_by: item.consumed_by,
        customer: item.customer,
        delete_on_deplete: item.delete_on_deplete,
        expiry_date,
        in_stock: isInStock(item),
        is_building: item.is_building,
        link: item.link,
        notes: item.notes,
        owner: item.owner,
        packaging: item.packaging,
        parent: item.parent,
        purchase_order: null,
        purchase_order_reference: null,
        sales_order: null,
        sales_order_reference: null,
        status: item.status,
        status_text: statusLabel(item.status),
        status_custom_key: item.status,
        supplier_part: null,
        SKU: null,
        MPN: null,
        barcode_hash: item.barcode_hash,
        updated: minute(item.updated),
        stocktake_date: null,
        purchase_price: item.purchase_price,
        purchase_price_currency: item.purchase_price_currency,
        allocated: counted ? item.allocated : null,
        expired: counted ? expiry_date !== null && expiry_date < day() : null,
        installed_items: counted ? 0 : null,
        child_items: counted ? state.splitFrom(item.pk).length : null,
        stale: counted ? false : null,
        tracking_items: counted ? (state.tracking.get(item.pk)?.length ?? 0) : null,
    };
}
