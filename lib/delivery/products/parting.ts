import type { Catalog } from '../../store/catalog/catalog';
import { KEY_OF } from '../../store/catalog/keys';
import type { LinkRecord } from '../../store/catalog/records';
import { yieldToEventLoop } from '../../store/engine/lines';

/**
 * What becomes of the items of products that a catalog has no more: they stay as they are, are hidden, or are no longer
 * ours, so that nothing of them is changed ever again.
 */
export const PARTINGS = ['keep', 'hide', 'let-go'] as const;
export type Parting = (typeof PARTINGS)[number];

const PORTION = 500;

/** @returns the answer that a text or a message names; null: none of them */
export function partingOf(value: unknown): Parting | null {
    return PARTINGS.find((each) => each === value) ?? null;
}

/**
 * Notes what becomes of the items of products in every community. What is to be hidden is marked in its link: whoever
 * writes to the community does it, also after a restart.
 * @param products keys of their records, which need not be there any more
 * @returns items that it is about
 * @throws ClosedError, StoreInUse
 */
export async function partWith(catalog: Catalog, products: Iterable<string>, parting: Parting): Promise<number> {
    let [items, looks] = [0, 0];
    for (const product of products) {
        if (++looks % PORTION === 0) await yieldToEventLoop();
        for (const link of catalog.find('links', 'product', product)) {
            if (link.item !== undefined) items++;
            if (parting === 'let-go') catalog.removeDeferred('links', KEY_OF.links(link));
            if (parting === 'hide' && isShown(link)) {
                const { at: _at, ...rest } = link;
                catalog.setDeferred('links', { ...rest, wanted: 'hidden' });
            }
        }
    }
    await catalog.flush();
    return items;
}

/** Whether an item may be seen in the shop. */
function isShown({ item, state }: Readonly<LinkRecord>): boolean {
    return item !== undefined && state !== 'hidden' && state !== 'removed';
}
