import type { StockItem } from '../../../clients/inventree/answers';
import { partsOfOrder } from '../../../clients/inventree/build/orders';
import { partByPk } from '../../../clients/inventree/parts';
import { changedUnder, changeStock } from '../../../clients/inventree/quantity/change';
import { stockByPk } from '../../../clients/inventree/stock';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { madeNothing, Resend } from '../../../delivery/retry/unknown-outcome';
import { AuthError } from '../../../http/errors';
import { removalMark } from '../../../print/filament';
import type { Print } from '../../../print/print';
import type { ConsumptionRecord, SlotRecord } from '../../../store/ledger/consumption';
import { limits, sanitize } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { rejected } from '../rejected';
import { filamentQuantity, gramsOf, type FilamentMeasures } from './filament-quantity';
import { spoolOf, type SpoolRule } from './spool-look-up';

export interface ConsumeSettings extends FilamentMeasures {
    spools: SpoolRule;
    /** prints that ended before this node was there are left alone, or subtracted too */
    startWith: 'now' | 'all';
}

/** One slot of a run, on its way out of the stock. */
export class Removal {
    private readonly mark: string;
    private readonly resend: Resend;

    constructor(
        private readonly destination: InvenTreeDestination,
        private readonly print: Print,
        private readonly run: string,
        private readonly slot: string,
        private readonly settings: ConsumeSettings,
        private readonly signal: AbortSignal,
    ) {
        this.mark = removalMark(print, slot);
        this.resend = new Resend(this.record.intent, destination.delivery.now);
    }

    /**
     * Subtracts what the slot used, once: looks in the history of the item for the note of this run and slot, notes the
     * intent, calls, writes the result. What became of a call whose answer did not come, the history tells.
     * @throws RejectedError, also where nobody but a person can tell; AuthError, ConfigError, PoisonedError; ClosedError
     */
    async perform(): Promise<void> {
        if (this.record.grams <= 0) return this.note({ state: 'done', removed: 0 });
        await retryWhileUnavailable(
            this.destination.breaker,
            async () => {
                await this.destination.client.handshake(this.signal);
                const item = await this.item();
                // two removals of one spool would each read what was there before the other
                await this.destination.mutex.run(`spool:${item.pk}`, () => this.from(item.pk));
            },
            this.signal,
        );
    }

    private get record(): Readonly<SlotRecord> {
        return this.consumption.slots.find(({ slot }) => slot === this.slot)!;
    }

    private get consumption(): Readonly<ConsumptionRecord> {
        return this.destination.delivery.ledger.consumption(this.run)!;
    }

    /** After an intent it is the item that was sent for, wherever the spool would be found by now. */
    private async item(): Promise<StockItem> {
        const { intent, stockPk } = this.record;
        const { destination, signal } = this;
        if (intent === undefined || stockPk === undefined)
            return spoolOf(destination, this.settings.spools, this.record, this.print.printer.name, signal);
        return (await stockByPk(destination.client, stockPk, signal)) ?? this.unsure(stockPk, 'is gone');
    }

    private async from(pk: number): Promise<void> {
        const { client } = this.destination;
        // read within the turn: another removal may have ended just before
        const item = await stockByPk(client, pk, this.signal);
        if (item === null) throw rejected(`StockItem #${pk} is gone`);
        const before = await this.removedBefore(pk);
        const unit = (await partByPk(client, item.part, this.signal))?.units ?? '';
        if (before > 0) return this.note({ state: 'done', stockPk: pk, removed: before, unit });
        const leftTo = await this.orderThatUses(item.part);
        if (leftTo !== null) return this.note({ state: 'done', stockPk: pk, removed: 0, unit, leftTo });
        mustBeSpool(item);
        const wanted = this.quantityIn(item, unit);
        const quantity = Math.min(wanted, item.quantity);
        if (this.record.intent !== undefined) this.resend.maySend();
        if (quantity > 0) await this.send(pk, quantity);
        const missing = gramsOf(this.record.grams, wanted, wanted - quantity);
        await this.note({
            state: 'done',
            stockPk: pk,
            removed: quantity,
            unit,
            ...(missing > 0 ? { shortGrams: missing } : {}),
        });
        if (missing > 0)
            this.destination.delivery.warnOnce(
                `${this.print.batch}, slot ${this.slot}: StockItem #${pk} had ${missing} g less than the print used; it is empty now.`,
            );
    }

    /** The build order of the print, where it is made of this Part: InvenTree takes it out of the stock with the order. */
    private async orderThatUses(part: number): Promise<string | null> {
        const build = this.destination.delivery.ledger.print(this.print.batch)?.build;
        if (build === undefined) return null;
        const parts = await partsOfOrder(this.destination.client, build.order, this.signal);
        return parts.has(part) ? build.reference : null;
    }

    private quantityIn(item: StockItem, unit: string): number {
        const quantity = filamentQuantity(this.record.grams, unit, this.record.material, this.settings);
        if (typeof quantity === 'number') return quantity;
        throw rejected(`StockItem #${item.pk} cannot be lowered: ${quantity.problem}`);
    }

    /** What the history of the item says of this run and slot: of a call of ours, or of another Node-RED's. */
    private async removedBefore(item: number): Promise<number> {
        const { completedAt, startedAt } = this.print;
        const since =
            startedAt ?? completedAt ?? new Date(this.destination.delivery.now() - 366 * 86_400_000).toISOString();
        try {
            const about = { item, mark: this.mark, since: since.slice(0, 10) };
            return (
                (await changedUnder(this.destination.client, 'remove', about, this.signal)) ??
                this.unsure(item, 'has too long a history')
            );
        } catch (error) {
            if (!(error instanceof AuthError) || error.status !== 403) throw error;
            // nothing was sent from here, and who may not read the history never learns of others
            return this.record.intent === undefined
                ? 0
                : this.unsure(item, 'has a history that the token may not read');
        }
    }

    private async send(item: number, quantity: number): Promise<void> {
        const { client, delivery } = this.destination;
        const { intent } = this.record;
        await this.note({ stockPk: item, intent: intent ?? new Date(delivery.now()).toISOString() });
        const notes = sanitize(`${this.mark}${this.what()}`, limits.trackingNotes);
        await this.resend
            .send(() => changeStock(client, 'remove', { item, quantity, notes }, this.signal))
            .catch(async (error: unknown) => {
                if (madeNothing(error) && intent === undefined) await this.note({ intent: undefined });
                throw error;
            });
    }

    /** What is told of the spool behind the mark. */
    private what(): string {
        const { spool, material, color, grams } = this.record;
        const name = [spool === null ? null : `spool ${spool.id}`, spool?.name, material, color]
            .filter(Boolean)
            .join(' ');
        return `${name === '' ? 'filament' : name}, ${grams} g`;
    }

    private unsure(item: number, why: string): never {
        throw rejected(
            `The request to subtract from StockItem #${item} was interrupted, and it ${why}. Look there for "${this.mark}"; forget ends it without another try`,
        );
    }

    private async note(change: Partial<SlotRecord>): Promise<void> {
        const { consumption } = this;
        const slots = consumption.slots.map((each) => (each.slot === this.slot ? changed(each, change) : each));
        await this.destination.delivery.ledger.setConsumptionDurable({ ...consumption, slots });
    }
}

/** @throws RejectedError for an item that is none of filament, or that would be deleted */
export function mustBeSpool({ pk, serial, delete_on_deplete }: StockItem): void {
    if (serial !== null && serial !== '')
        throw rejected(`StockItem #${pk} has the serial number ${serial}: InvenTree removes nothing of it`);
    if (delete_on_deplete === true)
        throw rejected(
            `StockItem #${pk} would be deleted when it is empty, and its history with it. Switch off "Delete on Deplete" of this StockItem in InvenTree`,
        );
}

/** A slot with a change; one that is done has no intent and no reason any more. */
export function changed(slot: SlotRecord, change: Partial<SlotRecord>): SlotRecord {
    const { intent, reason, ...kept } = { ...slot, ...change };
    return {
        ...kept,
        ...(intent === undefined || kept.state === 'done' ? {} : { intent }),
        ...(reason === undefined || kept.state === 'done' ? {} : { reason }),
    };
}
