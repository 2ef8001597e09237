import { pathKey } from './groups';

/** One row of the table group → category. */
export interface CategoryRow {
    /** id of the group; empty: only its path is known */
    group: string;
    /** names from the root down, as one text: what finds the group again when a person made it anew, with another id */
    path: string;
    category: number;
}

export interface CategoryMap {
    rows: readonly CategoryRow[];
    /** where no row fits; null: then there is none */
    fallback: number | null;
}

interface GroupPath {
    /** groups from the root down: `id` may be empty where it is not known */
    groups: readonly { id: string; name: string }[];
}

/**
 * The category of a product: of its group's row, else of the nearest group above it that has one, else the default.
 * A row fits by the id of its group; by its path only where no row has that id.
 * @returns null: none
 */
export function categoryOf({ rows, fallback }: CategoryMap, { groups }: GroupPath): number | null {
    for (let end = groups.length; end > 0; end--) {
        const { id } = groups[end - 1]!;
        const key = pathKey(groups.slice(0, end).map(({ name }) => name));
        const row =
            rows.find((each) => id !== '' && each.group.toLowerCase() === id.toLowerCase()) ??
            rows.find((each) => each.path.trim() !== '' && pathKey(each.path) === key);
        if (row !== undefined) return row.category;
    }
    return fallback;
}
