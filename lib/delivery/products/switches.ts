import type { Catalog } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';

/** What becomes of a group that nobody has switched: as the one above it, on, or off. */
export const NEW_GROUPS = ['parent', 'on', 'off'] as const;
export type NewGroups = (typeof NEW_GROUPS)[number];

/** Whether a store is shown: only once somebody switched it on. */
export function isStoreOn(catalog: Catalog, store: string): boolean {
    return catalog.get('switches', store)?.on === true;
}

/** Whether what is in a group of a store is shown: its store is on, and the group is chosen. */
export function isGroupOn(catalog: Catalog, store: string, group: string | undefined, newGroups: NewGroups): boolean {
    return isStoreOn(catalog, store) && isGroupChosen(catalog, store, group, newGroups);
}

/**
 * Whether what is in a group is shown while its store is on. The group's own switch holds, else the nearest above it that is
 * switched.
 * @param group undefined: the root, which is always. A ring of parents is cut where it closes; an unknown parent is the root
 */
export function isGroupChosen(
    catalog: Catalog,
    store: string,
    group: string | undefined,
    newGroups: NewGroups,
): boolean {
    const seen = new Set<string>();
    for (let id = group; id !== undefined && !seen.has(id);) {
        seen.add(id);
        const own = catalog.get('switches', keyOf(store, id));
        if (own !== undefined) return own.on;
        const record = catalog.get('groups', keyOf(store, id));
        if (record === undefined) return true;
        // what is chosen for new groups is for those that a person can see: a modification group is a part of its parent
        if (newGroups !== 'parent' && record.attributes === undefined) return newGroups === 'on';
        id = record.parent;
    }
    return true;
}
