import type { EvotorSimulator } from '../simulators/evotor';
import type { VkSimulator } from '../simulators/vk';
import { GROUP, type ShopSeed } from './shop-tills';

/** What `npm run demo -- --shop --once` ends with: read off the simulated servers, but for what is not in the shop at all. */
export interface ShopReport {
    /** that can be read */
    stores: number;
    groups: number;
    products: number;
    /** items that were made */
    added: number;
    /** items from before that were linked */
    linked: number;
    hidden: number;
    /** products that are not put into the shop by a rule */
    skipped: number;
    /** products that VK, or what VK wants, refuses */
    refused: number;
    albums: number;
    photos: number;
    again: { calls: number };
}

/** @param links what the catalog says of products that have no item */
export function shopReport(
    evotor: EvotorSimulator,
    vk: VkSimulator,
    seed: ShopSeed,
    links: readonly { state: string; item?: number }[],
    again: number,
): ShopReport {
    const community = vk.communities.get(GROUP)!;
    const stores = [...evotor.tills.stores.values()].filter(({ unpaid }) => !unpaid);
    const rows = stores.flatMap(({ products }) => [...products.values()]);
    const inShop = new Set(community.shown.map(({ sku }) => sku));
    const refused = links.filter(({ state }) => state === 'refused').length;
    const known = community.items.get(seed.known.item)!;
    return {
        stores: stores.length,
        groups: stores.reduce((sum, { groups }) => sum + groups.size, 0),
        products: rows.length,
        added: community.shown.filter(({ id }) => id !== seed.known.item).length,
        linked: known.stock >= 0 ? 1 : 0,
        hidden: community.shown.filter(({ hidden }) => hidden).length,
        skipped: rows.filter(({ id }) => !inShop.has(id)).length - refused,
        refused,
        albums: community.albums.size,
        photos: community.photos.size,
        again: { calls: again },
    };
}

/** @returns what is not as it must be */
export function shopFaults(report: ShopReport, vk: VkSimulator, seed: ShopSeed): string[] {
    const community = vk.communities.get(GROUP)!;
    const faults: string[] = [];
    const must = (what: string, holds: boolean): void => void (holds || faults.push(what));
    const skus = community.shown.map(({ sku }) => sku);
    must('a product is in the shop twice', new Set(skus).size === skus.length);
    must('the item from before was not linked', report.linked === 1);
    must('alcohol was put into the shop', !skus.includes(seed.alcohol.id));
    must('a product without a price was put into the shop', !skus.includes(seed.withoutPrice.id));
    must('a product without a picture was put into the shop', !skus.includes(seed.withoutPicture.id));
    must('a product without a picture is not refused', report.refused === 1);
    must('the product that is sold out is not hidden', report.hidden === 1);
    must(
        `${report.products} products, ${skus.length} in the shop`,
        skus.length === report.products - report.skipped - report.refused,
    );
    must(`${report.again.calls} calls for a catalog that did not change`, report.again.calls === 0);
    must(
        'an item is without a photo',
        community.shown.every(({ photos }) => photos.length > 0),
    );
    return [...faults, ...vk.violations];
}
