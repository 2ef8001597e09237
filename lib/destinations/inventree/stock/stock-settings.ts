import type { NewStockItem } from '../../../clients/inventree/stock';

/** Already evaluated for this print. */
export interface StockSettings {
    location: number;
    /** above 0 */
    quantity: number;
    status: number;
    /** in place of the figures; the mark always comes first */
    notes: string | null;
    /** where the quantity comes from, as the notes say it; missing: they do not */
    quantityNote?: string;
    deleteOnDeplete: boolean;
    /** what else the item gets where it is wanted; missing: nothing */
    more?: Pick<NewStockItem, 'owner' | 'purchase_price' | 'purchase_price_currency'>;
    /** for knowing the sidecar's Parts */
    ipnPrefix: string;
}

/** `msg.stock` */
export interface StockResult {
    pk: number;
    batch: string;
    quantity: number;
    location: number | null;
    url: string;
    created: boolean;
}
