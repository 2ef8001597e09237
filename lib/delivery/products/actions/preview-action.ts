import type { ProductRecord } from '../../../store/catalog/records';
import { yieldToEventLoop } from '../../../store/engine/lines';
import type { ProductWish } from '../product-state';
import { isGroupChosen } from '../switches';
import { wishOf } from '../wish';
import { CatalogActionError, optionalText, type ActionFields } from './names';
import type { CatalogActionParts } from './parts';
import { storeOf } from './places';
import type { PreviewedProduct, ShopPreview } from './shop-actions';

/** Products that a shop looks at between two yields to the event loop. */
const PORTION = 100;

/**
 * What a pass would do now, and what that would cost; nothing is written to a shop. Products go to the shops directly: nodes
 * between them and the source are not asked.
 * @param fields `store`: as if it were switched on, for a look before that is done
 * @throws CatalogActionError; what a shop throws that was never read
 */
export async function previewAction(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
    const shops = parts.shops();
    if (shops.length === 0) throw new CatalogActionError('No shop is wired to this source, or none is open yet');
    const asked = optionalText(fields, 'store');
    const store = asked === null ? null : storeOf(parts, asked).id;
    const looks = shops.map((shop) => ({ shop, look: shop.preview(), waiting: [] as PreviewedProduct[] }));
    let [products, frozen] = [0, 0];
    for (const account of parts.accounts())
        for (const record of parts.catalog.find('products', 'account', account)) {
            if (store !== null && record.store !== store) continue;
            const wish = previewedWish(parts, record, store);
            if (wish === null) frozen++;
            if (wish === null) continue;
            if (wish === 'show') products++;
            for (const { shop, look, waiting } of looks) {
                // of one that is not shown there is something to do only where it is in the shop
                const isThere = parts.catalog.link(shop.community, record.sku)?.item !== undefined;
                if (wish !== 'show' && !isThere) continue;
                const change = wish === 'show' ? 'changed' : wish;
                const awaitsPicture = parts.awaitsPicture?.(record) === true;
                waiting.push({ product: parts.messages.of(record), change, awaitsPicture });
                if (waiting.length < PORTION) continue;
                await look.add(waiting.splice(0));
                await yieldToEventLoop();
            }
        }
    const reports: ShopPreview[] = [];
    for (const { look, waiting } of looks) {
        await look.add(waiting);
        reports.push(look.report());
    }
    return { products, frozen, shops: reports };
}

/** @param assumed a store that counts as switched on */
function previewedWish(
    { catalog, rules }: CatalogActionParts,
    record: Readonly<ProductRecord>,
    assumed: string | null,
): ProductWish | null {
    const wish = wishOf(catalog, record, rules);
    if (wish !== 'off' || record.store !== assumed) return wish;
    if (record.limited !== undefined && rules.leaveOut.includes(record.limited)) return wish;
    if (!isGroupChosen(catalog, record.store, record.group, rules.newGroups)) return wish;
    return record.goneSince === undefined ? 'show' : 'gone';
}
