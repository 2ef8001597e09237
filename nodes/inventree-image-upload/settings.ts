import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: { name: NAME, sync: SYNC_STORE, overwrite: { kind: 'flag', default: false } },
} as const satisfies NodeSettings;
