// What the tab "Catalog" asks of the runtime.
import type {
    AlbumRow,
    CatalogOverview,
    GroupPage,
    ItemRow,
    LinkState,
    Page,
    PlannedPage,
    PlannedRow,
    ProductRow,
} from '../../../lib/admin/sidebar/catalog/wire';
import { answered, post, request, type Asking, type Done } from '../runtime';

const CATALOGS = 'print-to-stock/sidebar/catalogs';

/** Which products of a catalog are listed. */
export interface ProductFilter {
    /** null: of all stores */
    store: string | null;
    /** null: of all groups */
    group: string | null;
    /** empty: whatever became of them */
    states: readonly (LinkState | 'none')[];
    /** the community whose states are meant; null: any */
    community: string | null;
    search: string;
}

/** Which items of a community are listed. */
export interface ItemFilter {
    community: string;
    /** null: of all albums */
    album: string | null;
    /** those that are a product of the catalog, or the others; null: all */
    linked: boolean | null;
    search: string;
}

/** Which changes of a dry run are listed. */
export interface PlannedFilter {
    community: string;
    /** null: whatever would be done */
    does: PlannedRow['does'] | null;
    search: string;
}

const pathOf = (catalog: string): string => `${CATALOGS}/${encodeURIComponent(catalog)}`;

/** What is null is left out. */
function dataOf(values: Readonly<Record<string, string | number | boolean | null>>): Record<string, string | number> {
    const given = Object.entries(values).filter(([, value]) => value !== null && value !== '');
    return Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]));
}

export const catalogs = {
    all: () => request<{ catalogs: CatalogOverview[] }>({ url: CATALOGS, dataType: 'json', cache: false }),

    /** @param parent null: the groups in the root of the store */
    groups: (catalog: string, store: string, parent: string | null, limit: number) =>
        request<GroupPage>({
            url: `${pathOf(catalog)}/groups`,
            data: dataOf({ store, parent, limit }),
            dataType: 'json',
            cache: false,
        }),

    products: (catalog: string, { states, ...filter }: ProductFilter, after: string | null, limit: number) =>
        request<Page<ProductRow>>({
            url: `${pathOf(catalog)}/products`,
            data: dataOf({ ...filter, states: states.join(','), after, limit }),
            dataType: 'json',
            cache: false,
        }),

    albums: (catalog: string, community: string) =>
        request<{ albums: AlbumRow[] }>({
            url: `${pathOf(catalog)}/albums`,
            data: { community },
            dataType: 'json',
            cache: false,
        }),

    items: (catalog: string, filter: ItemFilter, after: string | null, limit: number) =>
        request<Page<ItemRow>>({
            url: `${pathOf(catalog)}/items`,
            data: dataOf({ ...filter, after, limit }),
            dataType: 'json',
            cache: false,
        }),

    planned: (catalog: string, filter: PlannedFilter, after: string | null, limit: number) =>
        request<PlannedPage>({
            url: `${pathOf(catalog)}/planned`,
            data: dataOf({ ...filter, after, limit }),
            dataType: 'json',
            cache: false,
        }),

    /** A picture as a blob; undefined where there is none. */
    picture: (catalog: string, product: string): Asking<Blob | undefined> =>
        request<Blob | undefined>({
            url: `${pathOf(catalog)}/picture`,
            data: { product },
            xhrFields: { responseType: 'blob' },
        }),
};

/** Asks a catalog for an action. @returns undefined where it failed: why is shown */
export function actOn(catalog: string, action: object): Promise<Done | undefined> {
    return answered(post<Done>(`${pathOf(catalog)}/actions`, action));
}

/** Asks for an action on the Evotor accounts of a catalog. @returns undefined where it failed: why is shown */
export function actOnAccounts<T = object>(catalog: string, action: object): Promise<T | undefined> {
    return answered(post<T>(`${pathOf(catalog)}/accounts`, action));
}
