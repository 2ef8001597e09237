import * as v from 'valibot';
import { checkedFor, isReadable, maybe, readRowsOf, UnreadableRow, type Checked } from '../../http/checked';

export const checked: Checked = checkedFor('VK');
const readRows = readRowsOf('VK');

const whole = v.pipe(v.number(), v.safeInteger());
const id = v.pipe(whole, v.minValue(1));
/** Hundredths of the currency, as a text (5.199: `amount`); in roubles, as everywhere in this package. */
const roubles = v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.finite(),
    v.transform((hundredths) => hundredths / 100),
);
const named = v.looseObject({ id: whole, name: v.fallback(v.string(), '') });

const itemSchema = v.pipe(
    v.looseObject({
        id,
        title: v.string(),
        description: v.fallback(v.optional(v.string(), ''), ''),
        price: maybe(
            v.looseObject({
                amount: maybe(roubles),
                old_amount: maybe(roubles),
                currency: maybe(v.looseObject({ name: v.string() })),
            }),
        ),
        availability: v.picklist([0, 1, 2]),
        category: maybe(named),
        category_v2: maybe(named),
        /** when it was made or last changed: the schema calls it the one, and the filter of market.get the other */
        date: maybe(whole),
        sku: maybe(v.string()),
        stock_amount: maybe(whole),
        url: maybe(v.string()),
        albums_ids: maybe(v.array(whole)),
        photos: maybe(v.array(v.looseObject({ id: whole }))),
    }),
    v.transform((row) => ({
        id: row.id,
        title: row.title,
        description: row.description,
        /** in the currency's unit; null: VK told none */
        price: row.price?.amount ?? null,
        oldPrice: row.price?.old_amount ?? null,
        currency: row.price?.currency?.name ?? null,
        availability: AVAILABILITY[row.availability],
        categoryId: row.category?.id ?? row.category_v2?.id ?? null,
        /** seconds since 1970 */
        date: row.date,
        /** empty counts as none */
        sku: row.sku === '' ? null : row.sku,
        /** null: VK counts none */
        stock: row.stock_amount === -1 ? null : row.stock_amount,
        url: row.url,
        /** null: it was not asked for (`extended`) */
        albumIds: row.albums_ids,
        photoIds: row.photos?.map((photo) => photo.id) ?? null,
    })),
);
export type ShopItem = v.InferOutput<typeof itemSchema>;

/** `removed` and `unavailable` are both hidden; which of them a `deleted` of ours becomes is not documented. */
const AVAILABILITY = { 0: 'available', 1: 'removed', 2: 'unavailable' } as const;
export type Availability = (typeof AVAILABILITY)[keyof typeof AVAILABILITY];

const albumSchema = v.pipe(
    v.looseObject({
        id,
        title: v.string(),
        count: v.fallback(whole, 0),
        is_main: v.fallback(v.optional(v.boolean(), false), false),
        is_hidden: v.fallback(v.optional(v.boolean(), false), false),
    }),
    v.transform(({ id: albumId, title, count, is_main, is_hidden }) => ({
        id: albumId,
        title,
        count,
        isMain: is_main,
        isHidden: is_hidden,
    })),
);
export type ShopAlbum = v.InferOutput<typeof albumSchema>;

/** A page of a list. */
export interface Page<T> {
    /** rows of the whole list */
    total: number;
    rows: T[];
    /** rows of this page that cannot be read */
    unreadable: UnreadableRow[];
}

const pageSchema = v.looseObject({ count: whole, items: v.array(v.unknown()) });

function pageOf<const T extends v.GenericSchema>(schema: T, response: unknown, what: string): Page<v.InferOutput<T>> {
    const { count, items } = checked(pageSchema, response, what);
    const all = readRows(schema, items, what);
    const unreadable = all.filter((row) => row instanceof UnreadableRow);
    return { total: count, rows: all.filter(isReadable), unreadable };
}

export const itemsOf = (response: unknown, what: string): Page<ShopItem> => pageOf(itemSchema, response, what);
export const albumsOf = (response: unknown, what: string): Page<ShopAlbum> => pageOf(albumSchema, response, what);

/** A category that goods can be put into: a leaf of VK's tree. */
export interface ShopCategory {
    id: number;
    /** names from the root to it */
    path: string[];
}

const treeSchema = v.looseObject({ items: v.array(v.unknown()) });
const branchSchema = v.looseObject({ id: whole, name: v.string(), children: maybe(v.array(v.unknown())) });
/** A ring of categories is a damaged answer. */
const DEEPEST = 12;

/** The leaves of the tree that `market.getCategories` answers; a branch that cannot be read is left out. */
export function categoriesOf(response: unknown): ShopCategory[] {
    return leaves(checked(treeSchema, response, 'market.getCategories').items, []);
}

function leaves(branches: readonly unknown[], above: string[]): ShopCategory[] {
    return branches.flatMap((branch): ShopCategory[] => {
        const result = v.safeParse(branchSchema, branch);
        if (!result.success) return [];
        const { id: categoryId, name, children } = result.output;
        const path = [...above, name];
        if (children === null || children.length === 0) return [{ id: categoryId, path }];
        return path.length < DEEPEST ? leaves(children, path) : [];
    });
}

export const okSchema = v.literal(1);
export const addedSchema = v.looseObject({ market_item_id: id });
export const albumAddedSchema = v.looseObject({ market_album_id: id });
export const uploadServerSchema = v.looseObject({ upload_url: v.string() });
export const photoSchema = v.looseObject({ photo_id: id });
export const photosSchema = v.array(v.unknown());
