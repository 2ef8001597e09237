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
    /** the print goes into a build order of its Part that is in production */
    buildOrders?: boolean;
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
    /** the build order that its item is an output of, and the item of the pieces that the order had no need of; missing: none */
    build?: { order: number; reference: string; quantity: number; rest: { pk: number; quantity: number } | null };
}
