import { pathKey } from '../../lib/product/groups';
import type { Product } from '../../lib/product/product';
import type { GroupRow } from '../runtime/settings/group-table';

/**
 * What the table of groups says about a product: of the row of its own group, else of the nearest group above it that has
 * one. A row fits by the id of its group, by its path, or by its name.
 * @param column empty in a row: the row says nothing about it
 * @returns null: no row says anything
 */
export function fromGroups<C extends 'category' | 'outOfStock'>(
    rows: readonly GroupRow[],
    { group }: Pick<Product, 'group'>,
    column: C,
): Exclude<GroupRow[C], ''> | null {
    const path = group?.path ?? [];
    const told = rows.filter((row) => row[column] !== '');
    for (let end = path.length; end > 0; end--) {
        const id = end === path.length ? group!.id.toLowerCase() : null;
        const [whole, name] = [pathKey(path.slice(0, end)), pathKey([path[end - 1]!])];
        const row =
            told.find((each) => each.group.toLowerCase() === id) ??
            told.find((each) => pathKey(each.group) === whole) ??
            told.find((each) => pathKey(each.group) === name);
        if (row !== undefined) return row[column] as Exclude<GroupRow[C], ''>;
    }
    return null;
}
