import { INSECURE, NAME, TIMEOUT, type NodeSettings } from '../runtime/settings/declaration';

const example = 'http://octopi.local';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example, required: true, label: 'shared' },
        deviceIdentifier: { kind: 'text', default: '' },
        snapshotUrl: { kind: 'url', default: '', example, withUser: true, orPath: true },
        prefix: { kind: 'prefix', default: 'octoprint', since: 1 },
        timeout: { ...TIMEOUT, since: 1 },
        insecure: INSECURE,
    },
    credentials: ['apiKey', 'snapshotLogin'],
} as const satisfies NodeSettings;
