import type { Rounding } from '../../lib/product/price';
import { NAME, type NodeSettings } from '../runtime/settings/declaration';

const ROUNDINGS = [
    'none', '1', '1-up', '5', '5-up', '10', '10-up', '50', '50-up', '100', '100-up', 'ends-9', 'ends-99', 'ends-90',
] as const satisfies readonly Rounding[]; // prettier-ignore

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        community: { kind: 'configNode', default: '', of: 'vk-community', required: true },
        category: { kind: 'typed', default: '', type: 'num', fixed: 'pk' },
        // by group: its category, and what happens out of stock
        groups: { kind: 'groups', default: [] },
        albums: { kind: 'choice', default: 'path', of: ['path', 'last', 'parents', 'none'] },
        // percent
        markup: { kind: 'number', default: 0, least: -90, most: 1000 },
        rounding: { kind: 'choice', default: 'none', of: ROUNDINGS },
        oldPrice: { kind: 'typed', default: '', type: 'auto', fixed: 'text', most: 20 },
        outOfStock: { kind: 'choice', default: 'hide', of: ['hide', 'show', 'always'] },
        goneProducts: { kind: 'choice', default: 'hide', of: ['hide', 'keep'] },
        keepManual: { kind: 'keys', default: ['name', 'description', 'pictures', 'category', 'albums'] },
        // templates; empty: the product's own description, no link
        description: { kind: 'text', default: '' },
        link: { kind: 'text', default: '' },
        picture: { kind: 'choice', default: 'pad', of: ['pad', 'asIs'] },
        // a file, or an address
        fallbackPicture: { kind: 'text', default: '' },
        sendStock: { kind: 'flag', default: true },
        // a brake holds where both are exceeded
        mostHidden: { kind: 'integer', default: 20, least: 0, most: 100_000 },
        mostHiddenPercent: { kind: 'integer', default: 10, least: 0, most: 100 },
        dryRun: { kind: 'flag', default: false },
    },
} as const satisfies NodeSettings;
