import type { EvotorGroup, EvotorProduct, EvotorStore } from '../../clients/evotor/answers';
import { instantOf } from '../../clients/evotor/times';
import { contentHash } from '../../product/content-hash';
import { shelfOf, type GroupNode, type Groups } from '../../product/groups';
import { limitOf } from '../../product/kinds';
import type { Catalog, Given } from '../../store/catalog/catalog';
import { keyOf } from '../../store/catalog/keys';
import type { GroupRecord, ProductRecord } from '../../store/catalog/records';

/** What is kept of a text that nobody could have typed at a till. */
const MOST_TEXT = 10_000;
/** A longer object is not kept. */
const MOST_RAW = 50_000;

/** A store as Evotor has it now; what the catalog knows of it besides stays. */
export function storeFields({ id, name, address, user_id: user }: EvotorStore): {
    id: string;
    name: string;
    address?: string;
    user?: string;
} {
    return { id, name: textOr(name, id), ...given({ address: address ?? undefined, user: user ?? undefined }) };
}

/** A group as Evotor has it. With attributes it is a modification group: what is in it differs by choices. */
export function groupRecord(store: string, { id, name, parent_id: parent, attributes }: EvotorGroup): Given<'groups'> {
    const ofModification = attributes?.map(
        (attribute) =>
            [
                attribute.id,
                {
                    name: attribute.name ?? '',
                    choices: Object.fromEntries(attribute.choices.map((choice) => [choice.id, choice.name ?? ''])),
                },
            ] as const,
    );
    return {
        id,
        store,
        name: name ?? '',
        ...given({
            parent: parent ?? undefined,
            attributes: ofModification === undefined ? undefined : Object.fromEntries(ofModification),
        }),
    };
}

/** The groups of a store, as its products are put into them. */
export interface StoreGroups {
    nodes: Groups;
    /** @returns attributes of a modification group */
    attributesOf: (id: string) => GroupRecord['attributes'];
}

/** The groups of a store as they are in the catalog at the time of each question. */
export function groupsOf(catalog: Catalog, store: string): StoreGroups {
    const recordOf = (id: string): Readonly<GroupRecord> | undefined => catalog.get('groups', keyOf(store, id));
    const nodeOf = (id: string): GroupNode | undefined => {
        const record = recordOf(id);
        if (record === undefined) return undefined;
        const { name, parent, attributes } = record;
        return { id, name, parent: parent ?? null, isModification: attributes !== undefined };
    };
    return { nodes: { get: nodeOf }, attributesOf: (id) => recordOf(id)?.attributes };
}

/** A product as Evotor has it. Its pictures are read by themselves: those that are known stay. */
export function productRecord(
    place: { account: string; store: string },
    row: EvotorProduct,
    groups: StoreGroups,
    known: Readonly<ProductRecord> | undefined,
): Given<'products'> {
    const group = row.parent_id ?? undefined;
    const kind = row.type ?? 'NORMAL';
    const raw = JSON.stringify(row);
    const updated = row.updated_at === null ? null : instantOf(row.updated_at);
    const updatedAt = updated === null ? undefined : new Date(updated).toISOString();
    const { alcohol_by_volume: strength, alcohol_product_kind_code: code } = row as Record<string, unknown>;
    const options = optionsOf(row, groups);
    return withHash(groups, {
        ...place,
        id: row.id,
        source: 'evotor',
        sku: row.id,
        name: (row.name ?? '').slice(0, MOST_TEXT),
        kind,
        price: row.price,
        quantity: row.quantity,
        sellable: row.allow_to_sell !== false,
        ...given({
            group,
            description: nonEmpty(row.description?.slice(0, MOST_TEXT)),
            unit: nonEmpty(row.measure_name),
            article: nonEmpty(row.article_number),
            barcodes: row.barcodes !== null && row.barcodes.length > 0 ? row.barcodes : undefined,
            options: Object.keys(options).length > 0 ? options : undefined,
            limited:
                limitOf({
                    kind,
                    isAgeLimited: row.is_age_limited === true,
                    isExcisable: row.is_excisable === true,
                    hasAlcohol: (typeof strength === 'number' && strength > 0) || typeof code === 'number',
                }) ?? undefined,
            updatedAt,
            raw: raw.length > MOST_RAW ? undefined : raw,
            pictures: known?.pictures,
            // what changed may be its pictures: they are read once more
            picturesAt: known?.updatedAt === updatedAt ? known?.picturesAt : undefined,
        }),
    });
}

/** A product with the hash of what a shop is told of it, in the groups that there are now. */
export function withHash(groups: StoreGroups, product: Omit<Given<'products'>, 'hash'>): Given<'products'> {
    const shelf = shelfOf(groups.nodes, product.group ?? null);
    const hash = contentHash({
        source: product.source,
        account: product.account,
        storeId: product.store,
        id: product.id,
        sku: product.sku,
        name: product.name,
        description: product.description ?? null,
        kind: product.kind,
        price: product.price,
        currency: product.currency ?? 'RUB',
        unit: product.unit ?? null,
        sellable: product.sellable,
        group: shelf === null ? null : { id: shelf.group.id, name: shelf.group.name, path: shelf.path },
        article: product.article ?? null,
        barcodes: product.barcodes ?? [],
        options: product.options ?? {},
        pictures: (product.pictures ?? []).map(({ url, hash: of }) => ({ url, hash: of ?? null })),
        limited: product.limited ?? null,
    });
    return { ...product, hash };
}

/** What is chosen of a modification, by names; a choice that its group does not know is none. */
function optionsOf(
    { parent_id: parent, attributes_choices: choices }: EvotorProduct,
    { attributesOf }: StoreGroups,
): Record<string, string> {
    const attributes = parent === null ? undefined : attributesOf(parent);
    const pairs = Object.entries(attributes ?? {}).flatMap(([id, { name, choices: names }]) => {
        const choice = names[choices?.[id] ?? ''];
        return choice === undefined || choice === '' ? [] : [[name === '' ? id : name, choice] as const];
    });
    return Object.fromEntries(pairs);
}

function textOr(text: string | null, fallback: string): string {
    return text === null || text.trim() === '' ? fallback : text;
}

function nonEmpty(text: string | null | undefined): string | undefined {
    return text === null || text === undefined || text.trim() === '' ? undefined : text;
}

/** Without the fields that are undefined: records hold none. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
        [K in keyof T]?: Exclude<T[K], undefined>;
    };
}
