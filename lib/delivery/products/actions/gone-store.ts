import type { StoreRecord } from '../../../store/catalog/records';
import { KEY_OF } from '../../../store/catalog/keys';
import { forgetStore } from '../forget-catalog';
import { PARTINGS, partingOf, partWith } from '../parting';
import { CatalogActionError, type ActionFields } from './names';
import type { CatalogActionParts } from './parts';

/** A store that its account has no more, and about whose items nobody has decided: they stay as they are meanwhile. */
export interface GoneQuestion {
    kind: 'gone';
    store: string;
    name: string;
    products: number;
    since: string;
}

/** Stores of the source that are gone and undecided. */
export function goneQuestions({ catalog, accounts }: CatalogActionParts): GoneQuestion[] {
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    return stores.filter(isAsked).map(({ id, name, goneSince }) => ({
        kind: 'gone',
        store: id,
        name,
        products: catalog.count('products', 'store', id),
        since: goneSince!,
    }));
}

export function isAsked({ goneSince, goneAnswer }: Readonly<StoreRecord>): boolean {
    return goneSince !== undefined && goneAnswer === undefined;
}

/**
 * A person says what becomes of the items of a store that is gone: `products` is `keep` (they stay as they are, the default),
 * `hide`, or `let-go` (they are no longer ours, and the catalog forgets the store).
 * @throws CatalogActionError for another answer
 */
export async function answerGone(
    { catalog, offers }: CatalogActionParts,
    store: Readonly<StoreRecord>,
    fields: ActionFields,
): Promise<object> {
    const parting = partingOf(fields['products'] ?? 'keep');
    if (parting === null) throw new CatalogActionError(`"products" must be one of ${PARTINGS.join(', ')}`);
    const keys = [...catalog.find('products', 'store', store.id)].map(KEY_OF.products);
    if (parting === 'let-go') {
        await partWith(catalog, keys, parting);
        await forgetStore(catalog, store.id);
        await catalog.flush();
    } else {
        await catalog.change('stores', store.id, { goneAnswer: parting });
        // those to be hidden go the way of products that are switched off
        offers.lookAtAll();
    }
    return { store: store.id, agreed: ['gone'], parting, released: parting === 'keep' ? 0 : keys.length };
}
