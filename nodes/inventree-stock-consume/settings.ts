import { FIND_BY } from '../../lib/destinations/inventree/consume/spool-look-up';
import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        sync: SYNC_STORE,
        findBy: { kind: 'choice', default: 'batch', of: FIND_BY },
        key: { kind: 'text', default: '{tag}' },
        parameter: { kind: 'text', default: '' },
        spools: { kind: 'spools', default: [] },
        startWith: { kind: 'choice', default: 'now', of: ['now', 'all'] },
        diameter: { kind: 'number', default: 1.75, least: 0.5, most: 10 },
        density: { kind: 'amount', default: '' },
    },
} as const satisfies NodeSettings;
