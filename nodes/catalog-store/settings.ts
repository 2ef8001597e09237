import { NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        // empty: named after the node, in Node-RED's user directory
        file: { kind: 'text', default: '' },
    },
} as const satisfies NodeSettings;
