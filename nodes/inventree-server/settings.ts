import { INSECURE, NAME, TIMEOUT, type NodeSettings } from '../runtime/settings/declaration';

const example = 'http://192.168.1.21';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example, required: true, label: 'shared' },
        // empty: the address itself
        webUrl: { kind: 'url', default: '', example, label: 'shared' },
        // empty: asked from the server
        frontend: { kind: 'webPath', default: '', since: 1 },
        timeout: TIMEOUT,
        uploadTimeout: { kind: 'number', default: 120, least: 1, most: 3600 },
        // requests at one time
        writes: { kind: 'integer', default: 1, least: 1, most: 16 },
        reads: { kind: 'integer', default: 4, least: 1, most: 32 },
        insecure: INSECURE,
    },
    credentials: ['token'],
} as const satisfies NodeSettings;
