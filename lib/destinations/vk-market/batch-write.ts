import { ClosedError, Failure, UnavailableError } from '../../http/errors';
import type { CallResult, VkCall } from '../../clients/vk/call';
import type { Purpose } from '../../clients/vk/client';
import { VkError } from '../../clients/vk/errors';
import { batchesOf } from '../../clients/vk/execute';
import { addItem, editItem, type ItemFields } from '../../clients/vk/market';
import { GateClosedError } from '../../clients/vk/rates';
import type { CommunityParts, ShopLinks } from './community';
import type { Planned } from './batch-plan';
import type { Entry, ShopAction, Written } from './entry';
import { baselineAfter, pendingOf, withPending, type Pending } from './rules/baseline';
import { baseOf, type Plan } from './rules/plan';
import type { PictureWish, ShopPictures } from './shop/pictures';

/** What a batch asks of those who hold the products. */
export interface BatchEnd {
    settle(entry: Entry, action: ShopAction, itemId: number | null, reason?: string | null): void;
    /** it is tried again after so long */
    again(entry: Entry, delayMs: number, error: Error): void;
    fail(entry: Entry, error: Error): void;
    /** its albums and baseline are seen to later */
    written(written: Written): void;
}

type Doing = Exclude<Plan, { do: 'nothing' }>;

/** A call of a batch, with what it is for. */
interface Step {
    planned: Planned;
    plan: Doing;
    sent: ItemFields;
    call: VkCall<unknown>;
    purpose: Purpose;
    /** it was about to be sent once before, and nothing is known of that */
    isRepeated: boolean;
    /** what earlier edits without an answer have sent */
    earlier: Pending | undefined;
}

/** After a refusal that is nobody's fault; after an unknown outcome VK may be at it yet. */
const AGAIN_MS = 1500;
const UNKNOWN_MS = 5000;

/** Writes a batch into the shop: pictures, intents, calls, and what came of each. */
export class BatchWriter {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        private readonly pictures: ShopPictures,
        private readonly end: BatchEnd,
    ) {}

    /** Every product is settled, failed or handed back when it resolves. */
    async write(planned: readonly Planned[], signal?: AbortSignal): Promise<void> {
        const steps = await this.steps(planned, signal);
        await this.noteIntents(steps);
        for (const purpose of ['urgent', 'ordinary'] as const) {
            const some = steps.filter((step) => step.purpose === purpose);
            const byCall = new Map(some.map((step) => [step.call, step]));
            for (const batch of batchesOf(some.map(({ call }) => call)))
                await this.execute(
                    batch.map((call) => byCall.get(call)!),
                    purpose,
                    signal,
                );
        }
    }

    private async steps(planned: readonly Planned[], signal?: AbortSignal): Promise<Step[]> {
        const photos = await this.pictures.prepare(planned.flatMap(pictureWish), signal);
        const { group } = this.parts;
        return planned.flatMap((each): Step[] => {
            const { plan, entry } = each;
            if (plan.do === 'nothing') return [];
            const photo = photos.get(entry.sku);
            if (typeof photo === 'object' && 'unreadable' in photo) {
                this.end.fail(entry, photo.unreadable);
                return [];
            }
            if (typeof photo === 'object') {
                if (plan.do === 'add') return this.refuse(entry, photo.refused);
                this.parts.onWarning(`${entry.sku}: its new picture is not shown (${photo.refused})`);
            }
            const mainPhotoId = typeof photo === 'number' ? photo : undefined;
            const sent = fieldsOf(plan, this.links.get(entry.sku)?.base?.['sku'] === null ? entry.sku : undefined);
            if (mainPhotoId !== undefined) sent.mainPhotoId = mainPhotoId;
            const isRepeated = this.links.get(entry.sku)?.intent !== undefined;
            const earlier = baseOf(this.links.get(entry.sku))?.pending;
            const step = { planned: each, plan, sent, purpose: purposeOf(plan, sent), isRepeated, earlier };
            if (plan.do === 'add') return [{ ...step, call: addItem(group, sent as Parameters<typeof addItem>[1]) }];
            if (plan.do === 'edit' && Object.keys(sent).length === 0) {
                this.done(step, plan.itemId);
                return [];
            }
            return [{ ...step, call: editItem(group, plan.itemId, sent) }];
        });
    }

    /**
     * On the disk before the call: after a crash an add is looked for, and not sent a second time, and an edit or a hide is
     * compared with what the catalog has then. So what was acknowledged before says nothing any more: the catalog may have
     * gone back to it.
     */
    private async noteIntents(steps: readonly Step[]): Promise<void> {
        if (steps.length === 0) return;
        const intent = new Date(this.parts.clock.now()).toISOString();
        for (const { plan, planned, sent } of steps) {
            const { entry } = planned;
            const { sku, productKey } = entry;
            this.links.unacknowledge(entry);
            if (plan.do === 'edit') {
                // a show whose answer is lost: the item has to be hidden anew where it is switched off again
                if (plan.shows) this.links.set(sku, productKey, { intent });
                const base = baseOf(this.links.get(sku));
                // what is not known of is told as a whole
                const change =
                    base === null ? { sent: undefined } : { base: { ...withPending(base, pendingOf(sent)) } };
                this.links.set(sku, productKey, change);
            } else {
                const change = plan.do === 'add' ? { state: 'intent' as const, intended: plan.hash } : {};
                this.links.set(sku, productKey, { ...change, intent });
            }
        }
        await this.parts.catalog.flush();
    }

    private async execute(steps: readonly Step[], purpose: Purpose, signal?: AbortSignal): Promise<void> {
        let results: CallResult<unknown>[];
        try {
            results = await this.parts.client.execute(
                steps.map(({ call }) => call),
                { purpose, signal },
            );
        } catch (error) {
            results = steps.map(() => ({ value: null, error: error as Error }));
        }
        for (const [at, step] of steps.entries()) {
            const { value, error } = results[at]!;
            if (error === null) this.done(step, step.plan.do === 'add' ? (value as number) : step.plan.itemId);
            else this.failed(step, error);
        }
    }

    private done(step: Pick<Step, 'plan' | 'planned' | 'sent'>, itemId: number): void {
        const { plan, planned, sent } = step;
        const { entry, now } = planned;
        const { sku, productKey } = entry;
        const ended = { item: itemId, intent: undefined, intended: undefined };
        if (plan.do === 'hide') {
            this.links.set(sku, productKey, { ...ended, state: 'hidden', reason: plan.reason });
            return this.end.settle(entry, 'hidden', itemId, plan.reason);
        }
        const stockNote = sent.stock === undefined ? {} : { stockAt: new Date(this.parts.clock.now()).toISOString() };
        this.links.set(sku, productKey, {
            ...ended,
            ...stockNote,
            state: 'live',
            reason: undefined,
            sent: plan.hash,
            base: { ...baselineAfter(baseOf(this.links.get(sku)), sent) },
        });
        const action = planned.isLinked ? 'linked' : plan.do === 'add' ? 'added' : plan.shows ? 'shown' : 'edited';
        this.end.written({ entry, itemId, action, albums: plan.item.albums, before: now });
    }

    private failed(step: Step, error: Error): void {
        const { planned } = step;
        const { entry } = planned;
        if (error instanceof VkError && error.remedy === 'item') return this.refused(step, error);
        if (error instanceof ClosedError) return this.end.fail(entry, error);
        const isUnknown = !(error instanceof Failure) || outcomeOf(error) === 'unknown';
        // the intent stays: what came of it is looked up, and a hide of ours is known as ours
        if (!isUnknown && !step.isRepeated) this.forgetIntent(step);
        const isShut = error instanceof GateClosedError || (error instanceof VkError && STOPS.includes(error.remedy));
        if (isShut || !(error instanceof UnavailableError || error instanceof VkError || isUnknown))
            return this.end.fail(entry, error);
        this.end.again(entry, isUnknown ? UNKNOWN_MS : AGAIN_MS, error);
    }

    /** VK refuses this one call. */
    private refused(step: Step, error: VkError): void {
        const { plan, planned, sent } = step;
        const { entry } = planned;
        const { sku, productKey } = entry;
        switch (error.meaning) {
            case 'nothingToChange':
                if (plan.do === 'add') break;
                if (plan.do !== 'hide' || step.isRepeated) return this.done(step, plan.itemId);
                // somebody else hid it: that is theirs to end
                this.links.set(sku, productKey, { intent: undefined, reason: 'hiddenInVk' });
                return this.end.settle(entry, 'unchanged', plan.itemId, 'hiddenInVk');
            case 'itemGone':
                this.links.set(sku, productKey, { state: 'removed', intent: undefined });
                return this.end.settle(entry, 'skipped', null, 'removedInVk');
            case 'photoTaken':
            case 'photoMissing':
                if (sent.mainPhotoId === undefined || entry.attempts > 0 || plan.do === 'hide') break;
                this.forgetIntent(step);
                this.pictures.forget(sku, productKey, plan.item.picture ?? '');
                return this.end.again(entry, AGAIN_MS, error);
            default:
        }
        this.forgetIntent(step);
        this.refuse(entry, error.meaning ?? error.words, 'itemId' in plan ? plan.itemId : null);
    }

    private refuse(entry: Entry, reason: string, itemId: number | null = null): [] {
        // an item that is there stays what it is, and its product is refused
        const state = itemId === null ? ({ state: 'refused' } as const) : {};
        this.links.set(entry.sku, entry.productKey, { ...state, reason });
        this.end.settle(entry, 'refused', itemId, reason);
        return [];
    }

    /** VK did not do it; what was tried before it is as unknown as it was. */
    private forgetIntent({ plan, planned, earlier }: Step): void {
        const { sku, productKey } = planned.entry;
        const state = plan.do === 'add' ? ({ state: 'planned' } as const) : {};
        const base = plan.do === 'edit' ? baseOf(this.links.get(sku)) : null;
        const edited = base === null ? {} : { base: { ...base, pending: earlier } };
        this.links.set(sku, productKey, { ...state, ...edited, intent: undefined, intended: undefined });
    }
}

/** What stops every call of the community for now. */
const STOPS: readonly string[] = ['flood', 'quota', 'person'];

function outcomeOf(error: Failure): string {
    if (error instanceof VkError || error instanceof UnavailableError) return error.outcome;
    // an answer of another form: whatever was asked for may have been done
    return error.code === 'UNREADABLE' ? 'unknown' : 'refused';
}

function pictureWish({ entry, plan }: Planned): PictureWish[] {
    const hash = plan.do === 'add' ? plan.item.picture : plan.do === 'edit' ? plan.picture : null;
    if (hash === null) return [];
    const { sku, productKey, product, pictures } = entry;
    return [{ sku, product: productKey, hash, pictures: product.pictures, source: pictures }];
}

/** @param sku to be written where the item has none */
function fieldsOf(plan: Doing, sku: string | undefined): ItemFields {
    if (plan.do === 'hide') return { hidden: true };
    if (plan.do === 'edit') return { ...plan.fields, ...(sku === undefined ? {} : { sku }) };
    const { name, description, categoryId, price, oldPrice, stock, url } = plan.item;
    return {
        name,
        description,
        categoryId,
        price,
        ...(oldPrice === null ? {} : { oldPrice }),
        ...(stock === null ? {} : { stock }),
        ...(url === null ? {} : { url }),
        sku: plan.item.sku,
        hidden: false,
    };
}

/** Hiding, showing, prices and stock figures are what a part of the month's calls is kept for. */
function purposeOf(plan: Doing, sent: ItemFields): Purpose {
    if (plan.do === 'add') return 'ordinary';
    return Object.keys(sent).every((name) => URGENT.includes(name)) ? 'urgent' : 'ordinary';
}

/** Whether a product takes nothing but calls that a part of the month is kept for. */
export function isUrgent({ plan }: Planned): boolean {
    if (plan.do === 'hide') return true;
    return plan.do === 'edit' && plan.picture === null && purposeOf(plan, plan.fields) === 'urgent';
}

const URGENT: readonly string[] = ['hidden', 'price', 'oldPrice', 'stock'];
