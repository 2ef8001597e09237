import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 2,
    settings: {
        name: NAME,
        sync: SYNC_STORE,
        overwrite: { kind: 'flag', default: false },
        attachFile: { kind: 'flag', default: false, since: 2 },
        // megabytes
        attachMost: { kind: 'number', default: 50, least: 1, most: 2000, since: 2 },
        attachPhoto: { kind: 'flag', default: false, since: 2 },
        attachTimelapse: { kind: 'flag', default: false, since: 2 },
        attachPage: { kind: 'flag', default: false, since: 2 },
    },
} as const satisfies NodeSettings;
