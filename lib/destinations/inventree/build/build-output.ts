import type { StockItem } from '../../../clients/inventree/answers';
import { buildOrder, completeOutput, createOutput, isInProduction } from '../../../clients/inventree/build/orders';
import { same } from '../../../clients/inventree/lookup';
import { stockByBatch, stockByPk } from '../../../clients/inventree/stock';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { madeNothing, NotYet, Resend } from '../../../delivery/retry/unknown-outcome';
import { RejectedError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import { asQuantity } from '../../../print/rules/quantity';
import { isMarkedFor } from '../../../print/stock-marker';
import type { BuildOutput, PrintRecord } from '../../../store/ledger/records';
import { limits, sanitize } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { rejected } from '../rejected';
import { describe } from './describe-output';
import { planBuild } from './plan-build';
import { refused } from './refused';
import { ownItem } from '../stock/adoption';
import { createBeside } from '../stock/create-beside';
import type { StockSettings } from '../stock/stock-settings';

/** InvenTree may complete an output behind its answer: how long that is waited for, and how often it is looked. */
const COMPLETED_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 2000;

interface Built {
    /** the output; `quantity` with the rest */
    item: StockItem;
    batch: string;
    created: boolean;
}

/**
 * Makes a print the output of a build order of its Part, exactly once: order and pieces are fixed in the ledger with the
 * intent, the output is found again by its batch, gets the mark, and is completed. Pieces that the order has no need of are an
 * item of their own.
 * @returns null where the print goes into plain stock: not asked for, no order in production has a remainder, or its item is
 * there
 * @throws RejectedError where InvenTree refuses, or only a person can tell; AuthError, ConfigError, PoisonedError; ClosedError
 */
export async function intoBuildOrder(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    signal: AbortSignal,
): Promise<Built | null> {
    const known = destination.delivery.ledger.print(print.batch)?.build;
    if (settings.buildOrders !== true && known === undefined) return null;
    const output = new Output(destination, print, part, settings, signal);
    return retryWhileUnavailable(
        destination.breaker,
        async () => {
            await destination.client.handshake(signal);
            return output.once();
        },
        signal,
    );
}

/** One print on its way into an order. */
class Output {
    private readonly creating: Resend;
    private readonly completing: Resend;
    private readonly creatingRest: Resend;
    /** since when InvenTree has the request to complete it; null: it has not, as far as this process knows */
    private taken: number | null = null;

    constructor(
        private readonly destination: InvenTreeDestination,
        private readonly print: Print,
        private readonly part: number,
        private readonly settings: StockSettings,
        private readonly signal: AbortSignal,
    ) {
        const { intent, completing, restIntent } = this.record.build ?? {};
        const { now } = destination.delivery;
        this.creating = new Resend(intent, now);
        this.completing = new Resend(completing, now);
        this.creatingRest = new Resend(restIntent, now);
    }

    async once(): Promise<Built | null> {
        if (this.record.build === undefined && (await this.isThere())) return null;
        // two prints of one Part would each count on the same remainder
        const made = await this.destination.mutex.run(`item of:${this.part}`, () => this.output());
        if (made === null) return null;
        const item = await this.completed(made);
        await this.rest();
        const { quantity, rest } = this.build;
        return { item: { ...item, quantity: asQuantity(quantity + rest) }, batch: this.record.batch, created: true };
    }

    private get record(): Readonly<PrintRecord> {
        return this.destination.delivery.ledger.print(this.print.batch)!;
    }

    private get build(): BuildOutput {
        return this.record.build!;
    }

    /**
     * Whether something has the batch already, which is the walk's to judge. An output of this print that is being built is
     * taken up: a ledger that was lost knew it.
     */
    private async isThere(): Promise<boolean> {
        const { destination, print, settings, signal } = this;
        // an earlier attempt at a plain item may still come
        if (this.record.intent !== undefined) return true;
        const items = await destination.stockOf(print.batch, false, signal);
        const own = await ownItem(destination, print, items, settings.ipnPrefix, signal);
        // under another code of the run there may be others' stock
        if (own === null) return items.some(({ batch }) => same(batch, print.batch));
        if (own.is_building !== true || own.build === null) return true;
        const order = await buildOrder(destination.client, own.build, signal);
        await this.note({
            order: own.build,
            reference: order?.reference ?? `#${own.build}`,
            quantity: own.quantity,
            rest: Math.max(0, asQuantity(settings.quantity - own.quantity)),
            output: own.pk,
        });
        return false;
    }

    /** The output, found or made. @returns null where no order takes it */
    private async output(): Promise<StockItem | null> {
        const { build } = this.record;
        if (build === undefined) {
            const { destination, part, settings, signal } = this;
            const plan = await planBuild(destination, part, settings.quantity, signal);
            return plan === null ? null : this.create(plan);
        }
        if (build.output !== undefined) {
            const item = await stockByPk(this.destination.client, build.output, this.signal);
            return item ?? (build.completed === true ? this.soldOut(build.output) : this.gone(build));
        }
        const found = await this.made(build);
        if (found !== null) return found;
        this.creating.maySend();
        const order = await buildOrder(this.destination.client, build.order, this.signal);
        if (order === null || !isInProduction(order)) {
            await this.note(undefined);
            throw rejected(
                `Build order ${build.reference} is not in production any more, and has no output of ${this.print.batch}. Retry takes the next order, or plain stock`,
            );
        }
        return this.create(build);
    }

    private async create(plan: BuildOutput): Promise<StockItem> {
        const { destination, settings, signal } = this;
        const first = plan.intent === undefined;
        await this.note({ ...plan, intent: plan.intent ?? this.time() });
        const batch = sanitize(this.record.batch, limits.batch);
        const { quantity } = plan;
        const { location } = settings;
        try {
            await this.creating.send(() =>
                createOutput(destination.client, plan.order, { quantity, batch, location }, signal),
            );
        } catch (error) {
            // nothing of it is there: retry takes an order anew
            if (madeNothing(error) && (first || error instanceof RejectedError)) await this.note(undefined);
            throw refused(error, `an output of build order ${plan.reference}`);
        }
        // before API 358 the answer does not tell its number
        return (await this.made(this.build)) ?? this.unseen();
    }

    /** The output under the batch, completed or not; where a late request made a second one, the first. */
    private async made({ order }: BuildOutput): Promise<StockItem | null> {
        const { batch } = this.record;
        const items = await stockByBatch(this.destination.client, batch, this.signal);
        const item = items.find((each) => each.build === order && each.part === this.part && same(each.batch, batch));
        if (item === undefined) return null;
        await this.note({ ...this.build, intent: undefined, output: item.pk });
        return item;
    }

    private unseen(): never {
        throw rejected(
            `InvenTree made an output of ${this.print.batch} and does not list it. Retry looks for it again`,
        );
    }

    private async completed(item: StockItem): Promise<StockItem> {
        if (this.build.completed === true) return item;
        const { destination, print, part, settings, signal } = this;
        await describe(destination, item, { print, part, settings }, signal);
        const now = item.is_building === true ? await this.complete(item.pk) : item;
        await this.note({ ...this.build, completing: undefined, completed: true });
        return now;
    }

    private async complete(pk: number): Promise<StockItem> {
        const { client, delivery } = this.destination;
        if (this.taken === null) {
            await this.sendComplete(pk);
            this.taken = delivery.now();
        }
        const item = await stockByPk(client, pk, this.signal);
        if (item === null) return this.gone(this.build);
        if (item.is_building !== true) return item;
        if (delivery.now() - this.taken < COMPLETED_WITHIN_MS) throw new NotYet(LOOK_EVERY_MS);
        throw rejected(
            `InvenTree took the request to complete output #${pk} of build order ${this.build.reference}, and has not done it. Check that its background worker runs; retry looks again`,
        );
    }

    private async sendComplete(output: number): Promise<void> {
        const { destination, settings, print, signal } = this;
        const { order, reference, completing } = this.build;
        if (completing !== undefined) this.completing.maySend();
        await this.note({ ...this.build, completing: completing ?? this.time() });
        const { location } = settings;
        const status = print.stockStatus ?? settings.status;
        try {
            await this.completing.send(() =>
                completeOutput(destination.client, order, { output, location, status }, signal),
            );
        } catch (error) {
            if (!(error instanceof RejectedError)) throw error;
            // an earlier request did it, or a person
            const item = await stockByPk(destination.client, output, signal);
            if (item !== null && item.is_building !== true) return;
            await this.note({ ...this.build, completing: undefined });
            throw refused(error, `completing output #${output} of build order ${reference}`);
        }
    }

    /** The pieces that the order has no need of. */
    private async rest(): Promise<void> {
        const { destination, print, part, settings, signal } = this;
        const { rest, restPk, restIntent } = this.build;
        if (rest <= 0 || restPk !== undefined) return;
        const batch = sanitize(`${this.record.batch}-r`, limits.batch);
        const send = async (post: () => Promise<StockItem>): Promise<StockItem> => {
            await this.note({ ...this.build, restIntent: restIntent ?? this.time() });
            return this.creatingRest.send(post).catch(async (error: unknown) => {
                if (madeNothing(error)) await this.note({ ...this.build, restIntent });
                throw refused(error, `the stock item ${batch}`);
            });
        };
        const isIt = ({ notes }: StockItem): boolean => isMarkedFor(notes, print);
        const item = {
            print,
            part,
            settings: { ...settings, quantity: rest },
            batch,
            isIt,
            resend: this.creatingRest,
            send,
        };
        const made = await createBeside(destination, item, signal);
        if (made === null) throw rejected(`InvenTree has a StockItem with batch ${batch} of another print`);
        await this.note({ ...this.build, restIntent: undefined, restPk: made.pk });
    }

    /** An output that was completed and used up meanwhile: it counts, whatever became of it. */
    private soldOut(pk: number): StockItem {
        const { part, print } = this;
        const { quantity, order } = this.build;
        const unknown = {
            location: null,
            parent: null,
            status: null,
            notes: null,
            serial: null,
            delete_on_deplete: null,
        };
        return { pk, part, quantity, batch: print.batch, build: order, is_building: false, ...unknown };
    }

    private async gone({ output, reference }: BuildOutput): Promise<never> {
        // whoever retries has looked
        await this.note(undefined);
        throw rejected(
            `Output #${output} of build order ${reference} is gone: it was canceled, or completed and used up. Check the order; retry takes ${this.print.batch} into stock anew, forget leaves it`,
        );
    }

    private time(): string {
        return new Date(this.destination.delivery.now()).toISOString();
    }

    private async note(build: BuildOutput | undefined): Promise<void> {
        const known = build === undefined ? undefined : withoutEmpty(build);
        await this.destination.delivery.ledger.setPrintDurable({ ...this.record, build: known });
    }
}

function withoutEmpty(build: BuildOutput): BuildOutput {
    return Object.fromEntries(
        Object.entries(build).filter(([, value]) => value !== undefined),
    ) as unknown as BuildOutput;
}
