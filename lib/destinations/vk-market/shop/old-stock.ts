import { stockFigure } from '../../../product/stock';
import type { CommunityParts, ShopLinks } from '../community';
import { stockDueAt } from '../rules/plan';

/** Products whose stock figure in the shop is not that of the catalog. @returns keys of their records */
export function productsWithOldStock({ catalog }: Pick<CommunityParts, 'catalog'>, links: ShopLinks): string[] {
    const old = [...links.all()].filter((link) => {
        const record = catalog.get('products', link.product);
        return record !== undefined && stockDueAt(stockFigure(record.quantity, record.unit ?? null), link) !== null;
    });
    return old.map(({ product }) => product);
}
