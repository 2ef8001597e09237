import type { ItemRecord } from '../../../store/catalog/records';
import type { CommunityParts, ShopLinks } from '../community';
import type { DesiredItem } from '../rules/desired';

/** What a person chose for a community that had items before we came: `link` those that match, or add `beside` them. */
export const FIRST_SYNC = ['link', 'beside'] as const;
export type FirstSync = (typeof FIRST_SYNC)[number];

/** What fits a product among the items that belong to nobody. */
export type Match =
    { fits: 'none' } | { fits: 'one'; item: Readonly<ItemRecord> } | { fits: 'several'; items: number[] };

/**
 * The first sync into a community: where it has items that are not ours, nothing is added before a person has chosen.
 */
export class FirstSyncGate {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
    ) {}

    /** null: nobody has chosen */
    get choice(): FirstSync | null {
        return (this.links.note('first-sync') as FirstSync | undefined) ?? null;
    }

    choose(choice: FirstSync): Promise<void> {
        return this.links.setNote('first-sync', choice);
    }

    /** Whether a person is to choose before anything is added. */
    get isOpenQuestion(): boolean {
        if (this.choice !== null) return false;
        for (const _item of this.unlinked()) return true;
        return false;
    }

    /** A community without items needs no answer, now or when people add some later. */
    async answerIfEmpty(): Promise<void> {
        if (this.choice === null && !this.isOpenQuestion) await this.choose('link');
    }

    /** Items without our link: they are never touched. */
    *unlinked(): IterableIterator<Readonly<ItemRecord>> {
        for (const item of this.parts.catalog.find('items', 'community', this.links.community))
            if (this.links.ofItem(item.id) === undefined) yield item;
    }

    /** Finds the item that a product is already: by its sku, else by title and price together. For one batch of products. */
    matcher(): (desired: DesiredItem) => Match {
        const [bySku, byTitle] = [new Map<string, Item[]>(), new Map<string, Item[]>()];
        for (const item of this.unlinked()) {
            if (item.sku !== undefined) put(bySku, item.sku, item);
            put(byTitle, titleKey(item.title, item.price), item);
        }
        return ({ sku, name, price }) => {
            const found = bySku.get(sku) ?? byTitle.get(titleKey(name, Math.round(price * 100))) ?? [];
            // one of the same batch may have taken it
            return matchOf(found.filter((item) => this.links.ofItem(item.id) === undefined));
        };
    }
}

type Item = Readonly<ItemRecord>;

function put(map: Map<string, Item[]>, key: string, item: Item): void {
    const list = map.get(key);
    if (list === undefined) map.set(key, [item]);
    else list.push(item);
}

function matchOf(items: readonly Readonly<ItemRecord>[]): Match {
    if (items.length === 0) return { fits: 'none' };
    return items.length === 1
        ? { fits: 'one', item: items[0]! }
        : { fits: 'several', items: items.map(({ id }) => id) };
}

/** @param price in hundredths */
function titleKey(title: string, price: number | undefined): string {
    return `${price ?? ''} ${title.normalize('NFC').replace(/\s+/gu, ' ').trim().toLocaleUpperCase('ru')}`;
}
