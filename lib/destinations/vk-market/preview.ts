import { albumKey } from '../../product/albums';
import type { ShopPreview } from '../../delivery/products/actions/shop-actions';
import { productKey, type CommunityParts, type ShopLinks } from './community';
import type { ProductState } from './entry';
import type { Brake, Brakes } from './rules/brakes';
import { costOf } from './rules/cost';
import { desiredOf } from './rules/desired';
import { countsOf, DryRuns } from './rules/dry-run';
import { desiredAmong } from './rules/merged';
import { planOf, type Plan } from './rules/plan';
import type { UpsertSettings } from './rules/settings';
import type { FirstSyncGate, Match } from './shop/first-sync';
import type { ItemsIndex } from './shop/items-index';
import type { Feeds, Twins } from './shop/twins';

/** Changes that are told one by one; of the others the number alone. */
const MOST_TOLD = 200;
/** Stands for a picture that nobody has looked for yet. */
const UNREAD = 'unread';

/**
 * What would be done about products, in numbers and with its cost. Nothing is written, neither to the shop nor about
 * products; a community that was never read is read once.
 */
export class MarketPreview {
    private readonly dryRun = new DryRuns();
    private readonly skipped: Record<string, number> = {};
    private readonly refused: Record<string, number> = {};
    private readonly held: ShopPreview['held'] = { hide: 0, price: 0, masters: 0 };
    private readonly changes: ShopPreview['changes'] = [];
    private readonly taken = new Set<number>();
    private readonly braked = new Map<string, boolean>();
    private readonly feeds: Feeds;
    private unchanged = 0;
    private matchOf: ReturnType<FirstSyncGate['matcher']> | null = null;

    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly index: ItemsIndex,
        private readonly firstSync: FirstSyncGate,
        private readonly brakes: Brakes,
        private readonly twins: Twins,
    ) {
        this.feeds = twins.feeds();
    }

    /** @throws as `VkClient.call`, where the items of the community are not known yet */
    async add(states: readonly (ProductState & { awaitsPicture: boolean })[]): Promise<void> {
        if (!this.index.isKnown) await this.index.refresh();
        for (const state of states) await this.look(state);
    }

    /** One that cannot even be planned: a setting is wrong for it. @param why its words */
    cannot(why: string): void {
        count(this.refused, why);
    }

    report(): ShopPreview {
        const { catalog, rates, photosPerSave } = this.parts;
        const albums = [...catalog.find('albums', 'community', this.links.community)];
        const titles = new Set(albums.map(({ title }) => albumKey(title)));
        const counts = countsOf(this.dryRun.changes(''), (title) => titles.has(albumKey(title)));
        return {
            community: this.links.community,
            firstSyncAsks: this.firstSync.isOpenQuestion,
            ...counts,
            ...costOf(counts, rates, photosPerSave),
            unchanged: this.unchanged,
            skipped: this.skipped,
            refused: this.refused,
            held: this.held,
            masters: this.twins.open(),
            changes: this.changes,
        };
    }

    private async look({
        product,
        change,
        settings,
        extras,
        pictures,
        awaitsPicture,
    }: ProductState & { awaitsPicture: boolean }): Promise<void> {
        const { sku, storeId } = product;
        const link = this.links.get(sku);
        const picture = pictures.hashOf(product.pictures) ?? (awaitsPicture ? UNREAD : null);
        const verdict = this.twins.verdict(productKey(product), this.feeds);
        const isShown = change !== 'off' && change !== 'gone';
        if (verdict.is === 'asked' && isShown) {
            this.held.masters++;
            return;
        }
        const desired = desiredAmong(verdict, product, isShown, (counted) =>
            desiredOf(counted, change, settings, extras, picture, this.links.currency),
        );
        const plan = planOf(desired, { link, now: undefined }, settings, this.parts.clock.now());
        if (plan.do === 'nothing') {
            if (plan.action === 'refused') count(this.refused, plan.reason ?? '');
            else if (plan.action === 'skipped') count(this.skipped, plan.reason ?? '');
            else this.unchanged++;
            return;
        }
        const brake = brakeOf(plan);
        if (brake !== null && (await this.isHeld(brake, storeId, settings))) {
            this.held[brake]++;
            return;
        }
        const fits = plan.do === 'add' ? this.match(plan) : 'none';
        const entry = { upsert: '', sku, productKey: productKey(product) };
        this.dryRun.note({ entry, plan, would: { plan, fits } }, link);
        if (this.changes.length < MOST_TOLD)
            this.changes.push({
                sku,
                name: product.name,
                does: fits === 'none' ? plan.do : FITS[fits],
                itemId: link?.item ?? null,
            });
    }

    private match(plan: Plan & { do: 'add' }): Match['fits'] {
        if (this.firstSync.choice === 'beside') return 'none';
        const match = (this.matchOf ??= this.firstSync.matcher())(plan.item);
        if (match.fits !== 'one') return match.fits;
        // two products may fit one item: the first has it
        if (this.taken.has(match.item.id)) return 'none';
        this.taken.add(match.item.id);
        return 'one';
    }

    /** Each brake looks at every item: once for a store. */
    private async isHeld(brake: Brake, store: string, settings: UpsertSettings): Promise<boolean> {
        const key = `${brake} ${store}`;
        const held = this.braked.get(key) ?? (await this.brakes.wouldHold(brake, store, settings));
        this.braked.set(key, held);
        return held;
    }
}

const FITS = { one: 'link', several: 'ask' } as const;

function brakeOf(plan: Plan): Brake | null {
    if (plan.do === 'hide') return plan.reason === 'off' || plan.reason === 'merged' ? null : 'hide';
    return plan.do === 'edit' && plan.fields.price !== undefined && !plan.shows ? 'price' : null;
}

function count(counts: Record<string, number>, what: string): void {
    counts[what] = (counts[what] ?? 0) + 1;
}
