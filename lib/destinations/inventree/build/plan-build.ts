import { ordersInProduction, remainderOf } from '../../../clients/inventree/build/orders';
import { asQuantity } from '../../../print/rules/quantity';
import type { BuildOutput } from '../../../store/ledger/records';
import type { InvenTreeDestination } from '../destination';

/**
 * The oldest order of a Part with a remainder, and how much of a print it takes.
 * @returns null where no order in production has a remainder. @throws as `read`
 */
export async function planBuild(
    { client }: InvenTreeDestination,
    part: number,
    pieces: number,
    signal: AbortSignal,
): Promise<BuildOutput | null> {
    for (const order of await ordersInProduction(client, part, signal)) {
        const left = asQuantity(await remainderOf(client, order, signal));
        if (left <= 0) continue;
        const quantity = Math.min(left, pieces);
        const { pk, reference } = order;
        return { order: pk, reference, quantity, rest: asQuantity(pieces - quantity) };
    }
    return null;
}
