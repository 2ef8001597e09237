import type { Catalog } from './catalog';
import { CATALOG_COLLECTIONS, CODE_NOTE, type CatalogCollection } from './records';

export interface CatalogExport {
    kind: 'print-to-stock catalog';
    format: 1;
    /** records by collection, without those that were not asked for */
    records: Partial<Record<CatalogCollection, readonly object[]>>;
}

export interface ExportChoice {
    /** the collections wanted; missing: all */
    only?: readonly CatalogCollection[];
    /** tokens go with it, encrypted as they are; the key does not */
    tokens?: boolean;
}

/** The catalog as a document. Tokens, and what was issued to accounts, are left out unless they are asked for. */
export function exportCatalog(catalog: Catalog, { only, tokens = false }: ExportChoice = {}): CatalogExport {
    const records: CatalogExport['records'] = {};
    for (const collection of only ?? CATALOG_COLLECTIONS) {
        if (collection === 'tokens' && !tokens) continue;
        const known = [...catalog.all(collection)].filter((record) => tokens || !isCode(record));
        records[collection] = known.map((record) => (tokens ? record : withoutSecrets(record)));
    }
    return { kind: 'print-to-stock catalog', format: 1, records };
}

/** `issued` of an account: the hash of a token. */
function withoutSecrets(record: object): object {
    const { issued: _issued, ...rest } = record as { issued?: string };
    return rest;
}

/** The note of a one-time code. */
function isCode(record: object): boolean {
    const { id } = record as { id?: unknown };
    return typeof id === 'string' && id.startsWith(CODE_NOTE);
}
