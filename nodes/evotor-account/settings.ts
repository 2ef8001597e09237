import { TIMEOUT_S } from '../../lib/http/policy';
import { CATALOG_STORE, NAME, type NodeSettings } from '../runtime/settings/declaration';

const url = 'https://api.evotor.ru';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        catalog: CATALOG_STORE,
        url: { kind: 'url', default: url, example: url, required: true, label: 'shared' },
        // Evotor's id of the owner, for webhooks
        userId: { kind: 'text', default: '' },
        authorization: { kind: 'choice', default: 'auto', of: ['auto', 'bearer', 'x-authorization'] },
        timeout: { kind: 'number', ...TIMEOUT_S, default: 20, label: 'shared' },
    },
    credentials: ['token'],
} as const satisfies NodeSettings;
