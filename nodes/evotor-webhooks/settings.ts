import { CATALOG_STORE, NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        catalog: CATALOG_STORE,
        // empty: at the root, where EvoSync had it
        path: { kind: 'path', default: '/evotor', optional: true },
        // what Evotor reaches Node-RED by: for the addresses that the dialog shows
        publicUrl: { kind: 'url', default: '', example: 'https://node-red.example' },
    },
    credentials: ['webhookSecret'],
} as const satisfies NodeSettings;
