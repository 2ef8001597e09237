import { NEW_GROUPS } from '../../lib/delivery/products/switches';
import { CATALOG_STORE, LONGEST_WAIT, NAME, type NodeSettings } from '../runtime/settings/declaration';

const url = 'https://api.evotor.ru';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        // all accounts of the catalog that Evotor linked by webhook, in the place of one
        linked: { kind: 'flag', default: false },
        account: { kind: 'configNode', default: '', of: 'evotor-account', required: true, onlyWithout: 'linked' },
        catalog: { ...CATALOG_STORE, onlyWith: 'linked' },
        url: { kind: 'url', default: url, example: url, required: true, label: 'shared', onlyWith: 'linked' },
        // seconds; 0: never by itself
        interval: { kind: 'number', default: 3600, least: 0, most: LONGEST_WAIT },
        stockInterval: { kind: 'number', default: 900, least: 0, most: LONGEST_WAIT },
        pollOnDeploy: { kind: 'flag', default: true },
        newGroups: { kind: 'choice', default: 'parent', of: NEW_GROUPS },
        leaveOut: { kind: 'keys', default: ['alcohol', 'tobacco', 'age-limited'] },
        pictures: { kind: 'flag', default: true },
        picturesPerDay: { kind: 'integer', default: 200, least: 0, most: 100_000 },
        // products between this node and the shop
        window: { kind: 'integer', default: 100, least: 1, most: 1000 },
    },
} as const satisfies NodeSettings;
