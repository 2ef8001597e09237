/** An item of a community as VK keeps it. */
export interface Item {
    id: number;
    name: string;
    description: string;
    categoryId: number;
    /** hundredths; null: none was sent */
    price: number | null;
    oldPrice: number | null;
    hidden: boolean;
    /** taken off by VK itself */
    blocked: boolean;
    /** by a person or `market.delete`, ms since 1970; null: it is there */
    removedAt: number | null;
    photos: number[];
    url: string;
    sku: string;
    /** -1: not counted */
    stock: number;
    albums: Set<number>;
    /** ms since 1970 */
    created: number;
    updated: number;
}

export interface Album {
    id: number;
    title: string;
    hidden: boolean;
    updated: number;
}

export interface Photo {
    id: number;
    width: number;
    height: number;
    bytes: Buffer;
    /** the one item that it may belong to */
    item: number | null;
}

export interface Category {
    id: number;
    name: string;
    children?: Category[];
}

/** A community with its goods. */
/** Those of ISO 4217 that tests use, as VK tells them. */
export const CURRENCIES = {
    RUB: { id: 643, name: 'RUB', title: '₽' },
    KZT: { id: 398, name: 'KZT', title: '₸' },
} as const;

export class Community {
    readonly items = new Map<number, Item>();
    readonly albums = new Map<number, Album>();
    readonly photos = new Map<number, Photo>();
    name: string;
    /** "Goods" is switched on */
    hasMarket = true;
    /** all its prices are in it */
    currency: keyof typeof CURRENCIES = 'RUB';
    /** users who may edit goods */
    readonly editors = new Set<number>();
    mostItems = 15_000;
    mostAlbums = 1000;
    mostInAlbum = 1000;

    constructor(readonly id: number) {
        this.name = `Shop ${id}`;
    }

    /** Those that are not removed, hidden ones too. */
    get shown(): Item[] {
        return [...this.items.values()].filter((item) => item.removedAt === null);
    }

    bySku(sku: string): Item[] {
        return this.shown.filter((item) => item.sku === sku);
    }

    /** An item that a person made a month ago. @param now ms since 1970 */
    byHand(fields: Partial<Item>, now = Date.now()): Item {
        const id = 100 + this.items.size;
        const item: Item = {
            id,
            name: 'Сделано руками',
            description: 'Описание человека',
            categoryId: 1205,
            price: 5000,
            oldPrice: null,
            hidden: false,
            blocked: false,
            removedAt: null,
            photos: [],
            url: '',
            sku: '',
            stock: -1,
            albums: new Set(),
            created: now - 30 * 86_400_000,
            updated: now - 30 * 86_400_000,
            ...fields,
        };
        this.items.set(id, item);
        return item;
    }

    byTitle(title: string): Album | undefined {
        return [...this.albums.values()].find((album) => album.title === title);
    }
}

export const CATEGORIES: Category[] = [
    {
        id: 1200,
        name: 'Дом',
        children: [
            { id: 1204, name: 'Органайзеры' },
            { id: 1205, name: 'Декор' },
        ],
    },
    { id: 1300, name: 'Продукты', children: [{ id: 1301, name: 'Сыр' }] },
];

export function categoryOf(tree: readonly Category[], id: number, above: Category[] = []): Category[] | null {
    for (const each of tree) {
        if (each.id === id) return [...above, each];
        const below = categoryOf(each.children ?? [], id, [...above, each]);
        if (below !== null) return below;
    }
    return null;
}
