import * as v from 'valibot';
import { RejectedError } from '../../../http/errors';
import { checked, rows, stockSchema, type Rows, type StockItem } from '../answers';
import type { InvenTreeClient } from '../client';
import { pagesOf } from '../lookup';

/** State of a build order of which outputs can be made: it was issued, and is neither on hold nor closed. */
const IN_PRODUCTION = 20;
const PAGE = 250;

const amount = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.finite());
const orderSchema = v.looseObject({
    pk: v.number(),
    reference: v.string(),
    part: v.number(),
    status: v.number(),
    quantity: amount,
    completed: amount,
});
export type BuildOrder = v.InferOutput<typeof orderSchema>;

const lineSchema = v.looseObject({ build: v.number(), part: v.number() });

export function isInProduction({ status }: BuildOrder): boolean {
    return status === IN_PRODUCTION;
}

/** The build orders of a Part that are in production, oldest first; none where the Part is gone. */
export async function ordersInProduction(
    inventree: InvenTreeClient,
    part: number,
    signal?: AbortSignal,
): Promise<BuildOrder[]> {
    const found: BuildOrder[] = [];
    const ask = async (offset: number): Promise<Rows<BuildOrder>> => {
        const query = { part, active: 'true', limit: PAGE, offset };
        const answer = await inventree.read('/api/build/', query, signal);
        return rows(orderSchema, answer.body, 'GET /api/build/');
    };
    try {
        for await (const page of pagesOf(ask)) found.push(...page.rows);
    } catch (error) {
        const isPartGone = error instanceof RejectedError && hasField(error.body, 'part');
        if (!isPartGone) throw error;
    }
    return found.filter((order) => order.part === part && isInProduction(order)).sort((a, b) => a.pk - b.pk);
}

/** @returns null where it is gone */
export async function buildOrder(
    inventree: InvenTreeClient,
    pk: number,
    signal?: AbortSignal,
): Promise<BuildOrder | null> {
    const path = `/api/build/${pk}/`;
    const answer = await inventree.read(path, {}, signal, [404]);
    return answer.status === 404 ? null : checked(orderSchema, answer.body, `GET ${path}`);
}

/** What an order still has to make: neither completed nor being built. */
export async function remainderOf(
    inventree: InvenTreeClient,
    { pk, quantity, completed }: BuildOrder,
    signal?: AbortSignal,
): Promise<number> {
    let left = quantity - completed;
    const ask = async (offset: number): Promise<Rows<StockItem>> => {
        const query = { build: pk, is_building: 'true', limit: PAGE, offset };
        const answer = await inventree.read('/api/stock/', query, signal);
        // one that cannot be read may be one that counts
        return rows(stockSchema, answer.body, 'GET /api/stock/', () => true);
    };
    for await (const page of pagesOf(ask))
        for (const item of page.rows) if (item['build'] === pk && item.is_building === true) left -= item.quantity;
    return Math.max(0, left);
}

/** The Parts that an order is made of, by its own list of them; none where the order is gone. */
export async function partsOfOrder(inventree: InvenTreeClient, pk: number, signal?: AbortSignal): Promise<Set<number>> {
    const parts = new Set<number>();
    const ask = async (offset: number): Promise<Rows<v.InferOutput<typeof lineSchema>>> => {
        const query = { build: pk, limit: PAGE, offset };
        const answer = await inventree.read('/api/build/line/', query, signal);
        return rows(lineSchema, answer.body, 'GET /api/build/line/', () => true);
    };
    try {
        for await (const page of pagesOf(ask))
            for (const line of page.rows) if (line.build === pk) parts.add(line.part);
    } catch (error) {
        const isGone = error instanceof RejectedError && hasField(error.body, 'build');
        if (!isGone) throw error;
    }
    return parts;
}

/**
 * Makes an output: a StockItem that is being built. Not repeatable: it is found again by its batch.
 * @throws RejectedError, e.g. of a Part whose outputs need serial numbers
 */
export async function createOutput(
    inventree: InvenTreeClient,
    order: number,
    { quantity, batch, location }: { quantity: number; batch: string; location: number },
    signal?: AbortSignal,
): Promise<void> {
    await inventree.write(
        'POST',
        `/api/build/${order}/create-output/`,
        { quantity, batch_code: batch, location },
        signal,
    );
}

/**
 * Completes an output; one that is completed already is refused. From API 494 on the server may answer first and do it in
 * the background.
 * @throws RejectedError, e.g. where stock that the order tracks is not allocated to it
 */
export async function completeOutput(
    inventree: InvenTreeClient,
    order: number,
    { output, location, status }: { output: number; location: number; status: number },
    signal?: AbortSignal,
): Promise<void> {
    const body = {
        outputs: [{ output }],
        location,
        status_custom_key: status,
        accept_incomplete_allocation: false,
    };
    try {
        await inventree.write('POST', `/api/build/${order}/complete/`, body, signal);
    } catch (error) {
        // a task that was taken and is listed nowhere yet
        const isTaken = error instanceof RejectedError && error.status === 404 && hasField(error.body, 'task_id');
        if (!isTaken) throw error;
    }
}

/** Writes what an output carries besides: a new one has nothing of it. */
export async function describeOutput(
    inventree: InvenTreeClient,
    pk: number,
    fields: object,
    signal?: AbortSignal,
): Promise<void> {
    await inventree.write('PATCH', `/api/stock/${pk}/`, fields, signal);
}

function hasField(body: unknown, field: string): boolean {
    return typeof body === 'object' && body !== null && Object.hasOwn(body, field);
}
