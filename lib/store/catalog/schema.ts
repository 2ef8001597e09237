import type { StoreSchema } from '../engine/schema';
import { KEY_OF } from './keys';
import { ACCOUNT_STATES, CATALOG_COLLECTIONS, CATALOG_SOURCES, LINK_STATES, type CatalogData } from './records';

/** The fields of a record that have to be one of a closed list. */
const CLOSED: Partial<Record<keyof CatalogData, Record<string, readonly string[]>>> = {
    stores: { source: CATALOG_SOURCES },
    products: { source: CATALOG_SOURCES },
    links: { state: LINK_STATES },
    accounts: { source: CATALOG_SOURCES, state: ACCOUNT_STATES },
};

/** The catalog, as the store engine knows it. */
export const CATALOG = {
    collections: CATALOG_COLLECTIONS,
    format: 1,
    faultOf: (collection, key, record) => {
        const keyOf = KEY_OF[collection] as (record: unknown) => string;
        if (keyOf(record) !== key) return 'does not carry its own key';
        for (const [field, known] of Object.entries(CLOSED[collection] ?? {}))
            if (!known.includes(record[field] as string)) return `has no ${field} that is known here`;
        return null;
    },
} satisfies StoreSchema<CatalogData>;
