import { NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        // the dialog's field is not called after it, as no config node is chosen
        source: {
            kind: 'flowNode',
            default: '',
            of: ['bambuddy-archive-in', 'evotor-catalog-in', 'inventree-stock-in'],
        },
        path: { kind: 'path', default: '/print-to-stock' },
    },
    credentials: ['serviceToken', 'webhookSecret'],
} as const satisfies NodeSettings;
