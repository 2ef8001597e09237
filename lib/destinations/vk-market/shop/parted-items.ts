import type { CallResult } from '../../../clients/vk/call';
import { VkError } from '../../../clients/vk/errors';
import { MOST_CALLS } from '../../../clients/vk/execute';
import { editItem } from '../../../clients/vk/market';
import { GateClosedError } from '../../../clients/vk/rates';
import { CoalescedRun } from '../../../concurrency/coalesced-run';
import { ClosedError } from '../../../http/errors';
import type { LinkRecord } from '../../../store/catalog/records';
import { keyOf } from '../../../store/catalog/keys';
import { COMMUNITIES, type CommunityParts, type ShopLinks } from '../community';
import type { ItemsIndex } from './items-index';

/** After a failure it is tried again so much later, unless VK says when. */
const AGAIN_MS = 5 * 60_000;

/**
 * Hides the items whose products the catalog has no more, where a person decided so: an account was removed. What is to be
 * hidden is marked in the links, so that a restart goes on with it.
 */
export class PartedItems {
    private readonly runs = new CoalescedRun(() => this.hideAll());
    private readonly unlisten: () => void;
    private told = '';

    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly index: ItemsIndex,
        private readonly signal: AbortSignal,
    ) {
        const begin = keyOf(links.community, '');
        this.unlisten = parts.catalog.onChange((collection, key) => {
            if (collection !== 'links' || !key.startsWith(begin)) return;
            if (parts.catalog.get('links', key)?.wanted === 'hidden') this.start();
        });
        if (this.wanted().length > 0) this.start();
    }

    /** Resolves when nothing is under way any more; the signal has ended it. */
    async close(): Promise<void> {
        this.unlisten();
        await this.runs.inFlight?.catch(() => undefined);
    }

    private start(): void {
        if (this.signal.aborted) return;
        this.runs.run().catch((error: unknown) => {
            if (!(error instanceof ClosedError)) this.again(error);
        });
    }

    private again(error: unknown): void {
        const { clock, onWarning } = this.parts;
        const why = error instanceof Error ? error.message : String(error);
        if (why !== this.told) onWarning(`Items of a removed account wait to be hidden: ${why}`);
        this.told = why;
        const ms = error instanceof GateClosedError ? Math.max(1000, error.until - clock.now()) : AGAIN_MS;
        clock.sleep(ms, this.signal).then(
            () => this.start(),
            () => undefined,
        );
    }

    private wanted(): Readonly<LinkRecord>[] {
        return [...this.links.all()].filter(({ wanted, item }) => wanted === 'hidden' && item !== undefined);
    }

    private async hideAll(): Promise<void> {
        // what is marked at one time is done together
        await new Promise((resolve) => setImmediate(resolve));
        for (let batch = this.next(); batch.length > 0; batch = this.next()) await this.hide(batch);
        this.told = '';
    }

    private next(): Readonly<LinkRecord>[] {
        return this.wanted().slice(0, MOST_CALLS);
    }

    private hide(batch: readonly Readonly<LinkRecord>[]): Promise<void> {
        const { client, group, clock, catalog } = this.parts;
        return COMMUNITIES.run(this.links.community, async () => {
            const ours = await this.withoutTheirs(batch);
            if (ours.length === 0) return;
            // after a lost answer a hide of ours is known as ours
            const intent = new Date(clock.now()).toISOString();
            for (const { sku, product } of ours) this.links.set(sku, product, { intent });
            await catalog.flush();
            const calls = ours.map(({ item }) => editItem(group, item!, { hidden: true }));
            const results = await client.execute(calls, { purpose: 'urgent', signal: this.signal });
            for (const [at, result] of results.entries()) this.settle(ours[at]!, result);
            const failed = results.find(({ error }) => error !== null && !isOfItem(error));
            if (failed !== undefined) throw failed.error!;
        });
    }

    /** What somebody else hid is theirs to end, and what is gone needs no hiding. */
    private async withoutTheirs(batch: readonly Readonly<LinkRecord>[]): Promise<Readonly<LinkRecord>[]> {
        const unseen = batch.filter(({ intent }) => intent === undefined);
        const now = await this.index.now(
            unseen.map(({ item }) => item!),
            this.signal,
            'urgent',
        );
        return batch.filter((link) => {
            const { sku, product, item, intent } = link;
            if (intent !== undefined || now.get(item!)?.availability === 'available') return true;
            const is = now.has(item!) ? { reason: 'hiddenInVk' } : { state: 'removed' as const };
            this.links.set(sku, product, { wanted: undefined, ...is });
            return false;
        });
    }

    private settle({ sku, product }: Readonly<LinkRecord>, { error }: CallResult<void>): void {
        if (error !== null && !isOfItem(error)) return;
        const ended = { wanted: undefined, intent: undefined };
        if (error?.meaning === 'itemGone') return void this.links.set(sku, product, { ...ended, state: 'removed' });
        const isHidden = error === null || error.meaning === 'nothingToChange';
        this.links.set(sku, product, { ...ended, ...(isHidden ? { state: 'hidden', reason: 'gone' } : {}) });
        if (!isHidden) this.parts.onWarning(`${sku} could not be hidden: ${error.message}`);
    }
}

/** VK refuses this one call. */
function isOfItem(error: Error): error is VkError {
    return error instanceof VkError && error.remedy === 'item';
}
