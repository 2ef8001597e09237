import { Findings } from '../../../clients/findings';
import type { CatalogActionParts } from '../../../delivery/products/catalog-actions';
import type { ServedCatalog } from '../served-source';

const SWITCH_ON = 'Switch a store on: PUT /catalog/switches, or the message { action: "switch", store, on: true }.';

/** Looks at all that a product needs on its way to the shop, anew. Changes nothing. */
export async function validateCatalog(
    source: ServedCatalog,
    parts: CatalogActionParts,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const { sinks, checks } = source.plan();
    const looks = checks.map(async (check) => {
        const own = new Findings('token');
        await check(own, signal);
        return own.list;
    });
    for (const list of await Promise.all(looks)) findings.list.push(...list);
    checkStores(parts, findings);
    if (sinks.length > 0) findings.ok('flow', `Products come to: ${sinks.join(', ')}`);
    else
        findings.fail(
            'flow',
            'No VK product node is wired to the source',
            'Wire the source to VK product, and deploy.',
        );
}

function checkStores({ catalog, accounts }: CatalogActionParts, findings: Findings): void {
    const stores = accounts().flatMap((account) => [...catalog.find('stores', 'account', account)]);
    const on = stores.filter(({ id }) => catalog.get('switches', id)?.on === true);
    if (on.length === 0) {
        const text = stores.length === 0 ? 'No store was read yet' : `None of ${stores.length} stores is switched on`;
        return findings.fail(
            'stores',
            text,
            stores.length === 0 ? 'Read the catalog: POST /catalog/refresh.' : SWITCH_ON,
        );
    }
    const stale = on.filter(({ staleSince, goneSince }) => staleSince !== undefined || goneSince !== undefined);
    if (stale.length === 0) return findings.ok('stores', `${on.length} of ${stores.length} stores are switched on`);
    const names = stale.map(
        ({ name, staleWhy, goneSince }) => `${name} (${goneSince === undefined ? staleWhy : 'gone'})`,
    );
    findings.fail(
        'stores',
        `Items of these stores stay as they are: ${names.join(', ')}`,
        'payment: pay for the application in this store. credentials: enter a valid token. right: let the application read goods. gone: see whether the store is still in the account.',
    );
}
