import type { StockItem } from '../../../clients/inventree/answers';
import { partByPk } from '../../../clients/inventree/parts';
import type { Delivery } from '../../../delivery/delivery';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { RejectedError } from '../../../http/errors';
import { runKeyOf, type FilamentSlot } from '../../../print/filament';
import type { Print } from '../../../print/print';
import type { PrintRecord } from '../../../store/ledger/records';
import type { InvenTreeDestination } from '../destination';
import { consumedSince, filamentUseOf } from './consume-step';
import { filamentQuantity } from './filament-quantity';
import { mustBeSpool, type ConsumeSettings } from './removal';
import { spoolOf } from './spool-look-up';

/** What would be subtracted for one slot. */
export interface PreviewedSlot {
    slot: string;
    grams: number;
    material: string | null;
    /** number of the StockItem; null: not found */
    stock: number | null;
    /** in `unit` */
    quantity: number | null;
    unit: string | null;
    /** why nothing can be subtracted */
    reason: string | null;
}

/**
 * One print of the history: `done` (its filament is subtracted), `before` (it ended before filament was subtracted, and is
 * left alone), `subtract`, or `unknown` (nobody knows what it used).
 */
export interface PreviewedPrint {
    batch: string;
    name: string;
    completedAt: string | null;
    action: 'done' | 'before' | 'subtract' | 'unknown';
    slots: PreviewedSlot[];
}

/** What the prints together would take of one StockItem. */
export interface PreviewedSpool {
    stock: number;
    batch: string | null;
    unit: string;
    /** what is there, what would be subtracted of it, and what would be missing */
    there: number;
    subtracted: number;
    missing: number;
}

export interface ConsumptionPreview {
    /** prints that ended before are left alone; null: none is */
    since: string | null;
    prints: PreviewedPrint[];
    spools: PreviewedSpool[];
}

/**
 * What the newest prints of the ledger would take of which spools. Asks the servers and writes nothing: neither there, nor
 * into the ledger.
 * @throws as the step, where it is no single print's affair
 */
export async function previewConsumption(
    destination: InvenTreeDestination,
    settings: ConsumeSettings,
    max: number,
    signal: AbortSignal,
): Promise<ConsumptionPreview> {
    const { delivery } = destination;
    const start = await consumedSince(delivery);
    const since = settings.startWith === 'now' ? start : null;
    const spools = new Map<number, PreviewedSpool>();
    const prints: PreviewedPrint[] = [];
    for (const record of delivery.ledger.older(null, max)) {
        if (record.state === 'skipped' && record.stockPk === undefined) continue;
        prints.push(await previewed(destination, record, settings, since, spools, signal));
    }
    return { since, prints, spools: [...spools.values()].sort((a, b) => a.stock - b.stock) };
}

async function previewed(
    destination: InvenTreeDestination,
    record: Readonly<PrintRecord>,
    settings: ConsumeSettings,
    since: string | null,
    spools: Map<number, PreviewedSpool>,
    signal: AbortSignal,
): Promise<PreviewedPrint> {
    const { delivery } = destination;
    const { batch, name, completedAt = null } = record;
    const told = { batch, name, completedAt };
    const print = printOfRecord(record);
    const known = delivery.ledger.consumption(runKeyOf(print));
    if (known?.slots.every(({ state }) => state === 'done') === true) return { ...told, action: 'done', slots: [] };
    const ended = completedAt ?? record.startedAt;
    if (known === undefined && since !== null && ended !== null && ended < since)
        return { ...told, action: 'before', slots: [] };
    const slots = known?.slots.filter(({ state }) => state !== 'done') ?? (await slotsOf(delivery, print, signal));
    if (slots === null) return { ...told, action: 'unknown', slots: [] };
    const shown: PreviewedSlot[] = [];
    for (const slot of slots) shown.push(await previewedSlot(destination, slot, print, settings, spools, signal));
    return { ...told, action: 'subtract', slots: shown };
}

async function slotsOf(delivery: Delivery, print: Print, signal: AbortSignal): Promise<FilamentSlot[] | null> {
    return (await filamentUseOf(delivery, print, signal))?.slots ?? null;
}

async function previewedSlot(
    destination: InvenTreeDestination,
    slot: FilamentSlot,
    print: Print,
    settings: ConsumeSettings,
    spools: Map<number, PreviewedSpool>,
    signal: AbortSignal,
): Promise<PreviewedSlot> {
    const { material, grams } = slot;
    const told = { slot: slot.slot, grams, material };
    try {
        const { item, unit } = await retryWhileUnavailable(
            destination.breaker,
            () => itemOf(destination, slot, print, settings, signal),
            signal,
        );
        mustBeSpool(item);
        const quantity = filamentQuantity(grams, unit, material, settings);
        if (typeof quantity !== 'number')
            return { ...told, stock: item.pk, quantity: null, unit, reason: quantity.problem };
        take(spools, item, unit, quantity);
        return { ...told, stock: item.pk, quantity, unit, reason: null };
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        return { ...told, stock: null, quantity: null, unit: null, reason: error.message };
    }
}

async function itemOf(
    destination: InvenTreeDestination,
    slot: FilamentSlot,
    print: Print,
    settings: ConsumeSettings,
    signal: AbortSignal,
): Promise<{ item: StockItem; unit: string }> {
    await destination.client.handshake(signal);
    const item = await spoolOf(destination, settings.spools, slot, print.printer.name, signal);
    return { item, unit: (await partByPk(destination.client, item.part, signal))?.units ?? '' };
}

function take(
    spools: Map<number, PreviewedSpool>,
    { pk, batch, quantity: there }: StockItem,
    unit: string,
    quantity: number,
): void {
    const before = spools.get(pk) ?? { stock: pk, batch, unit, there, subtracted: 0, missing: 0 };
    const wanted = before.subtracted + before.missing + quantity;
    const subtracted = Math.min(before.there, wanted);
    spools.set(pk, { ...before, subtracted: rounded(subtracted), missing: rounded(wanted - subtracted) });
}

function rounded(quantity: number): number {
    return Number(quantity.toFixed(5));
}

/** As much of a print as its record has: enough to know what it used. */
function printOfRecord(record: Readonly<PrintRecord>): Print {
    const { source, batch, archiveId, runId, startedAt, identity, name, completedAt, printerName, printerId } = record;
    return {
        source,
        server: null,
        archiveId,
        runId,
        batch,
        identity,
        name,
        filename: null,
        contentHash: null,
        plate: null,
        status: 'completed',
        startedAt,
        completedAt: completedAt ?? null,
        printSeconds: record.seconds ?? null,
        weightGrams: record.grams ?? null,
        estimate: { seconds: null, grams: null },
        quantity: record.count ?? null,
        cost: record.cost ?? null,
        energyCost: null,
        filamentType: record.material ?? null,
        filamentColor: null,
        layerHeight: null,
        printer: { id: printerId ?? null, name: printerName ?? null, model: null },
        project: { id: null, name: null },
        tags: [],
        url: null,
        makerworldUrl: null,
        designer: null,
        externalUrl: null,
        archive: null,
    };
}
