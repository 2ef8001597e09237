import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { crash, invalid, invalidField, noSuch } from './errors';
import { applyRules, bool, date, link, nullableText, quantity, reference, tags, type Rules } from './fields';
import { day, minute } from './clock';
import { filterOf, paged, numberFilter } from './lists';
import { currency, price } from './money';
import { ownersOf } from './owners';
import { newStockItem } from './part-rows';
import { expandSerials } from './serials';
import { listStock } from './stock-list';
import { checkLocation, track } from './stock-rows';
import { showStock } from './stock-view';
import { knownStatus } from './statuses';
import { cleanTexts } from './text';
import { has } from './dialect';
import type { Part, StockItem } from './types';

const rules: Rules<StockItem> = {
    batch: nullableText(100),
    delete_on_deplete: bool,
    expiry_date: date,
    link: link(),
    location: reference(({ locations }) => locations),
    notes: nullableText(50_000),
    owner: (value, state) => reference(ownersOf)(value, state),
    packaging: nullableText(50),
    purchase_price: price,
    purchase_price_currency: currency,
    quantity,
    tags,
};

function create(call: Call): unknown {
    const { state, user } = call;
    if (Array.isArray(call.body)) throw crash('AttributeError', call.path);
    const fields = cleanTexts(state, fieldsOf(call));
    const part = state.parts.get(Number(fields.part));
    // plain texts, not lists of them: these checks are the view's own
    if (!part) throw invalid({ part: 'Valid part must be supplied' });
    if (!('quantity' in fields)) throw invalid({ quantity: 'Quantity is required' });
    const { values, errors } = applyRules(state, rules, fields);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    if (part.virtual) throw invalidField('part', 'Stock item cannot be created for virtual parts');
    const serials = serialsOf(call, part, fields, values.quantity!);
    const location = 'location' in fields ? values.location! : defaultLocation(call, part);
    checkLocation(state, location);
    const status = statusOf(fields) ?? 10;
    const row = { ...values, part: part.pk, location, status };
    const items = (serials ?? [null]).map((serial) =>
        state.addStock(newStockItem(state, { ...row, serial, quantity: serial === null ? values.quantity! : 1 })),
    );
    for (const item of items) track(state, item, user.pk, 'created');
    state.changePart(part, { pricing_updated: minute(call.now) });
    // always a list since 383, though it has one element without serial numbers
    return created(items.map((item) => showStock(call, item, serials ? 'serialized' : 'created')));
}

function serialsOf(
    { state }: Call,
    part: Part,
    { serial_numbers }: Record<string, unknown>,
    wanted: number,
): string[] | null {
    if (serial_numbers === undefined || serial_numbers === '' || serial_numbers === null) return null;
    if (!part.trackable) {
        throw invalidField('serial_numbers', 'Serial numbers cannot be supplied for a non-trackable part');
    }
    const serials = expandSerials(String(serial_numbers), state.stockOf(part.pk));
    if (serials.length !== wanted) {
        const message = `Number of unique serial numbers (${serials.length}) must match quantity (${wanted})`;
        throw invalid({ quantity: [message], serial_numbers: [message] });
    }
    return serials;
}

function defaultLocation({ state }: Call, part: Part): number | null {
    if (part.default_location !== null || part.category === null) return part.default_location;
    return state.categories.get(part.category)?.default_location ?? null;
}

function statusOf(fields: Record<string, unknown>): number | undefined {
    const value = fields.status_custom_key ?? fields.status;
    return value === undefined || value === null ? undefined : knownStatus(value);
}

function itemOf({ state, pk }: Call): StockItem {
    const item = state.stock.get(pk);
    if (!item) throw noSuch('StockItem');
    return item;
}

function patch(call: Call): unknown {
    const item = itemOf(call);
    change(call, item, fieldsOf(call));
    return showStock(call, item, 'patched');
}

function change(call: Call, item: StockItem, sent: Record<string, unknown>): void {
    const { state } = call;
    const fields = cleanTexts(state, sent);
    const { values, errors } = applyRules(state, rules, fields);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    if (values.location !== undefined) checkLocation(state, values.location);
    if (values.quantity !== undefined && values.quantity < item.quantity) {
        state.violations.push(
            `PATCH lowers the quantity of StockItem ${item.pk}: ${item.quantity} to ${values.quantity}`,
        );
    }
    const status = statusOf(fields);
    const changes = status === undefined ? values : { ...values, status };
    for (const field of Object.keys(changes)) {
        if (item.setByPerson.has(field)) {
            state.violations.push(`PATCH of ${field} of StockItem ${item.pk}, which a person set`);
        }
    }
    state.changeStock(item, changes);
}

function bulkPatch(call: Call): unknown {
    const { items, ...fields } = fieldsOf(call);
    const found = (Array.isArray(items) ? items : [])
        .map((pk) => call.state.stock.get(Number(pk)))
        .filter((item) => item !== undefined);
    if (found.length === 0) throw invalidField('items', 'This field is required.');
    for (const item of found) change(call, item, fields);
    return { success: `Updated ${found.length} items`, items: found.map((item) => showStock(call, item, 'patched')) };
}

function remove(call: Call): null {
    call.state.removeStock(itemOf(call));
    return null;
}

function history(call: Call): unknown {
    const { state } = call;
    const [item, part, user] = ['item', 'part', 'user'].map((name) => numberFilter(call, name));
    const [from, to] = ['min_date', 'max_date'].map((name) => filterOf(call, name));
    if (item !== null && !state.stock.has(item!))
        throw invalidField('item', 'Select a valid choice. That choice is not one of the available choices.');
    const all =
        item === null
            ? [...state.trackingOfGone, ...state.tracking.values()].flat()
            : (state.tracking.get(item!) ?? []);
    const entries = all.filter(
        (entry) =>
            (part === null || entry.part === part) &&
            (user === null || entry.user === user) &&
            (from === null || day(entry.date) >= from!) &&
            (to === null || day(entry.date) <= to!),
    );
    entries.sort((a, b) => a.pk - b.pk);
    return paged(call, entries.reverse(), ({ part: of, date: at, ...entry }) => ({
        ...entry,
        date: minute(at),
        ...(has(state.apiVersion, 'trackingTellsPart') ? { part: of } : {}),
    }));
}

export const stockEndpoints: Endpoint[] = [
    {
        path: '/api/stock/',
        until: 'bulkStock',
        access: 'stock',
        handlers: { GET: listStock, POST: create },
    },
    {
        path: '/api/stock/',
        since: 'bulkStock',
        access: 'stock',
        handlers: { GET: listStock, POST: create, PATCH: bulkPatch },
    },
    {
        path: '/api/stock/:pk/',
        access: 'stock',
        handlers: {
            GET: (call) => showStock(call, itemOf(call), 'list'),
            PATCH: patch,
            PUT: patch,
            DELETE: remove,
        },
    },
    { path: '/api/stock/track/', access: 'stock', handlers: { GET: history } },
    {
        path: '/api/generate/batch-code/',
        access: 'user',
        readOnly: true,
        handlers: { POST: ({ state }) => created({ batch_code: state.setting('STOCK_BATCH_CODE_TEMPLATE') }) },
    },
];
