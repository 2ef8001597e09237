import { VARIANTS } from '../../lib/print/rules/variants';
import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 2,
    settings: {
        name: NAME,
        sync: SYNC_STORE,
        category: { kind: 'typed', default: '', type: 'num', fixed: 'pk' },
        // the lengths are those of InvenTree's fields
        ipnPrefix: { kind: 'typed', default: 'BMB', type: 'str', fixed: 'text', most: 80 },
        partName: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 100, required: true },
        description: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 250 },
        keywords: { kind: 'typed', default: 'bambuddy', type: 'str', fixed: 'text', most: 250 },
        link: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 2000 },
        parameters: {
            kind: 'parameters',
            default: [
                { template: 'Weight', value: 'weight' },
                { template: 'PrintTime', value: 'time' },
            ],
        },
        createTemplates: { kind: 'flag', default: false, since: 1 },
        variants: { kind: 'choice', default: 'none', of: VARIANTS, since: 2 },
        // a Part is not known yet where its category is chosen
        rules: { kind: 'rules', default: [], columns: ['category'], without: ['part'], since: 2 },
    },
} as const satisfies NodeSettings;
