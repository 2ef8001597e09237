import type { StockItem } from '../../../clients/inventree/answers';
import { changedUnder, changeStock } from '../../../clients/inventree/quantity/change';
import { stockByPk } from '../../../clients/inventree/stock';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { madeNothing, Resend } from '../../../delivery/retry/unknown-outcome';
import { AuthError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import { asQuantity } from '../../../print/rules/quantity';
import { markOf, readableTime } from '../../../print/stock-marker';
import type { Adjusting, PrintRecord } from '../../../store/ledger/records';
import { limits, sanitize } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { rejected } from '../rejected';
import { createBeside } from './create-beside';
import type { StockSettings } from './stock-settings';

/**
 * Puts the stock of a print right whose archive was edited: by the difference between what is wanted now and what the ledger
 * says was stocked, whatever is there (pieces that were sold are not missing). Exactly once: the difference is fixed in the
 * ledger, then the intent, the call, the result; what became of a call whose answer did not come, the item's history tells.
 * @param settings `quantity` is what is wanted, 0 and more
 * @returns the record as it is afterwards
 * @throws RejectedError, also where nobody but a person can tell; AuthError, ConfigError, PoisonedError; ClosedError
 */
export async function adjustStock(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    signal: AbortSignal,
): Promise<Readonly<PrintRecord>> {
    const { ledger } = destination.delivery;
    const record = ledger.print(print.batch)!;
    const { quantity, apply } = record;
    if (quantity === undefined)
        throw rejected(
            `The ledger does not know how many pieces of ${print.batch} were stocked: adjust them in InvenTree`,
        );
    const by = record.adjusting?.by ?? asQuantity(settings.quantity - quantity);
    if (by < 0 && apply?.less !== true && record.adjusting === undefined) {
        destination.delivery.warnOnce(
            `${print.batch} has ${-by} more in stock than its archive says now. Nothing was taken out: that needs "apply" with "less".`,
        );
        return ledger.setPrintDurable({ ...record, apply: undefined });
    }
    if (by !== 0) {
        if (record.adjusting === undefined)
            await ledger.setPrintDurable({
                ...record,
                adjusting: { by, decided: new Date(destination.delivery.now()).toISOString() },
            });
        await new Adjustment(destination, print, part, settings, signal).perform();
    }
    return ledger.setPrintDurable({
        ...ledger.print(print.batch)!,
        quantity: asQuantity(quantity + by),
        // as the archive is now: it differs no more
        name: print.name ?? '',
        ...(print.quantity === null ? {} : { count: print.quantity }),
        ...(print.verdict === undefined ? {} : { verdict: print.verdict }),
        adjusting: undefined,
        apply: undefined,
    });
}

/** One difference, on its way into the stock or out of it. */
class Adjustment {
    private readonly mark: string;
    private readonly resend: Resend;

    constructor(
        private readonly destination: InvenTreeDestination,
        private readonly print: Print,
        private readonly part: number,
        private readonly settings: StockSettings,
        private readonly signal: AbortSignal,
    ) {
        const { decided, intent } = this.adjusting;
        this.mark = `${markOf(print)}, adjusted ${readableTime(decided)}`;
        this.resend = new Resend(intent, destination.delivery.now);
    }

    async perform(): Promise<void> {
        await retryWhileUnavailable(
            this.destination.breaker,
            async () => {
                await this.destination.client.handshake(this.signal);
                await this.once();
            },
            this.signal,
        );
    }

    private get record(): Readonly<PrintRecord> {
        return this.destination.delivery.ledger.print(this.print.batch)!;
    }

    private get adjusting(): Adjusting {
        return this.record.adjusting!;
    }

    private async once(): Promise<void> {
        const { by, intent, batch } = this.adjusting;
        // begun beside the item that was gone: that one stays so
        if (batch !== undefined) return this.beside(batch);
        const pk = this.record.stockPk!;
        const item = await stockByPk(this.destination.client, pk, this.signal);
        if (item === null) {
            // nothing is there that could be taken out
            if (by < 0) return;
            if (intent !== undefined) return this.unsure(`StockItem #${pk} is gone`);
            return this.beside(this.freeBatch());
        }
        const change = by > 0 ? 'add' : 'remove';
        if ((await this.doneBefore(pk, change)) > 0) return;
        const quantity = by > 0 ? by : Math.min(item.quantity, -by);
        if (quantity === 0) return;
        if (item.serial !== null && item.serial !== '')
            throw rejected(`StockItem #${pk} has the serial number ${item.serial}: its quantity stays as it is`);
        this.resend.maySend();
        const notes = sanitize(`${this.mark}: ${by > 0 ? '+' : '-'}${quantity}`, limits.trackingNotes);
        await this.send(() => changeStock(this.destination.client, change, { item: pk, quantity, notes }, this.signal));
    }

    private async doneBefore(item: number, change: 'add' | 'remove'): Promise<number> {
        const about = { item, mark: this.mark, since: this.adjusting.decided.slice(0, 10) };
        try {
            return (
                (await changedUnder(this.destination.client, change, about, this.signal)) ??
                (await this.unsure(`StockItem #${item} has too long a history`))
            );
        } catch (error) {
            if (!(error instanceof AuthError) || error.status !== 403) throw error;
            // nothing was sent from here
            return this.adjusting.intent === undefined
                ? 0
                : this.unsure(`StockItem #${item} has a history that the token may not read`);
        }
    }

    /** More pieces of a print whose item is gone are an item of their own, known again by its batch and the line in its notes. */
    private async beside(batch: string): Promise<void> {
        const { destination, part, print, resend, signal } = this;
        const { by } = this.adjusting;
        const settings = { ...this.settings, quantity: by };
        const isIt = ({ notes }: StockItem): boolean => notes?.includes(this.mark) === true;
        const send = (post: () => Promise<StockItem>): Promise<StockItem> => this.send(post, batch);
        const item = { print, part, settings, batch, remark: `${this.mark}: +${by}`, isIt, resend, send };
        // of another adjustment, which a lost ledger knew
        if ((await createBeside(destination, item, signal)) === null) await this.beside(this.freeBatch(batch));
    }

    /** `bambuddy-7-a1`, and so on. */
    private freeBatch(taken?: string): string {
        const next = taken === undefined ? 1 : Number(/\d+$/.exec(taken)![0]) + 1;
        return sanitize(`${this.record.batch}-a${next}`, limits.batch);
    }

    private async send<T>(call: () => Promise<T>, batch?: string): Promise<T> {
        const { intent } = this.adjusting;
        const now = new Date(this.destination.delivery.now()).toISOString();
        await this.note({ intent: intent ?? now, ...(batch === undefined ? {} : { batch }) });
        return this.resend.send(call).catch(async (error: unknown) => {
            if (madeNothing(error) && intent === undefined) await this.note({ intent: undefined });
            throw error;
        });
    }

    /** @throws RejectedError; whoever retries has looked */
    private async unsure(why: string): Promise<never> {
        await this.note({ intent: undefined });
        throw rejected(
            `The request to adjust the stock of ${this.print.batch} was interrupted, and ${why}. Look for "${this.mark}" there; retry makes the adjustment, forget leaves the stock as it is`,
        );
    }

    private async note(change: Partial<Adjusting>): Promise<void> {
        const { intent, ...adjusting } = { ...this.adjusting, ...change };
        await this.destination.delivery.ledger.setPrintDurable({
            ...this.record,
            adjusting: { ...adjusting, ...(intent === undefined ? {} : { intent }) },
        });
    }
}
