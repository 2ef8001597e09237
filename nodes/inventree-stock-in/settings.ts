import { CATALOG_STORE, LONGEST_WAIT, NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        catalog: CATALOG_STORE,
        inventree: { kind: 'configNode', default: '', of: 'inventree-server', required: true },
        // empty: all
        categories: { kind: 'pks', default: '', optional: true },
        locations: { kind: 'pks', default: '', optional: true },
        // 10 is InvenTree's OK
        statuses: { kind: 'pks', default: '10' },
        // seconds; 0: never by itself
        interval: { kind: 'number', default: 900, least: 0, most: LONGEST_WAIT },
        // empty: the sale price of one piece
        price: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 20 },
        salableOnly: { kind: 'flag', default: true },
        // products between this node and the shop
        window: { kind: 'integer', default: 100, least: 1, most: 1000 },
    },
} as const satisfies NodeSettings;
