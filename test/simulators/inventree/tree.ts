import { has } from './dialect';
import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { invalid, noSuch } from './errors';
import { applyRules, bool, nullableText, reference, text } from './fields';
import { booleanFilter, filterOf, numberFilter, ordered, paged, searchMatches } from './lists';
import type { State } from './state';
import { cleanTexts } from './text';
import type { Category, Location } from './types';

type Node = Category | Location;
type Nodes = ReadonlyMap<number, Node>;

/** root first, the node itself last */
export function pathOf(nodes: Nodes, node: Node): Node[] {
    const parent = node.parent === null ? undefined : nodes.get(node.parent);
    return parent ? [...pathOf(nodes, parent), node] : [node];
}

export function pathString(nodes: Nodes, node: Node): string {
    return pathOf(nodes, node)
        .map(({ name }) => name)
        .join('/');
}

function childrenOf(nodes: Nodes, pk: number): number {
    return [...nodes.values()].filter(({ parent }) => parent === pk).length;
}

/** The elements of a category's path have an icon only in the older answers, those of a location's always. */
export function categoryPath(state: State, category: Category): unknown[] {
    return pathOf(state.categories, category).map(({ pk, name, icon }) =>
        has(state.apiVersion, 'detailsOnRequest') ? { pk, name } : { pk, name, icon },
    );
}

export function locationPath(state: State, location: Location): unknown[] {
    return pathOf(state.locations, location).map(({ pk, name, icon }) => ({ pk, name, icon }));
}

/** Counts are null in the answer to the POST that created it, and where the category is a detail. */
export function showCategory(state: State, category: Category, counted = true): Record<string, unknown> {
    return {
        pk: category.pk,
        name: category.name,
        description: category.description,
        default_location: category.default_location,
        default_keywords: category.default_keywords,
        level: pathOf(state.categories, category).length - 1,
        parent: category.parent,
        part_count: counted ? [...state.parts.values()].filter((part) => part.category === category.pk).length : null,
        subcategories: counted ? childrenOf(state.categories, category.pk) : null,
        pathstring: pathString(state.categories, category),
        starred: false,
        structural: category.structural,
        icon: category.icon,
        parent_default_location: null,
    };
}

function showLocation(state: State, location: Location, counted = true): Record<string, unknown> {
    const items = (): number => [...state.stock.values()].filter((item) => item.location === location.pk).length;
    return {
        pk: location.pk,
        barcode_hash: location.barcode_hash,
        name: location.name,
        level: pathOf(state.locations, location).length - 1,
        description: location.description,
        parent: location.parent,
        pathstring: pathString(state.locations, location),
        ...(counted ? { items: items(), sublocations: childrenOf(state.locations, location.pk) } : {}),
        owner: null,
        icon: location.icon,
        custom_icon: null,
        structural: location.structural,
        external: location.external,
        location_type: null,
        location_type_detail: null,
        ...(has(state.apiVersion, 'detailsOnRequest') ? {} : { tags: location.tags }),
    };
}

/** Filters that both pickers have; an unknown parent filters nothing. */
function filterNodes<Row extends Node>(call: Call, nodes: ReadonlyMap<number, Row>): Row[] {
    const structural = booleanFilter(call, 'structural');
    const search = filterOf(call, 'search');
    const parent = numberFilter(call, 'parent');
    const below = booleanFilter(call, 'cascade') ? call.state.branch(nodes, parent ?? 0) : null;
    const topLevel = booleanFilter(call, 'top_level') ?? filterOf(call, 'parent') === 'null';
    const found = [...nodes.values()].filter(
        (node) =>
            (structural === null || node.structural === structural) &&
            (search === null || searchMatches(search, [node.name, node.description])) &&
            (parent === null ||
                !nodes.has(parent) ||
                (below ? below.has(node.pk) && node.pk !== parent : node.parent === parent)) &&
            (!topLevel || node.parent === null),
    );
    const orderings = {
        pathstring: (node: Row) => pathString(nodes, node),
        name: (node: Row) => node.name,
        level: (node: Row) => pathOf(nodes, node).length,
    };
    return ordered(call, found, orderings, ['pathstring']);
}

function listCategories(call: Call): unknown {
    const { state } = call;
    const withPath = booleanFilter(call, 'path_detail');
    return paged(call, filterNodes(call, state.categories), (category) => ({
        ...showCategory(state, category),
        ...(withPath ? { path: categoryPath(state, category) } : {}),
    }));
}

function listLocations(call: Call): unknown {
    const { state } = call;
    const withPath = booleanFilter(call, 'path_detail');
    return paged(call, filterNodes(call, state.locations), (location) => ({
        ...showLocation(state, location),
        ...(withPath ? { path: locationPath(state, location) } : {}),
    }));
}

function treeOf(nodes: Nodes, children: string): unknown {
    const level = (node: Node): number => pathOf(nodes, node).length;
    return [...nodes.values()]
        .sort((a, b) => level(a) - level(b) || (a.name < b.name ? -1 : 1))
        .map(({ pk, name, parent, icon, structural }) => {
            return { pk, name, parent, icon, structural, [children]: childrenOf(nodes, pk) };
        });
}

/** Names are unique below one parent, with upper and lower case apart (measured on 479). */
function refuseTwin(nodes: Nodes, { name, parent = null }: { name?: string; parent?: number | null }): void {
    const isThere = [...nodes.values()].some((node) => node.name === name && node.parent === parent);
    if (isThere) throw invalid({ non_field_errors: ['Duplicate names cannot exist under the same parent'] });
}

function createCategory(call: Call): unknown {
    const { state } = call;
    const { values, errors } = applyRules<Category>(
        state,
        {
            name: text(100, { blank: false }),
            description: text(250),
            parent: reference(({ categories }) => categories),
            structural: bool,
            default_location: reference(({ locations }) => locations),
            default_keywords: nullableText(250),
        },
        cleanTexts(state, fieldsOf(call)),
    );
    if (!('name' in values) && !errors.name) errors.name = ['This field is required.'];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    refuseTwin(state.categories, values);
    const category = addCategory(state, { ...values, name: values.name! });
    const withPath = has(state.apiVersion, 'detailsOnRequest');
    return created({
        ...showCategory(state, category, false),
        ...(withPath ? { path: categoryPath(state, category) } : {}),
    });
}

function createLocation(call: Call): unknown {
    const { state } = call;
    const { values, errors } = applyRules<Location>(
        state,
        {
            name: text(100, { blank: false }),
            description: text(250),
            parent: reference(({ locations }) => locations),
            structural: bool,
            external: bool,
        },
        cleanTexts(state, fieldsOf(call)),
    );
    if (!('name' in values) && !errors.name) errors.name = ['This field is required.'];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    refuseTwin(state.locations, values);
    const location = addLocation(state, { ...values, name: values.name! });
    const details = has(state.apiVersion, 'detailsOnRequest')
        ? { path: locationPath(state, location), tags: location.tags, parameters: [] }
        : {};
    return created({ ...showLocation(state, location, false), ...details });
}

export function addCategory(state: State, fields: Partial<Category> & { name: string }): Category {
    const category: Category = {
        description: '',
        parent: null,
        structural: false,
        default_location: null,
        default_keywords: null,
        icon: '',
        ...fields,
        pk: state.pk('category', fields.pk),
    };
    state.revision++;
    state.categories.set(category.pk, category);
    return category;
}

export function addLocation(state: State, fields: Partial<Location> & { name: string }): Location {
    const location: Location = {
        description: '',
        parent: null,
        structural: false,
        external: false,
        icon: '',
        barcode_hash: '',
        tags: [],
        ...fields,
        pk: state.pk('location', fields.pk),
    };
    state.revision++;
    state.locations.set(location.pk, location);
    return location;
}

function retrieve<Row>(rows: ReadonlyMap<number, Row>, pk: number, model: string): Row {
    const row = rows.get(pk);
    if (row === undefined) throw noSuch(model);
    return row;
}

export const treeEndpoints: Endpoint[] = [
    {
        path: '/api/part/category/',
        access: 'part_category',
        handlers: { GET: listCategories, POST: createCategory },
    },
    {
        path: '/api/part/category/tree/',
        access: 'part_category',
        handlers: { GET: ({ state }) => treeOf(state.categories, 'subcategories') },
    },
    {
        path: '/api/part/category/:pk/',
        access: 'part_category',
        handlers: { GET: ({ state, pk }) => showCategory(state, retrieve(state.categories, pk, 'PartCategory')) },
    },
    { path: '/api/stock/location/', access: 'stock_location', handlers: { GET: listLocations, POST: createLocation } },
    {
        path: '/api/stock/location/tree/',
        access: 'stock_location',
        handlers: { GET: ({ state }) => treeOf(state.locations, 'sublocations') },
    },
    {
        path: '/api/stock/location/:pk/',
        access: 'stock_location',
        handlers: { GET: ({ state, pk }) => showLocation(state, retrieve(state.locations, pk, 'StockLocation')) },
    },
];
