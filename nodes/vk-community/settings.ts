import { CATALOG_STORE, NAME, TIMEOUT, type NodeSettings } from '../runtime/settings/declaration';

const url = 'https://api.vk.com';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        catalog: CATALOG_STORE,
        groupId: { kind: 'community', default: '' },
        url: { kind: 'url', default: url, example: url, required: true, label: 'shared' },
        // a root certificate in PEM, for this host alone
        ca: { kind: 'text', default: '' },
        apiVersion: { kind: 'text', default: '5.199' },
        callsPerSecond: { kind: 'number', default: 3, least: 0.1, most: 20 },
        // 0: no limit
        callsPerMonth: { kind: 'integer', default: 10_000, least: 0, most: 1_000_000_000 },
        countExecute: { kind: 'choice', default: 'each', of: ['each', 'one'] },
        photosPerSave: { kind: 'integer', default: 10, least: 1, most: 50 },
        timeout: TIMEOUT,
    },
    credentials: ['accessToken', 'refreshToken', 'clientId', 'deviceId'],
} as const satisfies NodeSettings;
