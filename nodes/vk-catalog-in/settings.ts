import { LONGEST_WAIT, NAME, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        community: { kind: 'configNode', default: '', of: 'vk-community', required: true },
        // seconds; 0: never by itself
        interval: { kind: 'number', default: 86_400, least: 0, most: LONGEST_WAIT },
    },
} as const satisfies NodeSettings;
