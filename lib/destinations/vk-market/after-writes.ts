import type { CommunityParts, ShopLinks } from './community';
import type { Written } from './entry';
import { baselineOf, baselineRead, withPending, type Baseline } from './rules/baseline';
import { albumsDiffer, baseOf } from './rules/plan';
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

    /** Whether one that was written still needs calls: its texts are to be read, or its albums are others. */
    isDue({ entry, albums }: Written): boolean {
        const link = this.links.get(entry.sku);
        const base = baseOf(link);
        return base === null || base.unread !== undefined || albumsDiffer({ albums }, link);
    }

    /** @throws as `VkClient.call`: what is not done is found and done when the products come again */
    async finish(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        await this.readBack(written, signal);
        await this.putIntoAlbums(written, signal);
        await this.parts.catalog.flush();
    }

    /** VK may change a text that it is sent: what it returns is what a person's change is told by. */
    private async readBack(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        const due = written.filter(({ entry }) => {
            const base = baseOf(this.links.get(entry.sku));
            return base === null || base.unread !== undefined;
        });
        const items = await this.index.now(
            due.map(({ itemId }) => itemId),
            signal,
        );
        for (const { entry, itemId } of due) {
            const item = items.get(itemId);
            if (item === undefined) continue;
            const base = baseOf(this.links.get(entry.sku));
            this.setBase(entry, base === null ? baselineOf(item) : baselineRead(base, item));
        }
    }

    private async putIntoAlbums(written: readonly Written[], signal?: AbortSignal): Promise<void> {
        const due = written.filter(({ entry, albums }) => albumsDiffer({ albums }, this.links.get(entry.sku)));
        if (due.length === 0) return;
        const titles = [...new Set(due.flatMap(({ albums }) => albums))];
        const ids = titles.length === 0 ? new Map<string, number>() : await this.albums.ensure(titles, signal);
        const moves = due.map((each): Move => {
            const should = [...new Set(each.albums.flatMap((title) => ids.get(title) ?? []))];
            const link = this.links.get(each.entry.sku);
            const isUncertain = baseOf(link)?.pending?.albumIds !== undefined;
            return { each, should, have: link?.albums ?? [], isUncertain };
        });
        const ours = moves.filter((move) => !this.isTheirs(move));
        const wanted = new Map<number, number[]>();
        for (const { each, should, have, isUncertain } of ours)
            for (const album of should.filter((id) => isUncertain || !have.includes(id)))
                wanted.set(album, [...(wanted.get(album) ?? []), each.itemId]);
        for (const { each, should } of ours) {
            this.links.unacknowledge(each.entry);
            this.notePending(each, should);
        }
        // a call whose answer is lost is no person's change
        await this.parts.catalog.flush();
        const inside = await this.albums.join(wanted, signal);
        for (const move of ours) await this.leaveOld(move, inside, signal);
        // what a person arranged stays, and is not looked at again before the wish changes
        for (const { each } of moves.filter((move) => !ours.includes(move))) this.noteTitles(each);
    }

    private async leaveOld(
        { each, should, have, isUncertain }: Move,
        inside: ReadonlyMap<number, number[]>,
        signal?: AbortSignal,
    ): Promise<void> {
        const { entry, itemId } = each;
        // only what we put in is taken out
        const before = each.before?.albumIds ?? null;
        const tried = baseOf(this.links.get(entry.sku))?.pending?.albumIds ?? [];
        const maybeIn = tried.filter((album) => !have.includes(album) && before?.includes(album) !== false);
        const old = [...have, ...maybeIn].filter((album) => !should.includes(album));
        if (old.length > 0) await this.albums.leave(itemId, old, signal);
        const albums = should.filter(
            (album) => (!isUncertain && have.includes(album)) || inside.get(album)?.includes(itemId) === true,
        );
        this.links.set(entry.sku, entry.productKey, { albums });
        const base = baseOf(this.links.get(entry.sku));
        if (base === null) return;
        const others = base.albumIds.filter((album) => !old.includes(album));
        this.setBase(entry, { ...base, albumIds: [...new Set([...others, ...albums])] });
        this.noteTitles(each);
    }

    private notePending({ entry }: Written, albumIds: number[]): void {
        const base = baseOf(this.links.get(entry.sku));
        if (base === null) return;
        const before = base.pending?.albumIds ?? [];
        this.setBase(entry, withPending(base, { albumIds: [...new Set([...before, ...albumIds])] }));
    }

    private noteTitles({ entry, albums }: Written): void {
        const base = baseOf(this.links.get(entry.sku));
        if (base === null) return;
        this.setBase(entry, { ...withPending(base, { albumIds: undefined }), albumTitles: [...albums] });
    }

    private setBase({ sku, productKey }: Written['entry'], base: Baseline): void {
        this.links.set(sku, productKey, { base: { ...base } });
    }

    /** Whether a person arranged the albums of an item. What an earlier attempt of ours explains is no person's. */
    private isTheirs({ each, should, have }: Move): boolean {
        const base = baseOf(this.links.get(each.entry.sku));
        if (!each.entry.settings.keepManual.has('albums') || base === null) return false;
        if (base.isLinked === true) return true;
        const now = each.before?.albumIds ?? base.albumIds;
        const unfinished = base.pending?.albumIds;
        const tried = [...should, ...(unfinished ?? [])];
        const added = now.filter((album) => !base.albumIds.includes(album));
        const removed = base.albumIds.filter((album) => !now.includes(album));
        return (
            added.some((album) => !tried.includes(album)) ||
            (unfinished === undefined && removed.some((album) => should.includes(album) || !have.includes(album)))
        );
    }
}

/** An item on its way from some albums of ours into others. */
interface Move {
    each: Written;
    should: number[];
    have: readonly number[];
    /** an earlier move has no answer: it may have been put into albums, and taken out of those that it had */
    isUncertain: boolean;
}
