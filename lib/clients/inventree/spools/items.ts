import * as v from 'valibot';
import { RejectedError } from '../../../http/errors';
import { checked, parameterSchema, rows, stockSchema, type Parameter, type Rows, type StockItem } from '../answers';
import type { InvenTreeClient } from '../client';
import { pagesOf } from '../lookup';

const scanSchema = v.looseObject({ stockitem: v.fallback(v.nullish(v.looseObject({ pk: v.number() }), null), null) });
const PAGE = 500;

/** The StockItems of a Part that are in stock, lowest pk first. */
export async function stockOfPart(
    inventree: InvenTreeClient,
    part: number,
    signal?: AbortSignal,
): Promise<StockItem[]> {
    const query = { part, in_stock: 'true', limit: 100 };
    const answer = await inventree.read('/api/stock/', query, signal);
    const page = rows(stockSchema, answer.body, 'GET /api/stock/');
    return page.rows.filter((item) => item.part === part).sort((a, b) => a.pk - b.pk);
}

/** The StockItem that a barcode was linked to. @returns null where there is none, or it is another thing's */
export async function stockByBarcode(
    inventree: InvenTreeClient,
    barcode: string,
    signal?: AbortSignal,
): Promise<number | null> {
    try {
        const answer = await inventree.write('POST', '/api/barcode/', { barcode }, signal);
        return checked(scanSchema, answer.body, 'POST /api/barcode/').stockitem?.pk ?? null;
    } catch (error) {
        // the server's own word for a barcode that it does not know
        if (error instanceof RejectedError && error.status === 400) return null;
        throw error;
    }
}

/**
 * The Parts whose parameter has that text, without case and spaces around it: no version of the server can be asked for it.
 * @returns their pks, lowest first
 */
export async function partsByParameter(
    inventree: InvenTreeClient,
    template: number,
    text: string,
    signal?: AbortSignal,
): Promise<number[]> {
    const wanted = text.trim().toLowerCase();
    const ask = (offset: number): Promise<Rows<Parameter>> =>
        inventree.withApiVersion(async ({ parameters: path }) => {
            const answer = await inventree.read(path, { template, limit: PAGE, offset }, signal);
            return rows(parameterSchema, answer.body, `GET ${path}`);
        }, signal);
    const found = new Set<number>();
    for await (const page of pagesOf(ask))
        for (const parameter of page.rows) {
            const part = partOf(parameter);
            if (parameter.template !== template || part === null) continue;
            if (parameter.data.trim().toLowerCase() === wanted) found.add(part);
        }
    return [...found].sort((a, b) => a - b);
}

/** A parameter names its Part as `part`, from API 430 on as model and id. */
function partOf(parameter: Record<string, unknown>): number | null {
    const { part, model_type, model_id } = parameter;
    if (typeof part === 'number') return part;
    return model_type === 'part.part' && typeof model_id === 'number' ? model_id : null;
}
