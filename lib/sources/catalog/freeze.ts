import { AuthError } from '../../http/errors';
import type { Catalog } from '../../store/catalog/catalog';

/** Why the items of a store freeze as they are. */
export type StaleWhy = 'payment' | 'credentials' | 'right' | 'suspended';

/** A token that is refused is refused for every store. */
export function isOfAccount(failure: unknown): boolean {
    return failure instanceof AuthError && failure.status !== 403;
}

/** The items of a store stay as they are, from now on. @param why null: nothing is known that would freeze them */
export async function freeze(catalog: Catalog, id: string, why: StaleWhy | null): Promise<void> {
    const store = catalog.get('stores', id);
    if (why === null || store === undefined || store.staleWhy === why) return;
    await catalog.put('stores', { ...store, staleSince: store.staleSince ?? new Date().toISOString(), staleWhy: why });
}
