import * as v from 'valibot';
import { maybe } from '../../http/checked';
import { AuthError, RejectedError } from '../../http/errors';
import { checked, rows } from './answers';
import type { InvenTreeClient } from './client';

export interface StockStatus {
    key: number;
    /** in the server's language */
    label: string;
    color: string | null;
    /** made by the server's people; it stands for one of InvenTree's own */
    custom: boolean;
}

const stateSchema = v.looseObject({
    key: v.pipe(v.number(), v.integer()),
    name: v.string(),
    label: maybe(v.string()),
    color: maybe(v.string()),
    custom: maybe(v.boolean()),
    logical_key: maybe(v.number()),
});
const statusesSchema = v.looseObject({ values: v.record(v.string(), stateSchema) });
const customSchema = v.looseObject({ ...stateSchema.entries, reference_status: maybe(v.string()) });

const STATUSES = '/api/stock/status/';
const CUSTOM = '/api/generic/status/custom/';

/** The statuses a StockItem can have, by number, with the server's own where it has such. */
export async function stockStatuses(inventree: InvenTreeClient, signal?: AbortSignal): Promise<StockStatus[]> {
    const answer = await inventree.read(STATUSES, {}, signal);
    const states = Object.values(checked(statusesSchema, answer.body, `GET ${STATUSES}`).values).map(statusOf);
    for (const own of await customStates(inventree, signal)) {
        if (!states.some(({ key }) => key === own.key)) states.push({ ...statusOf(own), custom: true });
    }
    return states.sort((a, b) => a.key - b.key);
}

/** Not every user may see that list, and older servers do not have it: the other tells enough. */
async function customStates(
    inventree: InvenTreeClient,
    signal?: AbortSignal,
): Promise<v.InferOutput<typeof customSchema>[]> {
    try {
        const answer = await inventree.readWhereKnown(CUSTOM, { limit: 500, offset: 0 }, signal);
        if (answer === null) return [];
        const page = rows(customSchema, answer.body, `GET ${CUSTOM}`);
        return page.rows.filter(({ reference_status: of }) => of === 'StockStatus');
    } catch (error) {
        if (error instanceof RejectedError || (error instanceof AuthError && error.status === 403)) return [];
        throw error;
    }
}

function statusOf({
    key,
    name,
    label,
    color,
    custom,
    logical_key: logical,
}: v.InferOutput<typeof stateSchema>): StockStatus {
    return { key, label: label ?? name, color, custom: custom === true || logical !== null };
}
