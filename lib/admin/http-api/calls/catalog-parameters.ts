import { PARTINGS } from '../../../delivery/products/parting';
import { PAGE_ROWS } from '../../catalog/page';
import type { Parameter } from './route';
import { text } from './schema-parts';

export const STORE = { schema: text, description: 'id of the store' };
export const COMMUNITY = {
    schema: text,
    description: 'number of the community; default: those that the products come to',
};
export const SEARCH = { schema: text, description: 'words; a row has each of them' };
export const ACCOUNT: Parameter = { schema: text, description: 'id of the account', required: true };
export const PARTING = {
    schema: { enum: PARTINGS, default: 'keep' },
    description: 'what becomes of items whose products are gone: they stay, are hidden, or are never touched again',
};
export const SKU = { schema: text, description: 'sku of the product, which is its id in Evotor or `inventree:<pk>`' };
export const PAGE = {
    after: { schema: text, description: '`next` of the page before' },
    limit: {
        schema: { type: 'integer', minimum: 1, maximum: PAGE_ROWS.most, default: PAGE_ROWS.usual },
        description: 'rows of a page',
    },
} satisfies Record<string, Parameter>;
