import { RejectedError } from '../../../http/errors';
import { filamentOfRun, runKeyOf, type FilamentUse } from '../../../print/filament';
import type { Pass, Print } from '../../../print/print';
import { CONSUMED_SINCE, type ConsumptionRecord, type SlotRecord } from '../../../store/ledger/consumption';
import type { Delivery } from '../../../delivery/delivery';
import type { InvenTreeDestination } from '../destination';
import { changed, Removal, type ConsumeSettings } from './removal';

/** `msg.filament`: what became of each slot of the print. */
export interface ConsumeResult {
    /** `usage`: Bambuddy's list; `run`: the run's own figure; null: nothing was subtracted, because the print is from before */
    from: ConsumptionRecord['from'] | null;
    /** something was subtracted just now; false: it was before */
    subtracted: boolean;
    slots: ConsumedSlot[];
}

/** One slot as it travels in the message. */
export interface ConsumedSlot {
    slot: string;
    grams: number;
    material: string | null;
    /** number of the StockItem; null: not found yet */
    stock: number | null;
    /** in `unit`; null: not yet */
    removed: number | null;
    unit: string | null;
    /** the build order that uses this filament itself, e.g. `BO-0001`; null: none */
    leftTo: string | null;
    /** grams that the StockItem no longer had */
    shortGrams: number;
    /** why it is not subtracted yet */
    reason: string | null;
}

/** Failure of some slots of a print; the others are through. Permanent: the print is parked, and a retry does what is left. */
export class SlotsFailed extends RejectedError {}

/**
 * Subtracts what a print used from the StockItems of its spools, once for each slot. What it used is fixed in the ledger
 * before the first call; a print that comes again finds it there.
 * @returns null in a pass that makes Parts only
 * @throws SlotsFailed; RejectedError where it is not known what it used; AuthError, ConfigError, PoisonedError; ClosedError
 */
export async function consumeStep(
    destination: InvenTreeDestination,
    print: Print,
    settings: ConsumeSettings,
    pass: Pass,
    signal: AbortSignal,
): Promise<ConsumeResult | null> {
    if (pass.mode === 'parts') return null;
    const { delivery } = destination;
    delivery.take(print, 'consume');
    const run = runKeyOf(print);
    let open = false;
    const record = await destination.mutex.run(`consume:${run}`, async () => {
        const planned = delivery.ledger.consumption(run) ?? (await plan(delivery, print, run, settings, signal));
        open = planned?.slots.some(({ state }) => state !== 'done') ?? false;
        return planned === null ? null : subtract(destination, print, planned, settings, signal);
    });
    const failed = record?.slots.filter(({ state }) => state === 'parked') ?? [];
    if (failed.length > 0) throw new SlotsFailed(reasonOf(failed), { server: 'InvenTree' });
    await delivery.answer(print, 'consume', {});
    return record === null ? { from: null, subtracted: false, slots: [] } : resultOf(record, open);
}

/** What is known of a run that was planned. @returns null: it was not */
export function consumptionOf(delivery: Delivery, print: Print): ConsumeResult | null {
    const record = delivery.ledger.consumption(runKeyOf(print));
    return record === undefined ? null : resultOf(record, false);
}

/** Since when filament is subtracted: noted the first time that anybody asks. */
export async function consumedSince({ ledger, now }: Delivery): Promise<string> {
    const known = ledger.meta(CONSUMED_SINCE);
    if (known !== undefined) return known;
    const since = new Date(now()).toISOString();
    await ledger.setMetaDurable(CONSUMED_SINCE, since);
    return since;
}

/** What a print used, as its source lists it, else by its own figures. @returns null: it is not known */
export async function filamentUseOf(
    delivery: Delivery,
    print: Print,
    signal: AbortSignal,
): Promise<FilamentUse | null> {
    const run = runKeyOf(print);
    const isTaken = (usageId: number): boolean => (delivery.ledger.runOfUsage(usageId) ?? run) !== run;
    const listed = await delivery.printSource(print.source)?.filamentOf?.(print, isTaken, signal);
    return listed ?? filamentOfRun(print);
}

/** Fixes what is going to be subtracted. @returns null of a print from before */
async function plan(
    delivery: Delivery,
    print: Print,
    run: string,
    { startWith }: ConsumeSettings,
    signal: AbortSignal,
): Promise<Readonly<ConsumptionRecord> | null> {
    const since = await consumedSince(delivery);
    const ended = print.completedAt ?? print.startedAt;
    if (startWith === 'now' && ended !== null && ended < since) return null;
    const use = await filamentUseOf(delivery, print, signal);
    if (use === null)
        throw new RejectedError(
            `It is not known how much of each filament ${print.batch} used. Set the weight of the run in Bambuddy, and retry; forget ends it.`,
            { server: 'Bambuddy' },
        );
    const slots = use.slots.map((slot): SlotRecord => ({ ...slot, state: 'open' }));
    return delivery.ledger.setConsumptionDurable({
        run,
        batch: print.batch,
        from: use.from,
        usageIds: use.usageIds,
        slots,
    });
}

/** @throws what concerns not this slot alone */
async function subtract(
    destination: InvenTreeDestination,
    print: Print,
    planned: Readonly<ConsumptionRecord>,
    settings: ConsumeSettings,
    signal: AbortSignal,
): Promise<Readonly<ConsumptionRecord>> {
    const { ledger } = destination.delivery;
    for (const { slot, state } of planned.slots) {
        if (state === 'done') continue;
        try {
            await new Removal(destination, print, planned.run, slot, settings, signal).perform();
        } catch (error) {
            if (!(error instanceof RejectedError)) throw error;
            const record = ledger.consumption(planned.run)!;
            const reason = error.message;
            const slots = record.slots.map((each) =>
                each.slot === slot ? changed(each, { state: 'parked', reason }) : each,
            );
            await ledger.setConsumptionDurable({ ...record, slots });
        }
    }
    return ledger.consumption(planned.run)!;
}

function reasonOf(failed: readonly SlotRecord[]): string {
    return failed.map(({ slot, grams, reason = '' }) => `Filament of slot ${slot} (${grams} g): ${reason}`).join(' ');
}

function resultOf({ from, slots }: Readonly<ConsumptionRecord>, subtracted: boolean): ConsumeResult {
    return {
        from,
        subtracted,
        slots: slots.map(({ slot, grams, material, stockPk, removed, unit, shortGrams, reason, leftTo }) => ({
            slot,
            grams,
            material,
            stock: stockPk ?? null,
            removed: removed ?? null,
            unit: unit ?? null,
            leftTo: leftTo ?? null,
            shortGrams: shortGrams ?? 0,
            reason: reason ?? null,
        })),
    };
}
