import { TIMEOUT_S } from '../../lib/http/policy';
import { NAME, type NodeSettings } from '../runtime/settings/declaration';

const example = 'http://192.168.1.20:8000';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example, required: true, label: 'shared' },
        // empty: the address itself
        webUrl: { kind: 'url', default: '', example, label: 'shared' },
        prefix: { kind: 'prefix', default: 'bambuddy' },
        // seconds
        timeout: { kind: 'number', ...TIMEOUT_S, label: 'shared' },
        insecure: { kind: 'flag', default: false, label: 'shared' },
    },
    credentials: ['apiKey'],
} as const satisfies NodeSettings;
