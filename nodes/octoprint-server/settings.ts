import { TIMEOUT_S } from '../../lib/http/policy';
import { NAME, type NodeSettings } from '../runtime/settings/declaration';

const example = 'http://octopi.local';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example, required: true, label: 'shared' },
        deviceIdentifier: { kind: 'text', default: '' },
        snapshotUrl: { kind: 'url', default: '', example, withUser: true, orPath: true },
        prefix: { kind: 'prefix', default: 'octoprint', since: 1 },
        // seconds
        timeout: { kind: 'number', ...TIMEOUT_S, label: 'shared', since: 1 },
        insecure: { kind: 'flag', default: false, label: 'shared' },
    },
    credentials: ['apiKey', 'snapshotLogin'],
} as const satisfies NodeSettings;
