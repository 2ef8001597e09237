import type { CommunityParts, ShopLinks } from './community';
import type { Written } from './entry';
import { baselineRead } from './rules/baseline';
import { baseOf, isKept } from './rules/plan';
import type { ShopAlbums } from './shop/albums';
import type { ItemsIndex } from './shop/items-index';

/** What follows the writes of some batches, for up to a hundred items at once: albums, and what VK made of the texts. */
export class AfterWrites {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly index: ItemsIndex,
        private readonly albums: ShopAlbums,
    ) {}

    /** @throws as `VkClient.call`: what is not done is found and done when the products come again */
    async finish(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        await this.putIntoAlbums(written, signal);
        await this.readBack(written, signal);
    }

    private async putIntoAlbums(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        const due = written.filter((each) => this.isDue(each));
        const titles = [...new Set(due.flatMap(({ albums }) => albums))];
        if (due.length === 0) return;
        const ids = titles.length === 0 ? new Map<string, number>() : await this.albums.ensure(titles, signal);
        const wanted = new Map<number, number[]>();
        const idsOf = ({ albums }: Written): number[] => [...new Set(albums.flatMap((title) => ids.get(title) ?? []))];
        for (const each of due) {
            const have = this.links.get(each.entry.sku)?.albums ?? [];
            for (const id of idsOf(each).filter((album) => !have.includes(album)))
                wanted.set(id, [...(wanted.get(id) ?? []), each.itemId]);
        }
        const inside = await this.albums.join(wanted, signal);
        for (const each of due) {
            const { sku, productKey } = each.entry;
            const have = this.links.get(sku)?.albums ?? [];
            const should = idsOf(each);
            const old = have.filter((album) => !should.includes(album));
            // only what we put in is taken out
            if (old.length > 0) await this.albums.leave(each.itemId, old, signal);
            const now = should.filter((album) => have.includes(album) || inside.get(album)?.includes(each.itemId));
            const base = baseOf(this.links.get(sku));
            const theirs = (base?.albumIds ?? []).filter((album) => !old.includes(album));
            this.links.set(sku, productKey, {
                albums: now,
                ...(base === null
                    ? {}
                    : {
                          base: { ...base, albumIds: [...new Set([...theirs, ...now])], albumTitles: [...each.albums] },
                      }),
            });
        }
    }

    private isDue({ entry, albums, before }: Written): boolean {
        const link = this.links.get(entry.sku);
        const { keepManual } = entry.settings;
        if (isKept('albums', baseOf(link), before, keepManual)) return false;
        return link?.albums === undefined ? albums.length > 0 : true;
    }

    /** VK may change a text that it is sent: what it returns is what a person's change is told by. */
    private async readBack(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        const due = written.filter(({ entry }) => baseOf(this.links.get(entry.sku))?.unread !== undefined);
        const items = await this.index.now(
            due.map(({ itemId }) => itemId),
            signal,
        );
        for (const { entry, itemId } of due) {
            const item = items.get(itemId);
            if (item === undefined) continue;
            const base = baseOf(this.links.get(entry.sku))!;
            this.links.set(entry.sku, entry.productKey, { base: { ...baselineRead(base, item) } });
        }
        await this.parts.catalog.flush();
    }
}
