import type { ShopItem } from '../../clients/vk/answers';
import type { Purpose } from '../../clients/vk/client';
import { GateClosedError } from '../../clients/vk/rates';
import type { CommunityParts, ShopLinks } from './community';
import type { Entry, ShopAction } from './entry';
import { baselineOf, baselineSeen, isUncertain } from './rules/baseline';
import type { Brakes, BrakeTallies } from './rules/brakes';
import { desiredOf, type Desired } from './rules/desired';
import { desiredAmong } from './rules/merged';
import { baseOf, needsLook, planOf, type Plan } from './rules/plan';
import type { FirstSyncGate, Match } from './shop/first-sync';
import type { ItemsIndex } from './shop/items-index';
import type { OpenIntents } from './shop/open-intents';
import type { Feeds, Twins } from './shop/twins';

/** A product with what is done about it. */
export interface Planned {
    entry: Entry;
    desired: Desired;
    plan: Plan;
    /** as VK has the item now, where it was asked */
    now: ShopItem | undefined;
    /** it was a person's item until now */
    isLinked: boolean;
    /** it was added by a call whose answer was lost */
    isFound: boolean;
    /** what would be done if it were allowed: in a dry run, or before a person has chosen how the first sync goes */
    would: { plan: Plan; fits: Match['fits'] } | null;
}

/** What the planning of a batch may not do now. */
export interface NotNow {
    entry: Entry;
    /** it is planned again after so long */
    delayMs: number;
}

export interface PlannedBatch {
    planned: Planned[];
    notNow: NotNow[];
    /** those for which the calls of the month are used up */
    failed: { entry: Entry; error: Error }[];
}

/** A look at what may have been made waits for so long. */
const EARLY_MS = 30_000;

/** Decides what is done about each product of a batch; nothing is written to the shop. */
export class BatchPlanner {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly index: ItemsIndex,
        private readonly intents: OpenIntents,
        private readonly firstSync: FirstSyncGate,
        private readonly brakes: Brakes,
        private readonly twins: Twins,
    ) {}

    /** @throws as `VkClient.call` */
    async plan(entries: readonly Entry[], signal?: AbortSignal): Promise<PlannedBatch> {
        await this.refresh(signal);
        await this.firstSync.answerIfEmpty();
        const outcomes = await this.intents.resolve(
            entries.map(({ sku }) => sku),
            signal,
        );
        const isEarly = ({ sku }: Entry): boolean => outcomes.get(sku) === 'early';
        const notNow = entries.filter(isEarly).map((entry) => ({ entry, delayMs: EARLY_MS }));
        const feeds = this.twins.feeds();
        const firsts = entries
            .filter((entry) => !isEarly(entry))
            .map((entry) => this.first(entry, outcomes.get(entry.sku) === 'done', feeds));
        const [asked, planned] = [true, false].map((isAsked) =>
            firsts.filter(({ plan }) => (plan.do === 'nothing' && plan.reason === 'masters') === isAsked),
        ) as [Planned[], Planned[]];
        await this.match(planned, signal);
        const failed = await this.look(planned, signal);
        const left = planned.filter(({ entry }) => !failed.some((each) => each.entry === entry));
        const counted: BrakeTallies = new Map();
        for (const each of left) await this.brake(each, counted);
        return { planned: [...left, ...asked], notNow, failed };
    }

    /** Hides and prices do not wait for the calls that a look at the index takes. */
    private async refresh(signal?: AbortSignal): Promise<void> {
        try {
            await this.index.refresh(signal);
        } catch (error) {
            if (!isOutOfBudget(error) || !this.index.isKnown) throw error;
        }
    }

    private first(entry: Entry, isFound: boolean, feeds: Feeds): Planned {
        const { product, change, settings, extras, pictures, sku, productKey } = entry;
        const verdict = this.twins.verdict(productKey, feeds);
        const picture = pictures.hashOf(product.pictures);
        const masters = this.twins.mastersOf(productKey, feeds);
        if (masters.length > 0 && !settings.dryRun) this.parts.offerAgain(masters);
        const isShown = change !== 'off' && change !== 'gone';
        if (verdict.is === 'asked' && isShown) {
            if (!settings.dryRun) this.twins.hold(sku, productKey);
            const plan = nothing('planned', 'masters');
            return { entry, desired: { show: 'keep' }, plan, now: undefined, isLinked: false, isFound, would: null };
        }
        const desired = desiredAmong(verdict, product, isShown, (counted) =>
            desiredOf(counted, change, settings, extras, picture, this.links.currency),
        );
        return this.again({ entry, desired, now: undefined, isLinked: false, isFound, would: null });
    }

    private again(each: Omit<Planned, 'plan'>): Planned {
        const { entry, desired, now } = each;
        const known = { link: this.links.get(entry.sku), now };
        return { ...each, plan: planOf(desired, known, entry.settings, this.parts.clock.now()) };
    }

    /** Products without an item: one that is there already is linked, and in an open question nothing is added. */
    private async match(planned: Planned[], signal?: AbortSignal): Promise<void> {
        const adds = planned.filter(({ plan }) => plan.do === 'add');
        if (adds.length === 0) return;
        const { choice } = this.firstSync;
        const matchOf = this.firstSync.matcher();
        const matches = adds.flatMap((each): { each: Planned; match: Match }[] => {
            const { desired } = each;
            const isMatched = choice !== 'beside' && desired.show === true;
            const match: Match = isMatched ? matchOf(desired.item) : { fits: 'none' };
            each.would = { plan: each.plan, fits: match.fits };
            if (choice === null) each.plan = nothing('planned', 'firstSync');
            return match.fits === 'none' || choice === null ? [] : [{ each, match }];
        });
        const ids = matches.flatMap(({ match }) => (match.fits === 'one' ? [match.item.id] : []));
        const items = await this.index.now(ids, signal);
        for (const { each, match } of matches) await this.take(each, match, items);
    }

    private async take(each: Planned, match: Match, items: ReadonlyMap<number, ShopItem>): Promise<void> {
        const { sku, productKey, settings } = each.entry;
        if (match.fits === 'several') {
            if (!settings.dryRun) this.links.set(sku, productKey, { state: 'asked', reason: 'severalFit' });
            each.plan = nothing('skipped', 'severalFit');
            return;
        }
        const item = match.fits === 'one' ? items.get(match.item.id) : undefined;
        // two of one batch may fit one item, and it may be gone
        if (item === undefined || this.links.ofItem(item.id) !== undefined) return;
        if (settings.dryRun) {
            each.plan = nothing('planned', 'linked');
            return;
        }
        await this.links.put(sku, productKey, {
            state: 'live',
            item: item.id,
            reason: undefined,
            base: { ...baselineOf(item), isLinked: true },
        });
        Object.assign(each, this.again({ ...each, now: item, isLinked: true }));
    }

    /** Reads the items in which a person's hand may be, before they are written. */
    private async look(planned: Planned[], signal?: AbortSignal): Promise<PlannedBatch['failed']> {
        const seen = planned.filter(({ entry, desired, plan, now }) => {
            const link = this.links.get(entry.sku);
            return now === undefined && needsLook(plan, desired, { link, now }, entry.settings);
        });
        // what hides has calls of its own
        const [hides, others] = [true, false].map((hide) => seen.filter(({ plan }) => (plan.do === 'hide') === hide));
        const failed = [await this.lookAt(hides!, 'urgent', signal), await this.lookAt(others!, 'ordinary', signal)];
        return failed.flat();
    }

    private async lookAt(
        seen: readonly Planned[],
        purpose: Purpose,
        signal?: AbortSignal,
    ): Promise<PlannedBatch['failed']> {
        const ids = seen.map(({ entry }) => this.links.get(entry.sku)!.item!);
        let items: Map<number, ShopItem>;
        try {
            items = await this.index.now(ids, signal, purpose);
        } catch (error) {
            if (!isOutOfBudget(error)) throw error;
            return seen.map(({ entry }) => ({ entry, error: error as Error }));
        }
        for (const [at, each] of seen.entries()) {
            const { sku, productKey, settings } = each.entry;
            const now = items.get(ids[at]!);
            if (now === undefined && !settings.dryRun) this.links.set(sku, productKey, { state: 'removed' });
            else if (now !== undefined) this.noteSeen(sku, productKey, now);
            Object.assign(each, this.again({ ...each, now }));
        }
        return [];
    }

    /** Of an add whose answer was lost nothing was known but what it sent; of an edit, whether it was done. */
    private noteSeen(sku: string, productKey: string, now: ShopItem): void {
        const base = baseOf(this.links.get(sku));
        if (base === null) this.links.set(sku, productKey, { base: { ...baselineOf(now) } });
        else if (isUncertain(base))
            this.links.set(sku, productKey, { base: { ...baselineSeen(base, now) }, sent: undefined });
    }

    private async brake(each: Planned, counted: BrakeTallies): Promise<void> {
        const { entry, plan } = each;
        const { storeId } = entry.product;
        const isHide = plan.do === 'hide' && plan.reason !== 'off' && plan.reason !== 'merged';
        const isPrice = plan.do === 'edit' && plan.fields.price !== undefined && !plan.shows;
        const kind = isHide ? 'hide' : isPrice ? 'price' : null;
        if (kind === null || entry.settings.dryRun) return;
        if (!(await this.brakes.isOn(kind, storeId, entry.settings, counted))) return;
        this.brakes.hold(kind, entry.sku, entry.productKey);
        each.plan = nothing('planned', `brake:${kind}`);
    }
}

function isOutOfBudget(error: unknown): boolean {
    return error instanceof GateClosedError && error.reason === 'budget';
}

function nothing(action: Extract<ShopAction, 'planned' | 'skipped'>, reason: string): Plan {
    return { do: 'nothing', action, reason };
}
