import type { ShopItem } from '../../../clients/vk/answers';
import type { Purpose } from '../../../clients/vk/client';
import { currencyOf } from '../../../clients/vk/community';
import { ITEMS_PAGE, items, itemsById, MOST_IDS } from '../../../clients/vk/market';
import { KEY_OF } from '../../../store/catalog/keys';
import type { ItemRecord } from '../../../store/catalog/records';
import { UnavailableError } from '../../../http/errors';
import type { CommunityParts, ShopLinks } from '../community';

const DAY = 24 * 3_600_000;
const WHOLE_MS = 7 * DAY;
/** Pages that one request reads: each is some hundred kB. */
const PAGES = 5;
/** VK's days are not ours. */
const OVERLAP_MS = DAY;

/** When the items of a community were read, ms since 1970. */
interface ReadAt {
    whole: number;
    any: number;
}

/** The items of a community as VK had them last: whole once a week, what has changed once a day. */
export class ItemsIndex {
    private readonly listeners = new Set<(item: Readonly<ItemRecord>, isGone: boolean) => void>();

    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
    ) {}

    /** Whether it was ever read as a whole. */
    get isKnown(): boolean {
        return this.readAt !== null;
    }

    /** When items were read last, ms since 1970; null: never. */
    get lookedAt(): number | null {
        return this.readAt?.any ?? null;
    }

    /** Told of each item that is not as it was, and of those that are gone. @returns ends it */
    onChange(listener: (item: Readonly<ItemRecord>, isGone: boolean) => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /**
     * Reads what is due.
     * @param everyMs how old what is known may be
     * @throws as `VkClient.call`
     */
    async refresh(signal?: AbortSignal, everyMs = DAY): Promise<void> {
        const now = this.parts.clock.now();
        const last = this.readAt;
        if (last === null || now - last.whole >= WHOLE_MS || now < last.whole) return this.readWhole(signal);
        if (now - last.any < everyMs) return;
        for (const item of await this.since(last.any, signal)) this.remember(item);
        await this.note({ ...last, any: now });
    }

    /**
     * Reads every item, hidden ones included.
     * @throws UnavailableError where people changed so much meanwhile that it cannot be told whether all were seen
     */
    async readWhole(signal?: AbortSignal): Promise<void> {
        const began = this.parts.clock.now();
        const seen = (await this.readAll(signal)) ?? (await this.readAll(signal));
        if (seen === null)
            throw new UnavailableError(`VK's items of community ${this.parts.group} changed while they were read`, {
                server: 'VK',
                outcome: 'refused',
            });
        for (const item of seen.values()) this.remember(item);
        this.conclude(seen);
        if (![...seen.values()].some(({ currency }) => currency !== null)) await this.askCurrency(signal);
        await this.note({ whole: began, any: began });
    }

    /** Items made or changed since that time or the day before it; nothing is concluded from what is not among them. */
    async since(time: number, signal?: AbortSignal): Promise<ShopItem[]> {
        const found: ShopItem[] = [];
        for (let offset = 0; ; offset += ITEMS_PAGE) {
            const query = { offset, since: time - OVERLAP_MS };
            const { rows, total } = await this.parts.client.call(items(this.parts.group, query), { signal });
            found.push(...rows);
            if (offset + ITEMS_PAGE >= total) return found;
        }
    }

    /** Items as VK has them now; those that are gone are not among them. @param ids any number */
    async now(
        ids: readonly number[],
        signal?: AbortSignal,
        purpose: Purpose = 'ordinary',
    ): Promise<Map<number, ShopItem>> {
        const found = new Map<number, ShopItem>();
        for (let at = 0; at < ids.length; at += MOST_IDS) {
            const call = itemsById(this.parts.group, ids.slice(at, at + MOST_IDS));
            const { rows } = await this.parts.client.call(call, { signal, purpose });
            for (const item of rows) {
                found.set(item.id, item);
                this.remember(item);
            }
        }
        return found;
    }

    /** Keeps what VK said of an item. */
    remember(item: ShopItem): void {
        const { catalog } = this.parts;
        if (item.currency !== null) this.links.setCurrency(item.currency);
        const record = {
            id: item.id,
            community: this.links.community,
            ...(item.sku === null ? {} : { sku: item.sku }),
            title: item.title,
            ...(item.price === null ? {} : { price: Math.round(item.price * 100) }),
            availability: AVAILABILITY[item.availability],
            ...(item.albumIds === null ? {} : { albums: item.albumIds }),
            ...(item.date === null ? {} : { date: item.date }),
        };
        const known = catalog.get('items', KEY_OF.items(record));
        // what is as it was is not written again
        if (known !== undefined && isSame(known, record)) return;
        this.tell(catalog.setDeferred('items', record), false);
    }

    /** Items tell it; a community without any is asked for it. */
    private async askCurrency(signal?: AbortSignal): Promise<void> {
        const currency = await this.parts.client.call(currencyOf(this.parts.group), { signal });
        if (currency !== null) this.links.setCurrency(currency);
    }

    private tell(item: Readonly<ItemRecord>, isGone: boolean): void {
        for (const listener of this.listeners) listener(item, isGone);
    }

    private get readAt(): ReadAt | null {
        const note = this.links.note('index');
        return note === undefined ? null : (JSON.parse(note) as ReadAt);
    }

    private note(at: ReadAt): Promise<void> {
        return this.links.setNote('index', JSON.stringify(at));
    }

    /** @returns null: not all were seen */
    private async readAll(signal?: AbortSignal): Promise<Map<number, ShopItem> | null> {
        const { client, group } = this.parts;
        const seen = new Map<number, ShopItem>();
        const first = await client.call(items(group), { signal });
        let [total, unreadable] = [first.total, first.unreadable.length];
        for (const item of first.rows) seen.set(item.id, item);
        for (let offset = ITEMS_PAGE; offset < first.total; offset += ITEMS_PAGE * PAGES) {
            const offsets = Array.from({ length: PAGES }, (_, at) => offset + at * ITEMS_PAGE);
            const calls = offsets.filter((each) => each < first.total).map((each) => items(group, { offset: each }));
            for (const { value, error } of await client.execute(calls, { signal })) {
                if (error !== null) throw error;
                for (const item of value.rows) seen.set(item.id, item);
                total = value.total;
                unreadable += value.unreadable.length;
            }
        }
        // pages shift while people add and remove; a row that cannot be read is there all the same
        return seen.size + unreadable >= Math.max(total, first.total) ? seen : null;
    }

    /** What a complete list does not have is gone, and what it has again is back. */
    private conclude(seen: ReadonlyMap<number, ShopItem>): void {
        const { catalog } = this.parts;
        for (const item of [...catalog.find('items', 'community', this.links.community)])
            if (!seen.has(item.id)) {
                catalog.removeDeferred('items', KEY_OF.items(item));
                this.tell(item, true);
            }
        for (const { sku, product, item, state } of [...this.links.all()]) {
            if (item === undefined) continue;
            if (!seen.has(item) && state !== 'removed') this.links.set(sku, product, { state: 'removed' });
            if (seen.has(item) && state === 'removed') this.links.set(sku, product, { state: 'live' });
        }
    }
}

const AVAILABILITY = { available: 0, removed: 1, unavailable: 2 } as const;

function isSame({ at: _at, ...known }: Readonly<ItemRecord>, record: Omit<ItemRecord, 'at'>): boolean {
    return Object.keys({ ...known, ...record }).every(
        (name) =>
            JSON.stringify(known[name as keyof typeof known]) === JSON.stringify(record[name as keyof typeof record]),
    );
}
