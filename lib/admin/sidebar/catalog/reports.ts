import type { ShopActions } from '../../../delivery/products/actions/shop-actions';
import type { Catalog } from '../../../store/catalog/catalog';
import { keyOf } from '../../../store/catalog/keys';
import { LINK_STATES, type LinkState } from '../../../store/catalog/records';
import type { SourceOfCatalog } from './catalog-source';
import type { ShopReport } from './wire';

/** The communities that the products of these sources come to, each once. */
export function shopReports(catalog: Catalog, sources: readonly SourceOfCatalog[]): ShopReport[] {
    const reports = new Map<string, ShopReport>();
    for (const { id, parts } of sources)
        for (const shop of parts?.shops() ?? []) {
            const report = shopReport(catalog, id, shop);
            const known = reports.get(report.community);
            // several nodes may fill one community: what one of them plans is shown
            if (known === undefined || (known.planned === null && report.planned !== null))
                reports.set(report.community, report);
        }
    return [...reports.values()];
}

function shopReport(catalog: Catalog, source: string, shop: ShopActions): ShopReport {
    const { community, firstSyncAsks, questions, planned } = shop.status();
    const nameOf = (store: string): string => catalog.get('stores', store)?.name ?? store;
    return {
        community,
        source,
        counts: countsOf(catalog, community),
        firstSyncAsks,
        questions: questions.map((question) => ({
            ...question,
            storeName: nameOf(question.store),
            ...(question.other === undefined ? {} : { otherName: nameOf(question.other) }),
        })),
        planned,
    };
}

function countsOf(catalog: Catalog, community: string): Record<LinkState, number> {
    const counts = LINK_STATES.map((state) => [state, catalog.count('links', 'state', keyOf(community, state))]);
    return Object.fromEntries(counts) as Record<LinkState, number>;
}
