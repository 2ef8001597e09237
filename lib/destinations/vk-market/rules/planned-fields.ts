import type { FieldChange } from '../../../delivery/products/actions/planned-changes';
import type { Baseline } from './baseline';
import type { DesiredItem } from './desired';
import type { Plan } from './plan';

/** Of a long text so much is told. */
const MOST_TEXT = 200;

/**
 * What of an item a plan would change.
 * @param base the item as we left it; null: there is none, or nothing is known of it
 * @param isIn it is in its albums already
 */
export function plannedFields(plan: Plan, base: Baseline | null, isIn: boolean): FieldChange[] {
    if (plan.do === 'add') return newFields(plan.item);
    if (plan.do !== 'edit') return [];
    const { fields, item } = plan;
    const changes: (FieldChange | null)[] = [
        change('name', base?.name, fields.name),
        change('description', base?.description, fields.description),
        change('category', base?.categoryId, fields.categoryId),
        change('price', base?.price, fields.price),
        // 0 takes an old price away
        change('oldPrice', base?.oldPrice, fields.oldPrice === 0 ? null : fields.oldPrice),
        change('stock', base?.stock, fields.stock),
        change('link', base?.url, fields.url === '' ? null : fields.url),
        change('picture', null, plan.picture === null ? undefined : null),
        change('albums', listOf(base?.albumTitles), isIn ? undefined : listOf(item.albums)),
        change('shown', null, plan.shows ? null : undefined),
    ];
    return changes.filter((each) => each !== null);
}

function newFields({ name, categoryId, price, oldPrice, stock, albums }: DesiredItem): FieldChange[] {
    const changes = [
        change('name', null, name),
        change('price', null, price),
        change('oldPrice', null, oldPrice ?? undefined),
        change('stock', null, stock ?? undefined),
        change('category', null, categoryId),
        change('albums', null, listOf(albums) ?? undefined),
    ];
    return changes.filter((each) => each !== null);
}

/** @param to undefined: it stays */
function change(
    field: FieldChange['field'],
    from: FieldChange['from'] | undefined,
    to: FieldChange['to'] | undefined,
): FieldChange | null {
    return to === undefined ? null : { field, from: short(from ?? null), to: short(to) };
}

function short(value: FieldChange['to']): FieldChange['to'] {
    return typeof value === 'string' && value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)} …` : value;
}

function listOf(titles: readonly string[] = []): string | null {
    return titles.length === 0 ? null : titles.join(', ');
}
