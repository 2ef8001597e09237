import { pathKey } from '../../../product/groups';
import type { StoreRecord } from '../../../store/catalog/records';
import { CatalogActionError } from './names';
import type { CatalogActionParts } from './parts';

/** By id, in either case, or by its name where only one has it. */
export function storeOf({ catalog, accounts }: CatalogActionParts, asked: string): Readonly<StoreRecord> {
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    const byId = stores.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    const byName = stores.filter(({ name }) => name.trim().toLowerCase() === asked.toLowerCase());
    const found = byId ?? (byName.length === 1 ? byName[0] : undefined);
    if (found !== undefined) return found;
    const known = stores.map(({ id, name }) => `${name} (${id})`).join(', ');
    throw new CatalogActionError(
        `There is no store "${asked}"; there ${stores.length === 1 ? 'is' : 'are'} ${known === '' ? 'none' : known}`,
    );
}

/** By id, by path or by name. @returns its id */
export function groupOf(
    { catalog, messages }: CatalogActionParts,
    store: Readonly<StoreRecord>,
    asked: string,
): string {
    const groups = [...catalog.find('groups', 'store', store.id)];
    const byId = groups.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    if (byId !== undefined) return byId.id;
    const key = pathKey(asked);
    const pathOf = (id: string): string => pathKey(messages.lineOf(store.id, id).map(({ name }) => name));
    const fitting = groups.filter(({ id, name }) => pathOf(id) === key || pathKey([name]) === key);
    const exact = fitting.filter(({ id }) => pathOf(id) === key);
    const found = exact.length === 1 ? exact[0] : fitting.length === 1 ? fitting[0] : undefined;
    if (found !== undefined) return found.id;
    const why = fitting.length > 1 ? 'There are several groups' : 'There is no group';
    throw new CatalogActionError(`${why} "${asked}" in ${store.name}`);
}
