import { has } from './dialect';
import type { Call } from './endpoint';
import { mediaUrl, thumbnailUrl } from './images';
import { booleanFilter } from './lists';
import { showParameter } from './parameter-view';
import { priceBreaksOf, showPriceBreak } from './price-breaks';
import type { State } from './state';
import { isInStock } from './stock-rows';
import { categoryPath, pathString, showCategory } from './tree';
import type { Part } from './types';

/** `IPN | name | revision`, of what there is */
export function fullName({ IPN, name, revision }: Part): string {
    return [IPN, name, revision].filter((piece) => piece !== '').join(' | ');
}

/** Which answer a Part stands in. Counts are null in `created`. */
export type PartView = 'list' | 'retrieve' | 'created' | 'patched' | 'bulk';

const core = (
    'active assembly barcode_hash category category_name component creation_date creation_user default_expiry ' +
    'default_location description full_name image IPN is_template keywords link locked minimum_stock name pk ' +
    'purchaseable revision revision_of revision_count salable starred thumbnail testable trackable units variant_of ' +
    'virtual pricing_min pricing_max pricing_updated responsible allocated_to_build_orders ' +
    'allocated_to_sales_orders building scheduled_to_build category_default_location in_stock ordering ' +
    'required_for_build_orders required_for_sales_orders stock_item_count total_in_stock external_stock ' +
    'unallocated_stock variant_stock'
).split(' ');

const details = 'price_breaks default_location_detail category_detail parameters category_path tags'.split(' ');
const formerly = 'default_supplier suppliers tags'.split(' ');

/** fields of the answers before and since `detailsOnRequest` */
const fieldSets: Record<'before' | 'since', Record<PartView, string[]>> = {
    before: {
        list: [...core, ...formerly, 'copy_category_parameters'],
        retrieve: [...core, ...formerly, 'notes'],
        created: [...core, ...formerly, 'copy_category_parameters'],
        patched: [...core, ...formerly, 'notes'],
        bulk: [],
    },
    since: {
        list: core,
        retrieve: [...core, 'notes'],
        created: [...core, ...details],
        patched: [...core, 'notes', ...details],
        bulk: [...core, ...details],
    },
};

/** query parameter that asks for a field */
const onRequest: [parameter: string, field: string][] = [
    ['parameters', 'parameters'],
    ['category_detail', 'category_detail'],
    ['path_detail', 'category_path'],
    ['location_detail', 'default_location_detail'],
    ['tags', 'tags'],
    ['price_breaks', 'price_breaks'],
];

type Field = (part: Part, state: State) => unknown;

/** fields that are not simply the column of that name */
const computed: Record<string, Field> = {
    // absent, not null, where there is no category
    category_name: ({ category }, { categories }) => (category === null ? undefined : categories.get(category)?.name),
    full_name: (part) => fullName(part),
    image: ({ image }, state) => mediaUrl(state, image),
    thumbnail: ({ image }, state) => thumbnailUrl(state, image),
    starred: () => false,
    price_breaks: ({ pk }, state) => priceBreaksOf(state, pk).map(showPriceBreak),
    copy_category_parameters: () => true,
    category_default_location: ({ category }, { categories }) =>
        category === null ? null : (categories.get(category)?.default_location ?? null),
    category_detail: ({ category }, state) => {
        const row = category === null ? undefined : state.categories.get(category);
        return row ? showCategory(state, row, false) : null;
    },
    category_path: ({ category }, state) => {
        const row = category === null ? undefined : state.categories.get(category);
        return row ? categoryPath(state, row) : null;
    },
    default_location_detail: ({ default_location }, state) => locationDetail(state, default_location),
    parameters: ({ pk }, state) => state.parametersOf(pk).map((parameter) => showParameter(state, parameter)),
};

const nothing = new Set('pricing_min pricing_max responsible default_supplier'.split(' '));

const counted: Record<string, Field> = {
    ...Object.fromEntries(
        (
            'revision_count allocated_to_build_orders building scheduled_to_build ordering ' +
            'required_for_build_orders required_for_sales_orders external_stock suppliers'
        )
            .split(' ')
            .map((field) => [field, () => 0]),
    ),
    in_stock: ({ pk }, state) => inStock(state, pk),
    variant_stock: ({ pk }, state) => variantStock(state, pk),
    total_in_stock: ({ pk }, state) => inStock(state, pk) + variantStock(state, pk),
    allocated_to_sales_orders: ({ pk }, state) => allocated(state, pk),
    unallocated_stock: ({ pk }, state) =>
        Math.max(0, inStock(state, pk) + variantStock(state, pk) - allocated(state, pk)),
    stock_item_count: ({ pk }, state) => state.stockOf(pk).length,
};

function inStock(state: State, part: number): number {
    return state.stockOf(part).reduce((sum, item) => sum + (isInStock(item) ? item.quantity : 0), 0);
}

/** Of all variants below a template. */
function variantStock(state: State, part: number): number {
    if (!state.parts.get(part)!.is_template) return 0;
    const variants = [...state.parts.values()].filter(({ variant_of }) => variant_of === part);
    return variants.reduce((sum, { pk }) => sum + inStock(state, pk) + variantStock(state, pk), 0);
}

function allocated(state: State, part: number): number {
    return state.stockOf(part).reduce((sum, item) => sum + item.allocated, 0);
}

export function locationDetail(state: State, pk: number | null): unknown {
    const location = pk === null ? undefined : state.locations.get(pk);
    if (!location) return null;
    return { pk: location.pk, name: location.name, pathstring: pathString(state.locations, location) };
}

export function showPart(call: Call, part: Part, view: PartView): unknown {
    const { state } = call;
    const fields = new Set(fieldSets[has(state.apiVersion, 'detailsOnRequest') ? 'since' : 'before'][view]);
    if (call.method === 'GET') {
        for (const [parameter, field] of onRequest) if (booleanFilter(call, parameter)) fields.add(field);
    }
    const shown: Record<string, unknown> = {};
    for (const field of fields) shown[field] = valueOf(part, field, state, view);
    return shown;
}

function valueOf(part: Part, field: string, state: State, view: PartView): unknown {
    if (nothing.has(field)) return null;
    const count = counted[field];
    if (count) return view === 'created' ? null : count(part, state);
    const compute = computed[field];
    return compute ? compute(part, state) : part[field as keyof Part];
}

/** a Part as its StockItems show it */
export function showPartDetail(state: State, part: Part): unknown {
    const detail: Record<string, unknown> = {
        pk: part.pk,
        IPN: part.IPN,
        barcode_hash: part.barcode_hash,
        category_default_location: null,
        default_location: part.default_location,
        default_expiry: part.default_expiry,
        name: part.name,
        revision: part.revision,
        full_name: fullName(part),
        description: part.description,
        image: mediaUrl(state, part.image),
        thumbnail: thumbnailUrl(state, part.image),
        active: part.active,
        locked: part.locked,
        assembly: part.assembly,
        component: part.component,
        is_template: part.is_template,
        purchaseable: part.purchaseable,
        salable: part.salable,
        testable: part.testable,
        trackable: part.trackable,
        virtual: part.virtual,
        units: part.units,
        pricing_min: null,
        pricing_max: null,
    };
    if (has(state.apiVersion, 'detailsOnRequest')) detail.minimum_stock = part.minimum_stock.toFixed(6);
    return detail;
}
