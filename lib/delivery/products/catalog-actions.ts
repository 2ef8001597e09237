import type { Catalog } from '../../store/catalog/catalog';
import { exportCatalog } from '../../store/catalog/export-catalog';
import { CATALOG_COLLECTIONS, type CatalogCollection } from '../../store/catalog/records';
import { exportCsv, importAction } from './actions/csv-action';
import {
    CATALOG_ACTIONS,
    CatalogActionError,
    optionalText,
    textOf,
    type ActionFields,
    type CatalogAction,
} from './actions/names';
import { accountActions } from './actions/account-actions';
import { goneQuestions } from './actions/gone-store';
import { again, type CatalogActionParts } from './actions/parts';
import { previewAction } from './actions/preview-action';
import { agree, link } from './actions/shop-answers';
import { switchAction } from './actions/switch-action';

export { CATALOG_ACTIONS, CatalogActionError, type CatalogAction } from './actions/names';
export type { CatalogActionParts } from './actions/parts';
export type { ShopActions, ShopPreview, ShopQuestion, ShopStatus } from './actions/shop-actions';

type Perform = (parts: CatalogActionParts, fields: ActionFields) => object | Promise<object>;

const PERFORM: Readonly<Record<CatalogAction, Perform>> = {
    refresh: ({ passes }) => passes.refresh(),
    preview: previewAction,
    sync: async ({ passes, offers }, { force }) => {
        const report = await passes.refresh();
        if (force === true) offers.forget();
        else offers.lookAtAll();
        return { ...report, force: force === true };
    },
    status,
    switch: switchAction,
    pause: (parts) => {
        parts.passes.pause();
        return status(parts);
    },
    resume: (parts) => {
        parts.passes.resume();
        parts.offers.proceed();
        return status(parts);
    },
    stop: ({ passes, offers }) => {
        const reading = passes.stop();
        const { inFlight: underWay, waiting } = offers.stop();
        return { reading, underWay, waiting };
    },
    retry: (parts, fields) => ({ retried: again(parts, [textOf(fields, 'sku')]) }),
    'retry-all': (parts) => ({ retried: again(parts, refused(parts.catalog)) }),
    link,
    agree,
    'put-back': putBack,
    export: (parts, { collections, tokens, format }) => {
        if (format === 'csv') return exportCsv(parts);
        if (format !== undefined && format !== 'json') throw new CatalogActionError('"format" must be json or csv');
        return exportCatalog(parts.catalog, { only: collectionsOf(collections), tokens: tokens === true });
    },
    import: importAction,
    ...accountActions,
};

/**
 * Reads what a message asks for.
 * @param payload the action's name, or an object with it
 * @throws CatalogActionError listing the right ones
 */
export function catalogActionOf(payload: unknown): { action: CatalogAction; fields: ActionFields } {
    const fields = typeof payload === 'object' && payload !== null ? (payload as ActionFields) : { action: payload };
    const named = typeof fields['action'] === 'string' ? fields['action'].trim().toLowerCase() : '';
    const action = CATALOG_ACTIONS.find((each) => each === named);
    if (action === undefined)
        throw new CatalogActionError(named === '' ? 'The message names no action' : `There is no action "${named}"`);
    return { action, fields };
}

/** @throws CatalogActionError where a value is of the wrong kind; what a pass throws */
export async function performCatalogAction(
    parts: CatalogActionParts,
    { action, fields }: ReturnType<typeof catalogActionOf>,
): Promise<object> {
    return PERFORM[action](parts, fields);
}

function status(parts: CatalogActionParts): object {
    const { catalog, passes, offers, accounts, shops } = parts;
    const { inFlight, waiting, notTaken } = offers.counts;
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    return {
        paused: passes.paused,
        underWay: inFlight,
        waiting,
        notTaken,
        stores: stores.map((store) => ({
            id: store.id,
            name: store.name,
            on: catalog.get('switches', store.id)?.on === true,
            products: catalog.count('products', 'store', store.id),
            readAt: store.readAt ?? null,
            staleSince: store.staleSince ?? null,
            staleWhy: store.staleWhy ?? null,
            goneSince: store.goneSince ?? null,
        })),
        questions: goneQuestions(parts),
        shops: shops().map((shop) => shop.status()),
    };
}

/** What a person or VK removed is made anew: in every shop, or in the `community` that is named. */
function putBack(parts: CatalogActionParts, fields: ActionFields): object {
    const sku = textOf(fields, 'sku');
    const only = optionalText(fields, 'community');
    const asked = parts.shops().filter(({ community }) => (only ?? community) === community);
    const back = asked.filter((shop) => shop.putBack(sku));
    if (back.length === 0) throw new CatalogActionError(`No product "${sku}" was removed in VK`);
    return { sku, communities: back.map(({ community }) => community) };
}

function collectionsOf(value: unknown): readonly CatalogCollection[] | undefined {
    if (value === undefined) return undefined;
    const names: unknown[] = Array.isArray(value) ? value : [value];
    return names.map((name) => {
        const found = CATALOG_COLLECTIONS.find((each) => each === name);
        if (found === undefined)
            throw new CatalogActionError(`"collections" must be of ${CATALOG_COLLECTIONS.join(', ')}`);
        return found;
    });
}

/** Products that the shop refused. @returns their skus */
function refused(catalog: Catalog): string[] {
    return [...catalog.all('links')].filter(({ state }) => state === 'refused').map(({ sku }) => sku);
}
