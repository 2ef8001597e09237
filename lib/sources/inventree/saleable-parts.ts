import type { CatalogPart } from '../../clients/inventree/catalog/lists';

export interface PartChoice {
    salableOnly: boolean;
    /** null: of any category, and of none */
    categories: ReadonlySet<number> | null;
}

/**
 * Whether a Part is a product: it is active, salable and in a chosen category, and is no template, which only its variants
 * are made of. A filter that a server does not know shows everything, so each Part is held against what was asked.
 */
export function isChosen(part: CatalogPart, { salableOnly, categories }: PartChoice): boolean {
    if (!part.active || part.is_template || (salableOnly && !part.salable)) return false;
    return categories === null || (part.category !== null && categories.has(part.category));
}

/**
 * Of the active revisions of one Part the newest: the one with the highest pk, as revisions are made one after the other.
 * @param parts those that are chosen
 * @returns the others' pks
 */
export function supersededRevisions(parts: readonly CatalogPart[]): Set<number> {
    const byPk = new Map(parts.map((part) => [part.pk, part]));
    const newest = new Map<number, number>();
    const origins = new Map(parts.map((part) => [part.pk, originOf(byPk, part)]));
    for (const [pk, origin] of origins) newest.set(origin, Math.max(pk, newest.get(origin) ?? 0));
    return new Set([...origins].filter(([pk, origin]) => newest.get(origin) !== pk).map(([pk]) => pk));
}

/** The Part that the first revision was made of; it may not be among the parts any more. A ring is cut where it closes. */
function originOf(byPk: ReadonlyMap<number, CatalogPart>, { pk, revision_of }: CatalogPart): number {
    const line = [pk];
    for (let next = revision_of; next !== null && !line.includes(next); next = byPk.get(next)?.revision_of ?? null)
        line.push(next);
    const last = line.at(-1)!;
    // of a ring every member finds the same one
    return byPk.get(last)?.revision_of == null ? last : Math.min(...line);
}
