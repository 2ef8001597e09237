import { partByPk } from '../../../clients/inventree/parts';
import { isOwnItem, type Ownership } from './adoption';
import type { Print } from '../../../print/print';
import { recordOf } from '../../../print/record-fields';
import { settled } from '../../../delivery/delivery';
import type { DestinationItem, StockMatch } from '../../destination';
import type { InvenTreeDestination } from '../destination';

/** Which of the items is the print's; see `Destination.match`. */
export async function stockMatchOf(
    destination: InvenTreeDestination,
    print: Print,
    items: readonly DestinationItem[],
    options: { first: boolean; ipnPrefix: string; acceptLegacyIpn: boolean },
    signal: AbortSignal,
): Promise<StockMatch> {
    for (const item of items) {
        const ownership: Ownership = await isOwnItem(destination, print, item, options, signal);
        if (ownership !== 'other') return { item, unmarked: ownership === 'adopted' };
    }
    return { item: null, unmarked: false };
}

/** Ties existing stock to its print: ledger only, nothing is written in InvenTree. */
export async function adopt(
    destination: InvenTreeDestination,
    print: Print,
    first: boolean,
    match: StockMatch,
    signal: AbortSignal,
): Promise<void> {
    const item = match.item!;
    const known = destination.delivery.ledger.part(print.identity);
    if (known?.pk !== item.part) {
        const part = await partByPk(destination.client, item.part, signal);
        if (part !== null && known?.pk === undefined) {
            await destination.delivery.ledger.setPartDurable({
                identity: print.identity,
                pk: part.pk,
                IPN: part.IPN,
                name: part.name,
                picture: part.image,
                ...(match.unmarked ? { adopted: true as const } : {}),
            });
        }
    }
    await destination.delivery.ledger.setPrintDurable(
        settled(
            {
                ...recordOf(print),
                state: 'stock',
                ...(first ? { first: true as const } : {}),
                partPk: item.part,
                stockPk: item.pk,
                quantity: item.quantity,
                at: '',
            },
            'stock',
        ),
    );
}
