import { NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        // another source may feed the InvenTree nodes
        bambuddy: { kind: 'configNode', default: '', of: 'bambuddy-server', required: false },
        inventree: { kind: 'configNode', default: '', of: 'inventree-server', required: true },
        // empty: named after the node, in Node-RED's user directory
        file: { kind: 'text', default: '' },
    },
} as const satisfies NodeSettings;
