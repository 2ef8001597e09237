import type { PlannedChange } from '../../delivery/products/actions/planned-changes';
import type { ShopQuestion } from '../../delivery/products/actions/shop-actions';
import { ClosedError } from '../../http/errors';
import { AfterWrites } from './after-writes';
import { BatchPlanner, type Planned } from './batch-plan';
import { BatchWriter, isUrgent, type BatchEnd } from './batch-write';
import { COMMUNITIES, itemUrl, productKey, ShopLinks, type CommunityParts } from './community';
import type { Entry, ProductState, ShopAction, ShopResult, Written } from './entry';
import { MarketPreview } from './preview';
import { ProductQueue } from './queue';
import { baselineOf } from './rules/baseline';
import { albumsDiffer, baseOf } from './rules/plan';
import { albumKey } from '../../product/albums';
import { Brakes } from './rules/brakes';
import { costOf, type PassCost, type PassCounts } from './rules/cost';
import { countsOf, DryRuns } from './rules/dry-run';
import { ShopAlbums } from './shop/albums';
import { FirstSyncGate } from './shop/first-sync';
import { ItemsIndex } from './shop/items-index';
import { LaterStock } from './shop/later-stock';
import { OpenIntents } from './shop/open-intents';
import { PartedItems } from './shop/parted-items';
import { ShopPictures } from './shop/pictures';
import { Twins } from './shop/twins';
import { Unfinished } from './unfinished';

/** Then the product is given back with its failure. */
const MOST_ATTEMPTS = 5;

/** As `status` of a source of products tells it. */
export interface MarketStatus {
    community: string;
    firstSyncAsks: boolean;
    questions: ShopQuestion[];
    planned: (PassCounts & PassCost) | null;
}

/** The market of a community, kept in step with products: batches, intents, links, albums, pictures. */
export class VkMarket implements BatchEnd {
    readonly links: ShopLinks;
    readonly index: ItemsIndex;
    readonly albums: ShopAlbums;
    readonly firstSync: FirstSyncGate;
    readonly brakes: Brakes;
    readonly twins: Twins;
    private readonly planner: BatchPlanner;
    private readonly writer: BatchWriter;
    private readonly queue: ProductQueue<Entry>;
    private readonly closing = new AbortController();
    private readonly dryRuns = new DryRuns();
    private readonly parted: PartedItems;
    private readonly unfinished: Unfinished;
    private readonly laterStock: LaterStock;

    constructor(private readonly parts: CommunityParts) {
        this.links = new ShopLinks(parts);
        this.index = new ItemsIndex(parts, this.links);
        this.albums = new ShopAlbums(parts);
        this.firstSync = new FirstSyncGate(parts, this.links);
        this.twins = new Twins(parts, this.links);
        this.brakes = new Brakes(parts, this.links, this.twins);
        const intents = new OpenIntents(parts, this.links, this.index);
        this.planner = new BatchPlanner(
            parts,
            this.links,
            this.index,
            intents,
            this.firstSync,
            this.brakes,
            this.twins,
        );
        this.writer = new BatchWriter(parts, this.links, new ShopPictures(parts, this.links), this);
        this.unfinished = new Unfinished(new AfterWrites(parts, this.links, this.index, this.albums), this);
        this.queue = new ProductQueue(
            parts.clock,
            (batch) => this.run(batch),
            (entry) => this.settle(entry, 'superseded', this.links.get(entry.sku)?.item ?? null),
        );
        this.parted = new PartedItems(parts, this.links, this.index, this.closing.signal);
        this.laterStock = new LaterStock(
            parts,
            this.links,
            (entry, delayMs) => this.queue.again(entry, delayMs),
            this.closing.signal,
        );
    }

    /**
     * Brings one product in step with the shop.
     * @returns what became of it
     * @throws GateClosedError, VkError, UnavailableError … where it could not be done: the product is to be offered again.
     *   ClosedError when the node is closed
     */
    take(state: ProductState): Promise<ShopResult> {
        return new Promise((resolve, reject) => {
            if (this.closing.signal.aborted) return reject(new ClosedError());
            const { sku } = state.product;
            this.takeBack(sku);
            this.queue.add({
                ...state,
                key: `${state.upsert}/${sku}`,
                sku,
                productKey: productKey(state.product),
                attempts: 0,
                isSettled: false,
                settle: resolve,
                fail: reject,
            });
        });
    }

    /**
     * Reads albums and items as VK has them now: what has changed since the last look, and once a week every item.
     * @param whole every item in any case, so that what is gone is known
     * @throws as `VkClient.call`
     */
    look(whole: boolean, signal: AbortSignal): Promise<void> {
        return COMMUNITIES.run(String(this.parts.group), async () => {
            await this.albums.refresh(signal);
            if (whole) await this.index.readWhole(signal);
            else await this.index.refresh(signal, 0);
            await this.parts.catalog.flush();
        });
    }

    /** A product that the catalog has again is no longer to be hidden for its account's sake. */
    private takeBack(sku: string): void {
        const link = this.links.get(sku);
        if (link?.wanted !== undefined) this.links.set(sku, link.product, { wanted: undefined });
    }

    /** A person wants a removed item made anew. @returns whether there was one */
    putBack(sku: string): boolean {
        const link = this.links.get(sku);
        if (link?.state !== 'removed') return false;
        const { product } = link;
        const forgotten = { item: undefined, sent: undefined, base: undefined, albums: undefined, photos: undefined };
        this.links.set(sku, product, { ...forgotten, state: 'planned', stockAt: undefined });
        this.parts.offerAgain([product]);
        return true;
    }

    /** A person says which item a product is. @returns whether the item is there, and free */
    async link(sku: string, product: string, itemId: number): Promise<boolean> {
        const item = (await this.index.now([itemId])).get(itemId);
        if (item === undefined || this.links.ofItem(itemId) !== undefined) return false;
        const base = { ...baselineOf(item), isLinked: true };
        await this.links.put(sku, product, { state: 'live', item: itemId, reason: undefined, base });
        this.parts.offerAgain([product]);
        return true;
    }

    /** What a person may decide, and what the dry run of a node has found. @param upsert the node's id */
    status(upsert: string, community: string): MarketStatus {
        const braked = this.brakes.list().map(({ kind, store, count, of }) => ({ kind, store, count, of }));
        const questions = [...braked, ...this.mastersAsked()];
        const planned = this.dryRuns.has(upsert) ? this.dryRun(upsert) : null;
        return { community, firstSyncAsks: this.firstSync.isOpenQuestion, questions, planned };
    }

    private mastersAsked(): ShopQuestion[] {
        return this.twins.open().map(({ store, other, count }) => {
            const of = this.parts.catalog.count('products', 'store', store);
            return { kind: 'masters', store, other, count, of };
        });
    }

    /** A look at what would be done about products, with its cost; nothing is written. */
    preview(): MarketPreview {
        return new MarketPreview(this.parts, this.links, this.index, this.firstSync, this.brakes, this.twins);
    }

    /** What the dry run of a node would do so far, product by product. */
    planned(upsert: string): PlannedChange[] {
        return this.dryRuns.changes(upsert);
    }

    /** What the dry run of a node would do so far, and what that would cost. */
    dryRun(upsert: string): PassCounts & PassCost {
        return this.costOf(this.planned(upsert));
    }

    /** How many changes of each kind there are, and what they would cost. */
    costOf(changes: readonly PlannedChange[]): PassCounts & PassCost {
        const titles = new Set(
            [...this.parts.catalog.find('albums', 'community', this.links.community)].map(({ title }) =>
                albumKey(title),
            ),
        );
        const counts = countsOf(changes, (title) => titles.has(albumKey(title)));
        return { ...counts, ...costOf(counts, this.parts.rates, this.parts.photosPerSave) };
    }

    /** Ends: what is under way comes to its end, what waits is given back. */
    async close(): Promise<void> {
        this.closing.abort();
        this.twins.close();
        for (const entry of this.queue.close()) this.fail(entry, new ClosedError());
        await Promise.all([this.queue.ended, this.parted.close()]);
    }

    settle(entry: Entry, action: ShopAction, itemId: number | null, reason: string | null = null): void {
        if (entry.isSettled) return;
        entry.isSettled = true;
        entry.settle({ itemId, url: itemId === null ? null : itemUrl(this.parts.group, itemId), action, reason });
    }

    fail(entry: Entry, error: Error): void {
        if (entry.isSettled) return;
        entry.isSettled = true;
        entry.fail(error);
    }

    again(entry: Entry, delayMs: number, error: Error): void {
        if (++entry.attempts >= MOST_ATTEMPTS) this.fail(entry, error);
        else this.queue.again(entry, delayMs);
    }

    written(written: Written): void {
        this.unfinished.add(written);
    }

    private async run(batch: Entry[]): Promise<void> {
        await COMMUNITIES.run(String(this.parts.group), async () => {
            const { signal } = this.closing;
            const since = this.parts.clock.now();
            try {
                const { planned, notNow, failed } = await this.planner.plan(batch, signal);
                for (const { entry, delayMs } of notNow) this.queue.again(entry, delayMs);
                for (const { entry, error } of failed) this.fail(entry, error);
                const due = this.toWrite(planned, since);
                // what needs a part of the month that is used up does not hold up what has a part of its own
                await this.write(due.filter(isUrgent), signal);
                await this.write(
                    due.filter((each) => !isUrgent(each)),
                    signal,
                );
                // a figure whose day is not over was left out of what was written
                for (const { entry, desired } of due)
                    if (desired.show === true) this.laterStock.schedule(entry, desired.item.stock, since);
            } catch (error) {
                for (const entry of batch) if (!this.unfinished.has(entry)) this.fail(entry, error as Error);
            }
            if (this.unfinished.isFull || this.queue.ready === 0) await this.unfinished.finish(signal);
        });
    }

    private async write(planned: readonly Planned[], signal: AbortSignal): Promise<void> {
        try {
            await this.writer.write(planned, signal);
        } catch (error) {
            for (const { entry } of planned) if (!this.unfinished.has(entry)) this.fail(entry, error as Error);
        }
    }

    /** What is not written is told; what a restart left half done goes the rest of its way. */
    private toWrite(planned: readonly Planned[], since: number): Planned[] {
        return planned.filter((each) => {
            const { plan, entry, desired, now } = each;
            const link = this.links.get(entry.sku);
            if (entry.settings.dryRun || this.firstSync.choice === null) this.noteDryRun(each);
            else this.dryRuns.forget(entry.upsert);
            if (entry.settings.dryRun && plan.do !== 'nothing') {
                this.settle(entry, 'planned', link?.item ?? null, plan.do);
                return false;
            }
            if (plan.do !== 'nothing') return true;
            const { reason } = plan;
            const action = each.isFound && plan.action === 'unchanged' ? 'added' : plan.action;
            if (plan.action === 'unchanged' && desired.show === true)
                this.laterStock.schedule(entry, desired.item.stock, since);
            const isOpen = link?.item !== undefined && plan.action === 'unchanged' && desired.show === true;
            if (action === 'refused' || action === 'skipped') this.tellReason(entry, reason, action);
            if (
                isOpen &&
                !entry.settings.dryRun &&
                (baseOf(link)?.unread !== undefined || albumsDiffer(desired.item, link))
            )
                this.written({ entry, itemId: link.item, action, albums: desired.item.albums, before: now });
            else this.settle(entry, action, link?.item ?? null, reason);
            return false;
        });
    }

    private noteDryRun(each: Planned): void {
        this.dryRuns.note(each, this.links.get(each.entry.sku));
    }

    /** So that the sidebar can tell why a product is not in the shop. */
    private tellReason(entry: Entry, reason: string | null, state: 'refused' | 'skipped'): void {
        const { sku, productKey: product, settings } = entry;
        const link = this.links.get(sku);
        if (settings.dryRun || link?.reason === reason || link?.state === 'removed' || link?.state === 'asked') return;
        this.links.set(sku, product, { reason: reason ?? undefined, ...(link?.item === undefined ? { state } : {}) });
    }
}
