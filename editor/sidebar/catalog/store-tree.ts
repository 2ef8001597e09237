// Stores and their groups with their switches. Groups are asked for when their store or group is unfolded.
import type { GroupNode, StoreNode } from '../../../lib/admin/sidebar/catalog/wire';
import { askBack } from '../page/ask';
import { make } from '../page/elements';
import { number, when } from '../page/format';
import { mayWrite, say, t } from '../page/texts';
import { BARE, Tree, type TreeNode } from '../page/tree';
import { actOn, catalogs } from './requests';

/** Groups of one group that are shown at once. */
const PORTION = 100;
/** Switching off so many products is asked back: their items are all hidden. */
const MANY = 20;

/** What is selected: the products of a store or a group are listed. */
export interface Selection {
    store: string;
    group: string | null;
    /** names from the store down */
    path: string[];
}

interface Branch {
    store: string;
    group: string | null;
    limit: number;
    /** null: they are on their way */
    groups: GroupNode[] | null;
    total: number;
}

export class StoreTree {
    readonly element: HTMLElement;
    private catalog: string | null = null;
    private stores: readonly StoreNode[] = [];
    private readonly branches = new Map<string, Branch>();
    private readonly busy = new Set<string>();
    private selected: string | null = null;
    private readonly ask = make('div', { class: 'pts-tree-ask' });
    private readonly tree = new Tree({
        label: t('catalog.tree.label'),
        nameOf: ({ name, count, note }) =>
            [name, note, count === null ? null : t('catalog.tree.products', { n: number(count) })]
                .filter(Boolean)
                .join(', '),
        boxHint: ({ isDimmed, checked }) =>
            t(`catalog.tree.box.${isDimmed ? 'storeOff' : checked === 'mixed' ? 'mixed' : checked ? 'on' : 'off'}`),
        open: (key, open) => this.unfold(key, open),
        toggle: (key, on) => this.toggle(key, on),
        select: (key) => this.select(key),
        more: (key) => this.more(key),
    });

    /**
     * @param selected told what is selected; null: nothing
     * @param switched told when a switch was set
     */
    constructor(
        private readonly chosen: (selection: Selection | null) => void,
        private readonly switched: () => void,
    ) {
        this.element = make('div', { class: 'pts-stores' }, [this.tree.element, this.ask]);
    }

    show(catalog: string, stores: readonly StoreNode[]): void {
        if (catalog !== this.catalog) {
            this.branches.clear();
            this.selected = null;
        }
        this.catalog = catalog;
        this.stores = stores;
        // of one store all is seen at once
        const [only] = stores;
        if (stores.length === 1 && only !== undefined && only.groups > 0 && this.branches.size === 0)
            this.unfold(only.id, true);
        this.render();
    }

    /** Groups or switches have changed. */
    changed(): void {
        for (const key of this.branches.keys()) void this.load(key);
    }

    /** Nothing is selected any more. */
    clear(): void {
        this.selected = null;
        this.render();
    }

    private unfold(key: string, open: boolean): void {
        const { store, group } = placeOf(key);
        if (!open)
            for (const each of [...this.branches.keys()]) if (this.isWithin(each, key)) this.branches.delete(each);
        if (open) this.branches.set(key, { store, group, limit: PORTION, groups: null, total: 0 });
        this.render();
        if (open) void this.load(key);
    }

    /** Whether one branch is another, or lies in it. */
    private isWithin(key: string, other: string): boolean {
        for (let at: string | null = key; at !== null;) {
            if (at === other) return true;
            const { store, group } = placeOf(at);
            if (group === null) return false;
            const parent: string | null = this.groupOf(at)?.parent ?? null;
            at = parent === null ? store : `${store}/${parent}`;
        }
        return false;
    }

    private async load(key: string): Promise<void> {
        const branch = this.branches.get(key);
        const { catalog } = this;
        if (branch === undefined || catalog === null) return;
        const { body } = await catalogs.groups(catalog, branch.store, branch.group, branch.limit).answer;
        if (this.branches.get(key) !== branch || catalog !== this.catalog) return;
        if (body === null) this.branches.delete(key);
        else Object.assign(branch, body);
        this.render();
    }

    private more(key: string): void {
        const branch = this.branches.get(key.slice(0, -1));
        if (branch === undefined) return;
        branch.limit += PORTION;
        void this.load(key.slice(0, -1));
    }

    private select(key: string | null): void {
        this.selected = key;
        this.render();
        this.chosen(key === null ? null : this.selectionOf(key));
    }

    private selectionOf(key: string): Selection {
        const { store, group } = placeOf(key);
        const name = this.stores.find(({ id }) => id === store)?.name ?? store;
        return { store, group, path: [name, ...(this.groupOf(key)?.path ?? [])] };
    }

    private toggle(key: string, on: boolean): void {
        if (!mayWrite()) return;
        const { store, group } = placeOf(key);
        const isStoreOn = this.stores.find(({ id }) => id === store)?.on === true;
        const { count, name } = this.lineAbout(key);
        if (on || count < MANY || !isStoreOn) return void this.turn(key, store, group, on, name);
        const question = t('catalog.tree.question', { name, n: number(count) });
        askBack(
            this.ask,
            question,
            { act: 'switch-off', yes: t('catalog.tree.yes'), icon: 'fa-eye-slash', back: () => this.tree.focus() },
            () => void this.turn(key, store, group, on, name),
        );
    }

    private async turn(key: string, store: string, group: string | null, on: boolean, name: string): Promise<void> {
        const { catalog } = this;
        if (catalog === null) return;
        this.busy.add(key);
        this.render();
        const answer = await actOn(catalog, { action: 'switch', store, ...(group === null ? {} : { group }), on });
        this.busy.delete(key);
        if (answer !== undefined) say(t(`catalog.tree.${on ? 'switchedOn' : 'switchedOff'}`, { name }));
        this.changed();
        this.render();
        this.switched();
    }

    private lineAbout(key: string): { count: number; name: string } {
        const { store } = placeOf(key);
        const group = this.groupOf(key);
        if (group !== undefined) return { count: group.allProducts, name: group.name };
        const of = this.stores.find(({ id }) => id === store);
        return { count: of?.products ?? 0, name: of?.name ?? store };
    }

    private groupOf(key: string): GroupNode | undefined {
        for (const { store, groups } of this.branches.values())
            for (const group of groups ?? []) if (`${store}/${group.id}` === key) return group;
        return undefined;
    }

    private render(): void {
        const lines: TreeNode[] = [];
        this.stores.forEach((store, at) => {
            lines.push(this.storeLine(store, at));
            this.branchLines(store.id, store, 2, lines);
        });
        this.tree.show(lines);
    }

    private branchLines(key: string, store: StoreNode, level: number, lines: TreeNode[]): void {
        const branch = this.branches.get(key);
        if (branch === undefined) return;
        const { groups, total } = branch;
        const siblings = (groups?.length ?? 0) + (groups !== null && groups.length < total ? 1 : 0);
        groups?.forEach((group, at) => {
            lines.push(this.groupLine(group, store, level, at, siblings));
            this.branchLines(`${store.id}/${group.id}`, store, level + 1, lines);
        });
        const left = groups === null ? null : total - groups.length;
        if (left === 0) return;
        const name = left === null ? t('catalog.tree.loading') : t('catalog.tree.more', { n: number(left) });
        const place = { position: siblings, siblings: Math.max(1, siblings) };
        lines.push({ ...BARE, ...place, key: `${key}+`, level, name, isMore: left !== null, isBusy: left === null });
    }

    private storeLine(store: StoreNode, at: number): TreeNode {
        const { id, name, checked, products, groups } = store;
        return {
            ...BARE,
            ...this.stateOf(id),
            key: id,
            level: 1,
            name,
            checked,
            count: products,
            note: noteOf(store),
            isOpen: groups === 0 ? null : this.branches.has(id),
            position: at + 1,
            siblings: this.stores.length,
        };
    }

    private groupLine(group: GroupNode, store: StoreNode, level: number, at: number, siblings: number): TreeNode {
        const key = `${store.id}/${group.id}`;
        const { name, checked, allProducts: count } = group;
        const isOpen = group.groups === 0 ? null : this.branches.has(key);
        const place = { position: at + 1, siblings };
        return {
            ...BARE,
            ...this.stateOf(key),
            ...place,
            key,
            level,
            name,
            checked,
            count,
            isDimmed: !store.on,
            isOpen,
        };
    }

    private stateOf(key: string): Pick<TreeNode, 'isBusy' | 'isSelected'> {
        return { isBusy: this.busy.has(key), isSelected: key === this.selected };
    }
}

/** Why a store is not read, and since when. */
function noteOf({ staleWhy, staleSince, goneSince }: StoreNode): string | null {
    if (goneSince !== null) return t('catalog.store.gone', { since: when(goneSince) });
    if (staleSince === null) return null;
    const known = ['payment', 'credentials', 'right', 'suspended'].includes(staleWhy ?? '');
    return t(`catalog.store.${known ? staleWhy : 'stale'}`, { since: when(staleSince) });
}

/** Ids hold no slash. */
function placeOf(key: string): { store: string; group: string | null } {
    const [store = '', group = null] = key.split('/');
    return { store, group };
}
