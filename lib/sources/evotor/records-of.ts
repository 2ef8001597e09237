import type { EvotorGroup, EvotorProduct, EvotorStore } from '../../clients/evotor/answers';
import { instantOf } from '../../clients/evotor/times';
import { limitOf } from '../../product/kinds';
import type { Given } from '../../store/catalog/catalog';
import type { ProductRecord } from '../../store/catalog/records';
import { given, MOST_TEXT, nonEmpty, textOr } from '../catalog/record-fields';
import { withOwn, type StoreGroups } from '../catalog/store-groups';

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

/** A product as Evotor has it. Its pictures are read by themselves: those that are known stay. */
export function productRecord(
    place: { account: string; store: string },
    row: EvotorProduct,
    groups: StoreGroups,
    known: Readonly<ProductRecord> | undefined,
): Given<'products'> {
    const group = row.parent_id ?? undefined;
    const kind = row.type ?? 'NORMAL';
    const updated = row.updated_at === null ? null : instantOf(row.updated_at);
    const updatedAt = updated === null ? undefined : new Date(updated).toISOString();
    const { alcohol_by_volume: strength, alcohol_product_kind_code: code } = row as Record<string, unknown>;
    const options = optionsOf(row, groups);
    const record = {
        ...place,
        id: row.id,
        source: 'evotor' as const,
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
            pictures: known?.pictures,
            // what changed may be its pictures: they are read once more
            picturesAt: known?.updatedAt === updatedAt ? known?.picturesAt : undefined,
        }),
    };
    return withOwn(groups, record, row);
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
