import { DEFAULT_KEY_FIELDS } from '../../lib/print/part-identity';
import { FAILED_DEFAULTS, OUTCOME_DEFAULTS } from '../../lib/sources/bambuddy/admission-rules';
import { LONGEST_WAIT, NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 3,
    settings: {
        name: NAME,
        sync: SYNC_STORE,
        // seconds; 0: never by itself
        interval: { kind: 'number', default: 300, least: 0, most: LONGEST_WAIT },
        pollOnDeploy: { kind: 'flag', default: true },
        live: { kind: 'flag', default: true },
        startWith: { kind: 'choice', default: 'now', of: ['now', 'all'] },
        successOnly: { kind: 'flag', default: true },
        // names or numbers, separated by commas; empty: all
        printers: { kind: 'text', default: '' },
        projects: { kind: 'text', default: '' },
        tags: { kind: 'text', default: '' },
        samePart: { kind: 'choice', default: 'file', of: ['file', 'name', 'fields'] },
        keyFields: { kind: 'names', default: DEFAULT_KEY_FIELDS.join(',') },
        platesApart: { kind: 'flag', default: true },
        pageSize: { kind: 'integer', default: 50, least: 1, most: 500 },
        window: { kind: 'integer', default: 4, least: 1, most: 32 },
        // seconds
        passAfter: { kind: 'number', default: 60, least: 1, most: LONGEST_WAIT },
        settle: { kind: 'number', default: 5, least: 0, most: 3600 },
        outcome: { kind: 'choice', default: OUTCOME_DEFAULTS.ask, of: ['wait', 'take'], since: 2 },
        outcomeDays: { kind: 'integer', default: OUTCOME_DEFAULTS.days, least: 1, most: 365, since: 2 },
        unanswered: { kind: 'choice', default: OUTCOME_DEFAULTS.unanswered, of: ['attention', 'good'], since: 2 },
        rejected: { kind: 'choice', default: OUTCOME_DEFAULTS.rejected, of: ['skip', 'stock'], since: 2 },
        // a status of a stock item in InvenTree
        rejectedStatus: {
            kind: 'integer',
            default: OUTCOME_DEFAULTS.rejectedStatus,
            least: 1,
            most: 1_000_000,
            since: 2,
        },
        failed: { kind: 'choice', default: FAILED_DEFAULTS.take, of: ['send', 'skip', 'stock', 'ask'], since: 3 },
        // a status of a stock item in InvenTree
        failedStatus: { kind: 'integer', default: FAILED_DEFAULTS.status, least: 1, most: 1_000_000, since: 3 },
        doubles: { kind: 'choice', default: 'hold', of: ['hold', 'take'], since: 2 },
    },
} as const satisfies NodeSettings;
