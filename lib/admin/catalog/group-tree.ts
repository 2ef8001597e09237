import { isGroupOn, type NewGroups } from '../../delivery/products/switches';
import { lineage, type GroupNode } from '../../product/groups';
import type { Catalog } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import { wordsIn } from './page';
import type { GroupRow } from './wire';

/** The groups of a store as people see them: no modification groups, whose products lie in the one above. */
export class GroupTree {
    private readonly nodes = new Map<string, GroupNode>();
    /** the group that is shown → itself and the modification groups below it */
    private readonly members = new Map<string, string[]>();
    private readonly parents = new Map<string, string | null>();
    private readonly children = new Map<string | null, string[]>();

    constructor(
        private readonly catalog: Catalog,
        private readonly store: string,
    ) {
        for (const { id, name, parent, attributes, goneSince } of catalog.find('groups', 'store', store)) {
            // one that is gone is there as long as products lie in it
            if (goneSince !== undefined && catalog.count('products', 'group', keyOf(store, id)) === 0) continue;
            this.nodes.set(id, { id, name, parent: parent ?? null, isModification: attributes !== undefined });
        }
        for (const { id, isModification } of this.nodes.values()) {
            const line = this.lineOf(id);
            const shown = line.at(-1)?.id ?? null;
            if (isModification) {
                if (shown !== null) this.members.set(shown, [...(this.members.get(shown) ?? []), id]);
                continue;
            }
            this.hang(id, line.at(-2)?.id ?? null);
        }
        this.cutRings();
    }

    has(id: string): boolean {
        return this.nodes.has(id);
    }

    /** Ids of a group, of its modification groups, and of all groups below. */
    below(id: string): Set<string> {
        const found = new Set<string>();
        const next = [id];
        for (let at = 0; at < next.length; at++) {
            const group = next[at]!;
            if (found.has(group)) continue;
            found.add(group);
            next.push(...(this.members.get(group) ?? []), ...(this.children.get(group) ?? []));
        }
        return found;
    }

    /**
     * @param parent those in this group alone; null: those in the root; undefined: all, each behind the one it is in
     * @param search words of the path
     */
    rows(newGroups: NewGroups, parent?: string | null, search = ''): GroupRow[] {
        const fits = wordsIn(search);
        const ids = parent === undefined ? this.walk() : this.sorted(parent);
        const rows = ids.map((id) => this.rowOf(id, newGroups));
        return fits === null ? rows : rows.filter(({ path }) => fits(path));
    }

    private rowOf(id: string, newGroups: NewGroups): GroupRow {
        const { catalog, store } = this;
        const inIt = [id, ...(this.members.get(id) ?? [])];
        return {
            id,
            store,
            name: this.nodes.get(id)!.name,
            parent: this.parents.get(id) ?? null,
            path: this.lineOf(id).map(({ name }) => name),
            on: isGroupOn(catalog, store, id, newGroups),
            switched: catalog.get('switches', keyOf(store, id))?.on ?? null,
            products: inIt.reduce((sum, each) => sum + catalog.count('products', 'group', keyOf(store, each)), 0),
            groups: this.children.get(id)?.length ?? 0,
        };
    }

    private lineOf(id: string): GroupNode[] {
        return lineage(this.nodes, id).filter(({ isModification }) => !isModification);
    }

    private hang(id: string, parent: string | null): void {
        this.parents.set(id, parent);
        const siblings = this.children.get(parent);
        if (siblings === undefined) this.children.set(parent, [id]);
        else siblings.push(id);
    }

    /** No root leads to the groups of a ring: the first of them hangs in the root. */
    private cutRings(): void {
        const reached = new Set(this.walk());
        for (const [id, parent] of [...this.parents]) {
            if (reached.has(id)) continue;
            this.children.set(
                parent,
                this.children.get(parent)!.filter((each) => each !== id),
            );
            this.hang(id, null);
            for (const each of this.below(id)) reached.add(each);
        }
    }

    /** Depth first, by name. */
    private walk(): string[] {
        const found: string[] = [];
        const waiting = this.sorted(null).reverse();
        for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
            found.push(id);
            waiting.push(...this.sorted(id).reverse());
        }
        return found;
    }

    private sorted(parent: string | null): string[] {
        const nameOf = (id: string): string => this.nodes.get(id)!.name;
        return [...(this.children.get(parent) ?? [])].sort((a, b) => compareNames(nameOf(a), nameOf(b)));
    }
}

const { compare: compareNames } = new Intl.Collator('ru', { numeric: true, sensitivity: 'base' });
