import { createHash } from 'node:crypto';
import { fieldsOf, type Call, type Endpoint } from './endpoint';
import { invalid } from './errors';
import { showPart } from './part-view';
import type { State } from './state';
import { showStock } from './stock-view';
import type { Part, StockItem } from './types';

type Found = { model: 'part'; row: Part } | { model: 'stockitem'; row: StockItem };

function find(state: State, hash: string): Found | undefined {
    for (const row of state.stock.values()) if (row.barcode_hash === hash) return { model: 'stockitem', row };
    for (const row of state.parts.values()) if (row.barcode_hash === hash) return { model: 'part', row };
    return undefined;
}

function hashOf(barcode: string): string {
    return createHash('md5').update(barcode).digest('hex');
}

function show(call: Call, { model, row }: Found): Record<string, unknown> {
    const stock = model === 'stockitem';
    return {
        pk: row.pk,
        api_url: stock ? `/api/stock/${row.pk}/` : `/api/part/${row.pk}/`,
        instance: stock ? showStock(call, row, 'scanned') : showPart(call, row, 'retrieve'),
        web_url: stock ? `/web/stock/item/${row.pk}` : `/web/part/${row.pk}`,
    };
}

function scan(call: Call): unknown {
    const barcode = String(fieldsOf(call).barcode ?? '');
    const barcode_hash = hashOf(barcode);
    const found = find(call.state, barcode_hash);
    const about = { barcode_data: barcode, barcode_hash };
    if (!found) throw invalid({ plugin: 'None', ...about, error: 'No match found for barcode data' });
    const success = 'Match found for barcode data';
    return { [found.model]: show(call, found), success, plugin: 'InvenTreeBarcode', ...about };
}

function link(call: Call): unknown {
    const { state } = call;
    const { barcode, part, stockitem } = fieldsOf(call);
    const barcode_data = String(barcode ?? '');
    const barcode_hash = hashOf(barcode_data);
    const found = find(state, barcode_hash);
    if (found) {
        // what the error carries has every value as a Python text (recording 603)
        const owner = asTexts(show(call, found));
        const error = 'Barcode matches existing item';
        throw invalid({ [found.model]: owner, error, plugin: 'InvenTreeBarcode', barcode_data });
    }
    const item = state.stock.get(Number(stockitem));
    const target = state.parts.get(Number(part));
    if (item) state.changeStock(item, { barcode_hash });
    else if (target) state.changePart(target, { barcode_hash });
    else throw invalid({ error: 'Missing data: Provide one of part, stockitem', barcode_data });
    const model = item ? 'stockitem' : 'part';
    const success = `Assigned barcode to ${model} instance`;
    return { success, [model]: { pk: (item ?? target)!.pk }, barcode_data, barcode_hash };
}

function asTexts(value: unknown, key = ''): unknown {
    if (value === null || value === undefined) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (Array.isArray(value)) return value.map((entry) => asTexts(entry));
    if (typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asTexts(entry, key)]));
    }
    return key === 'quantity' ? Number(value).toFixed(1) : String(value);
}

export const barcodeEndpoints: Endpoint[] = [
    { path: '/api/barcode/', access: 'user', readOnly: true, handlers: { POST: scan } },
    { path: '/api/barcode/link/', access: 'stock', handlers: { POST: link } },
];
