import { isGroupChosen, type NewGroups } from '../../../delivery/products/switches';
import type { Catalog } from '../../../store/catalog/catalog';
import type { GroupRow } from '../../catalog/wire';
import type { Checked, GroupNode } from './wire';

/** What a tree shows of a group with all that is in it. */
interface Sum {
    checked: Checked;
    allProducts: number;
}

/**
 * The groups of a store with the boxes of a tree: each tells of itself and of the groups in it.
 * @param rows the whole tree, each group behind the one it is in
 */
export function groupNodes(catalog: Catalog, rows: readonly GroupRow[], newGroups: NewGroups): GroupNode[] {
    const sums = new Map<string, Sum>();
    const inside = new Map<string, Sum[]>();
    // from the leaves up
    for (const { id, store, parent, products } of [...rows].reverse()) {
        const below = inside.get(id) ?? [];
        const chosen = isGroupChosen(catalog, store, id, newGroups);
        const sum: Sum = {
            checked: checkedOf(chosen, below),
            allProducts: below.reduce((all, each) => all + each.allProducts, products),
        };
        sums.set(id, sum);
        if (parent === null) continue;
        const siblings = inside.get(parent);
        if (siblings === undefined) inside.set(parent, [sum]);
        else siblings.push(sum);
    }
    return rows.map((row) => ({ ...row, ...sums.get(row.id)! }));
}

/** The box of a store. */
export function storeChecked(on: boolean, groups: readonly GroupNode[]): Checked {
    return on
        ? checkedOf(
              true,
              groups.filter(({ parent }) => parent === null),
          )
        : false;
}

function checkedOf(own: boolean, below: readonly { checked: Checked }[]): Checked {
    return below.every(({ checked }) => checked === own) ? own : 'mixed';
}
