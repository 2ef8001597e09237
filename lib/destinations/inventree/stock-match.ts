import type { StockItem } from '../../clients/inventree/answers';
import { partByPk } from '../../clients/inventree/parts';
import { isOwnItem, type Ownership } from './adoption';
import type { Print } from '../../print/print';
import { recordOf } from '../../print/record-fields';
import { settled } from '../../delivery/delivery';
import type { InvenTreeDestination } from './destination';

/** What InvenTree has for a print. */
export interface StockMatch {
    /** null: nothing, it would be created */
    item: StockItem | null;
    /** the item carries no mark of ours: it is from before us */
    unmarked: boolean;
}

/**
 * @param generous also takes an unmarked item of the archive's own code whose Part has an IPN of the sidecar's form,
 * whatever text it hashed: only where a person asked for adoption
 */
export async function stockMatchOf(
    destination: InvenTreeDestination,
    print: Print,
    first: boolean,
    items: readonly StockItem[],
    ipnPrefix: string,
    generous: boolean,
    signal: AbortSignal,
): Promise<StockMatch> {
    for (const item of items) {
        const ownership: Ownership = await isOwnItem(destination, print, item, { first, ipnPrefix, generous }, signal);
        if (ownership !== 'other') return { item, unmarked: ownership === 'adopted' };
    }
    return { item: null, unmarked: false };
}

/** Ties existing stock to its print: ledger only, nothing is written in InvenTree. */
export async function adopt(
    destination: InvenTreeDestination,
    print: Print,
    first: boolean,
    fate: StockMatch,
    signal: AbortSignal,
): Promise<void> {
    const item = fate.item!;
    const known = destination.delivery.ledger.part(print.identity);
    if (known?.pk !== item.part) {
        const part = await partByPk(destination.client, item.part, signal);
        if (part !== null && known?.pk === undefined) {
            await destination.delivery.ledger.putPart({
                identity: print.identity,
                pk: part.pk,
                IPN: part.IPN,
                name: part.name,
                picture: part.image,
                ...(fate.unmarked ? { adopted: true as const } : {}),
            });
        }
    }
    await destination.delivery.ledger.putPrint(
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
