import type { StockItem } from '../../../clients/inventree/answers';
import { describeOutput } from '../../../clients/inventree/build/orders';
import type { NewStockItem } from '../../../clients/inventree/stock';
import type { Print } from '../../../print/print';
import { isMarkedFor, markOf } from '../../../print/stock-marker';
import type { InvenTreeDestination } from '../destination';
import { itemOf } from '../stock/stock-create';
import type { StockSettings } from '../stock/stock-settings';

/** An output is made without notes, link and the like: it gets those of the print. What a person wrote stays. */
export async function describe(
    destination: InvenTreeDestination,
    { pk, notes }: StockItem,
    { print, part, settings }: { print: Print; part: number; settings: StockSettings },
    signal: AbortSignal,
): Promise<void> {
    if (isMarkedFor(notes, print)) return;
    const isUntouched = notes === null || notes.trim() === '';
    const fields = isUntouched
        ? besideThe(itemOf(destination, print, part, settings))
        : { notes: `${notes}\n\n${markOf(print)}` };
    await describeOutput(destination.client, pk, fields, signal);
}

/** What an output does not get when it is made. */
function besideThe({ notes, link, delete_on_deplete, owner, ...price }: NewStockItem): object {
    const { purchase_price, purchase_price_currency } = price;
    const all = { link, owner, purchase_price, purchase_price_currency };
    const known = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
    return { notes, delete_on_deplete, ...Object.fromEntries(known) };
}
