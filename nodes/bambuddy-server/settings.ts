import { INSECURE, NAME, TIMEOUT, type NodeSettings } from '../runtime/settings/declaration';

const example = 'http://192.168.1.20:8000';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example, required: true, label: 'shared' },
        // empty: the address itself
        webUrl: { kind: 'url', default: '', example, label: 'shared' },
        prefix: { kind: 'prefix', default: 'bambuddy' },
        timeout: TIMEOUT,
        insecure: INSECURE,
    },
    credentials: ['apiKey'],
} as const satisfies NodeSettings;
