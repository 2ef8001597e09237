import { KEY_OF } from '../../../store/catalog/keys';
import type { ItemRecord, LinkRecord } from '../../../store/catalog/records';
import type { CommunityParts, ShopLinks } from '../community';
import { baselineOf } from '../rules/baseline';
import type { ItemsIndex } from './items-index';

/** What came of a `market.add` whose answer is not known. `early`: VK may be doing it yet. */
export type IntentOutcome = 'done' | 'absent' | 'early';

/** A server goes on with what its client has given up on; so long after the call its absence says nothing. */
const SETTLE_MS = 120_000;
const DAY = 24 * 3_600_000;

type Open = Readonly<LinkRecord> & { intent: string };
type Candidate = Pick<ItemRecord, 'id' | 'sku' | 'date'>;

/**
 * Adds that were about to be sent and of which nothing is known: after a lost answer, or a crash. `market.add` has no key
 * that would make it safe to repeat, so the item is looked for first: among those of yesterday and today, and only where it
 * is not there among all.
 */
export class OpenIntents {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly index: ItemsIndex,
    ) {}

    /** @returns by sku, for those that have an open intent. @throws as `VkClient.call` */
    async resolve(skus: readonly string[], signal?: AbortSignal): Promise<Map<string, IntentOutcome>> {
        const outcomes = new Map<string, IntentOutcome>();
        const open = skus.map((sku) => this.links.get(sku)).filter(isOpen);
        if (open.length === 0) return outcomes;
        const oldest = Math.min(...open.map(({ intent }) => Date.parse(intent)));
        const recent = await this.index.since(oldest, signal);
        for (const item of recent) this.index.remember(item);
        const missing = await this.adopt(open, outcomes, signal);
        const due = missing.filter(({ intent }) => this.parts.clock.now() - Date.parse(intent) >= SETTLE_MS);
        for (const { sku } of missing) outcomes.set(sku, 'early');
        if (due.length === 0) return outcomes;
        await this.index.readWhole(signal);
        for (const { sku, product, photos } of await this.adopt(due, outcomes, signal)) {
            outcomes.set(sku, 'absent');
            await this.links.put(sku, product, { state: 'planned', intent: undefined, intended: undefined, photos });
        }
        return outcomes;
    }

    /** Takes those that are there. @returns the others */
    private async adopt(
        open: readonly Open[],
        outcomes: Map<string, IntentOutcome>,
        signal?: AbortSignal,
    ): Promise<Open[]> {
        const found = open.flatMap((link) => {
            const made = this.candidates(link.sku).filter((item) => mayBe(item, Date.parse(link.intent)));
            if (made.length > 1)
                this.parts.onWarning(`${made.length} items of community ${this.parts.group} have the sku ${link.sku}`);
            const [item] = made.sort((a, b) => a.id - b.id);
            return item === undefined ? [] : [{ link, item: item.id }];
        });
        const items = await this.index.now(
            found.map(({ item }) => item),
            signal,
        );
        for (const { link, item } of found) {
            const { sku, product, intended } = link;
            const now = items.get(item);
            outcomes.set(sku, 'done');
            this.links.set(sku, product, {
                state: 'live',
                item,
                sent: intended,
                intent: undefined,
                intended: undefined,
                // it was made a moment ago: what it is now is what VK made of it
                ...(now === undefined ? {} : { base: { ...baselineOf(now) } }),
            });
        }
        return open.filter(({ sku }) => outcomes.get(sku) !== 'done');
    }

    private candidates(sku: string): Candidate[] {
        const { catalog } = this.parts;
        const entry = `${this.links.community}/${sku}`;
        return [...catalog.find('items', 'sku', entry)].filter((item) => {
            return this.links.ofItem(item.id) === undefined && catalog.get('items', KEY_OF.items(item)) !== undefined;
        });
    }
}

function isOpen(link: Readonly<LinkRecord> | undefined): link is Open {
    return link?.intent !== undefined && link.item === undefined;
}

/** One that was there days before is somebody else's. */
function mayBe({ date }: Candidate, intent: number): boolean {
    return date === undefined || date * 1000 >= intent - DAY;
}
