import { STORE } from '../../../lib/sources/inventree/records-of';
import type { GroupRow, ProductRow } from '../../simulators/evotor/rows';
import type { Category, Part, PriceBreak, StockItem } from '../../simulators/inventree/types';
import type { ShopServers } from './shop-servers';

export const GROUPS = ['Коробки', 'Вазы', 'Лампы'] as const;
export type GroupName = (typeof GROUPS)[number];

/** What a catalog says of a product. */
export interface Figures {
    name: string;
    /** roubles */
    price: number;
    quantity: number;
    group: GroupName;
}

/** A place that goods are sold from: people there change what is told of them. */
export interface Shelf {
    /** id of its store in the catalog */
    store: string;
    /** skus of its products */
    skus: readonly string[];
    tell(sku: string, figures: Figures): void;
    /** Its groups are made anew: other ids, the same names. */
    makeGroupsAnew(): void;
}

/** A till of Evotor. */
export class Till implements Shelf {
    readonly store: string;
    private readonly rows = new Map<string, ProductRow>();
    private groups = new Map<GroupName, GroupRow>();
    private kept: ProductRow[] | null = null;

    constructor(
        private readonly servers: ShopServers,
        all: readonly Figures[],
    ) {
        this.store = servers.till.id.toLowerCase();
        this.groups = this.newGroups();
        for (const { name, ...rest } of all) {
            const row = servers.evotor.tills.addProduct(servers.till, name, this.fieldsOf(rest));
            this.rows.set(row.id.toLowerCase(), row);
        }
    }

    get skus(): string[] {
        return [...this.rows.keys()];
    }

    get isEmpty(): boolean {
        return this.kept !== null;
    }

    tell(sku: string, { name, ...rest }: Figures): void {
        this.servers.evotor.tills.change(this.rows.get(sku)!, { name, ...this.fieldsOf(rest) });
    }

    makeGroupsAnew(): void {
        const { evotor, till } = this.servers;
        const names = new Map([...this.groups].map(([name, { id }]) => [id, name]));
        for (const { id } of this.groups.values()) till.groups.delete(id);
        this.groups = this.newGroups();
        for (const row of this.rows.values())
            evotor.tills.change(row, { parentId: this.groups.get(names.get(row.parentId!)!)!.id });
    }

    /** It answers empty, complete lists. */
    reset(): void {
        if (this.kept !== null) return;
        this.kept = [...this.rows.values()];
        this.servers.evotor.tills.reset(this.servers.till);
    }

    /** Its backup is played back. */
    restore(): void {
        if (this.kept === null) return;
        const { till } = this.servers;
        for (const row of this.kept) till.products.set(row.id, row);
        for (const group of this.groups.values()) till.groups.set(group.id, group);
        this.kept = null;
    }

    private newGroups(): Map<GroupName, GroupRow> {
        const { evotor, till } = this.servers;
        return new Map(GROUPS.map((name) => [name, evotor.tills.addGroup(till, name)]));
    }

    private fieldsOf({ price, quantity, group }: Omit<Figures, 'name'>): Partial<ProductRow> {
        return { price, quantity, parentId: this.groups.get(group)!.id };
    }
}

/** Stock of InvenTree. */
export class Warehouse implements Shelf {
    readonly store = STORE;
    private readonly rows = new Map<string, { part: Part; item: StockItem; price: PriceBreak }>();
    private groups: Map<GroupName, Category>;

    constructor(
        private readonly servers: ShopServers,
        all: readonly Figures[],
    ) {
        const { inventree } = servers;
        this.groups = this.newGroups();
        for (const { name, price, quantity, group } of all) {
            const part = inventree.addPart({ name, category: this.groups.get(group)!.pk });
            this.rows.set(`inventree:${part.pk}`, {
                part,
                item: inventree.addStock({ part: part.pk, quantity, delete_on_deplete: false }),
                price: inventree.addPriceBreak({ part: part.pk, quantity: 1, price, price_currency: 'RUB' }),
            });
        }
    }

    get skus(): string[] {
        return [...this.rows.keys()];
    }

    tell(sku: string, { name, price, quantity, group }: Figures): void {
        const row = this.rows.get(sku)!;
        const { person, state } = this.servers.inventree;
        person.editPart(row.part.pk, { name, category: this.groups.get(group)!.pk });
        person.editStock(row.item.pk, { quantity });
        row.price.price = price;
        state.revision++;
    }

    makeGroupsAnew(): void {
        const { person } = this.servers.inventree;
        const names = new Map([...this.groups].map(([name, { pk }]) => [pk, name]));
        const old = this.groups;
        this.groups = this.newGroups();
        for (const { part } of this.rows.values())
            person.editPart(part.pk, { category: this.groups.get(names.get(part.category!)!)!.pk });
        for (const { pk } of old.values()) this.servers.inventree.state.categories.delete(pk);
    }

    private newGroups(): Map<GroupName, Category> {
        return new Map(GROUPS.map((name) => [name, this.servers.inventree.addCategory({ name })]));
    }
}
