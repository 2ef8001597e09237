/** A group of products, as a tree knows it. */
export interface GroupNode {
    id: string;
    name: string;
    /** null: in the root */
    parent: string | null;
    /** its products are modifications of one: it is no group of its own, they are shown under its parent */
    isModification: boolean;
}

/** Groups by their id. */
export type Groups = Pick<ReadonlyMap<string, GroupNode>, 'get'>;

/**
 * The groups that a group lies in, from the root down to itself. A parent that is unknown is the root; a ring of parents is
 * cut where it closes.
 * @param groups by id
 */
export function lineage(groups: Groups, id: string | null): GroupNode[] {
    const path: GroupNode[] = [];
    const seen = new Set<string>();
    for (let next = id; next !== null && !seen.has(next);) {
        seen.add(next);
        const group = groups.get(next);
        if (group === undefined) break;
        path.unshift(group);
        next = group.parent;
    }
    return path;
}

/** The group that a product is shown under: of a modification the parent of its group. @returns null: the root */
export function groupPathOf(groups: Groups, id: string | null): { group: GroupNode; path: string[] } | null {
    const path = lineage(groups, id).filter(({ isModification }) => !isModification);
    const group = path.at(-1);
    return group === undefined ? null : { group, path: path.map(({ name }) => name) };
}

/** The names of a path as one text, e.g. `Prints / Boxes`. */
export const LEVELS = ' / ';

/** What two paths are compared by: people type them, and groups are made anew with other ids. */
export function pathKey(path: readonly string[] | string): string {
    const text = typeof path === 'string' ? path : path.join('/');
    const levels = text.normalize('NFC').split(/[/\\›>→]/u);
    return levels
        .map((level) => level.replace(/\s+/gu, ' ').trim().toLocaleLowerCase('ru'))
        .filter((level) => level !== '')
        .join('/');
}
