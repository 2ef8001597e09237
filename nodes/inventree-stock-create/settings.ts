import { MOST_PRICE_DECIMALS, PRICE_PARTS } from '../../lib/print/rules/price';
import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 2,
    settings: {
        name: NAME,
        sync: SYNC_STORE,
        location: { kind: 'typed', default: '', type: 'num', fixed: 'pk' },
        quantity: { kind: 'typed', default: '1', type: 'num', fixed: 'quantity' },
        // not `status`: the editor keeps what the node shows beneath it under that name; 10 is InvenTree's OK
        stockStatus: {
            kind: 'typed',
            default: '10',
            type: 'num',
            fixed: 'pk',
            wrong: 'error.stockStatus',
            missing: 'error.stockStatus',
        },
        notes: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 40_000 },
        deleteOnDeplete: { kind: 'flag', default: true },
        messageQuantity: { kind: 'flag', default: false, since: 2 },
        pieces: { kind: 'rules', default: [], columns: ['pieces'], since: 2 },
        // InvenTree's names of templates have at most 100 characters
        piecesParameter: { kind: 'text', default: '', since: 2 },
        packSize: { kind: 'amount', default: '', since: 2 },
        rules: { kind: 'rules', default: [], columns: ['location', 'status', 'owner'], since: 2 },
        locationPerPrinter: { kind: 'flag', default: false, since: 2 },
        buildOrders: { kind: 'flag', default: false, since: 2 },
        owner: { kind: 'typed', default: '', type: 'num', fixed: 'pk', optional: true, wrong: 'error.owner', since: 2 },
        price: { kind: 'choice', default: 'none', of: PRICE_PARTS, since: 2 },
        currency: { kind: 'text', default: '', since: 2 },
        priceDecimals: { kind: 'integer', default: 4, least: 0, most: MOST_PRICE_DECIMALS, since: 2 },
    },
} as const satisfies NodeSettings;
