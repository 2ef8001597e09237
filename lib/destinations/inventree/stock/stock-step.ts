import { RejectedError } from '../../../http/errors';
import type { StockItem } from '../../../clients/inventree/answers';
import { same } from '../../../clients/inventree/lookup';
import { GONE, type PrintRecord } from '../../../store/ledger/records';
import { intoBuildOrder } from '../build/build-output';
import { adjustStock } from './adjust-stock';
import { ownItem } from './adoption';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import type { Pass, Print } from '../../../print/print';
import { recordOf as newRecordOf } from '../../../print/record-fields';
import type { Delivery } from '../../../delivery/delivery';
import { nextBatchOfArchive } from '../../../print/batch-code';
import { timeMade } from './made-and-gone';
import { createItem, outcomeOfEarlier, PartGone, SETTINGS } from './stock-create';
import type { StockResult, StockSettings } from './stock-settings';
import { withSetting } from '../refused-setting';
import type { InvenTreeDestination } from '../destination';
import { Resend } from '../../../delivery/retry/unknown-outcome';

interface Stocked {
    item: StockItem;
    batch: string;
    created: boolean;
}

/** What became of the POST is known. */
const ANSWERED = { intent: undefined, sentAt: undefined };

/**
 * Creates the StockItem of a print, exactly once: asks the ledger, then InvenTree by batch, notes the intent, creates,
 * writes the result. After a failure whose outcome is unknown it looks up again.
 * @param part the Part's pk
 * @returns null in a pass that makes Parts only, and where the item was made, sold out and deleted before we looked
 * @throws RejectedError, also where nobody but a person can tell whether the item was made; AuthError, ConfigError, PoisonedError; ClosedError when `signal` ends it
 */
export async function stockStep(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    pass: Pass,
    signal: AbortSignal,
): Promise<StockResult | null> {
    if (pass.mode === 'parts') return null;
    destination.delivery.take(print, 'stock');
    return destination.mutex.run(`stock:${print.batch.toLowerCase()}`, async () => {
        const record = await recordOf(destination, print);
        // created, sold out and deleted in the meantime: never create it again
        if (record.reason === GONE) {
            await destination.delivery.answer(print, 'stock', {});
            return null;
        }
        if (record.stockPk !== undefined) {
            if (record.partPk !== undefined && record.partPk !== part)
                destination.delivery.warnOnce(
                    `${record.batch} is in stock already, of Part #${record.partPk} (this message says Part #${part})`,
                );
            const { quantity } =
                record.apply === undefined ? record : await adjustStock(destination, print, part, settings, signal);
            await destination.delivery.answer(print, 'stock', {});
            return resultOf(destination, record.stockPk, record.batch, quantity ?? settings.quantity, null, false);
        }
        const work = [destination, print, part, settings, signal] as const;
        const made = (await intoBuildOrder(...work)) ?? (await inStock(...work));
        if (made === GONE) {
            await destination.delivery.answer(print, 'stock', {
                state: 'done',
                reason: GONE,
                partPk: part,
                want: undefined,
                ...ANSWERED,
            });
            return null;
        }
        await destination.delivery.answer(
            print,
            'stock',
            {
                state: 'stock',
                stockPk: made.item.pk,
                partPk: made.item.part,
                quantity: made.item.quantity,
                ...timeMade(destination, print),
                ...ANSWERED,
            },
            made.created,
        );
        if (made.created) await destination.made(made.batch);
        return resultOf(destination, made.item.pk, made.batch, made.item.quantity, made.item.location, made.created);
    });
}

/** The item of a print, found or made; where its Part turns out deleted, of the one made in its place. */
async function inStock(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    signal: AbortSignal,
): Promise<Stocked | typeof GONE> {
    const resend = new Resend(destination.delivery.ledger.print(print.batch)?.intent, destination.delivery.now);
    const work = (of: number): Promise<Stocked | PartGone | typeof GONE> =>
        retryWhileUnavailable(
            destination.breaker,
            async (attempt) => {
                await destination.client.handshake(signal);
                return findOrCreate(destination, print, of, settings, { fresh: attempt > 0, resend }, signal);
            },
            signal,
        );
    const made = await work(part);
    if (!(made instanceof PartGone)) return made;
    // not within the attempt: whoever makes this Part just now may wait for the attempt to end
    const anew = await destination.remakePart(print.identity, signal);
    const again = anew === null ? made : await work(anew);
    if (again instanceof PartGone) throw withSetting(again.refusal, SETTINGS);
    return again;
}

/** The print's record; one that another source made gets it here. */
async function recordOf(destination: InvenTreeDestination, print: Print): Promise<Readonly<PrintRecord>> {
    const known = destination.delivery.ledger.print(print.batch);
    if (known !== undefined) return known;
    return destination.delivery.ledger.setPrintDurable({
        ...newRecordOf(print),
        state: 'part',
        // nobody offers it again: an unfinished one of another source waits for its message to come again
        want: ['stock'],
    });
}

async function findOrCreate(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    { fresh, resend }: { fresh: boolean; resend: Resend },
    signal: AbortSignal,
): Promise<Stocked | PartGone | typeof GONE> {
    for (;;) {
        const { batch } = destination.delivery.ledger.print(print.batch)!;
        const coded: Print = { ...print, batch };
        const items = await destination.stockOf(batch, fresh, signal);
        const item = await ownItem(destination, coded, items, settings.ipnPrefix, signal);
        if (item !== null) {
            if (destination.delivery.ledger.print(batch)?.intent === undefined) destination.foundUnmade(coded, item.pk);
            return { item, batch: await underItsCode(destination, batch, item), created: false };
        }
        if (items.some((other) => same(other.batch, batch))) {
            await takeAnotherCode(destination, coded);
            continue;
        }
        const sent = { part, quantity: settings.quantity, location: settings.location };
        const outcome = await outcomeOfEarlier(destination, batch, sent, resend, signal);
        if (outcome !== 'notMade') return outcome;
        resend.maySend();
        const made = await createItem(destination, coded, part, settings, resend, signal);
        if (made instanceof PartGone) return made;
        // an attempt that was given up on may have been done late: then there are two, and a person is told
        const all = fresh ? await destination.stockOf(batch, true, signal) : [made];
        return {
            item: (await ownItem(destination, coded, all, settings.ipnPrefix, signal)) ?? made,
            batch,
            created: true,
        };
    }
}

/** Where another ledger made the item under another code of the run, the print takes that code, unless it is another's here. */
async function underItsCode(destination: InvenTreeDestination, batch: string, item: StockItem): Promise<string> {
    if (item.batch === null || same(item.batch, batch) || destination.delivery.ledger.print(item.batch) !== undefined)
        return batch;
    await destination.delivery.ledger.rebind(batch, {
        ...destination.delivery.ledger.print(batch)!,
        batch: item.batch,
    });
    return item.batch;
}

/** @returns null where the print has no other */
function otherCode(delivery: Delivery, print: Print): string | null {
    const source = delivery.printSource(print.source);
    // made by hand: by its archive, where it names one
    if (source === undefined) return nextBatchOfArchive(delivery.ledger, delivery.batchPrefix, print);
    return source.nextBatch(print);
}

/** The code is somebody else's in InvenTree: another run's, or stock we know nothing of. */
async function takeAnotherCode(destination: InvenTreeDestination, print: Print): Promise<void> {
    const record = destination.delivery.ledger.print(print.batch)!;
    const next = otherCode(destination.delivery, print);
    if (next === null || next === print.batch) {
        throw new RejectedError(
            `InvenTree has a StockItem with batch ${print.batch} of another print, and the print has no other code. Check this item.`,
            { server: 'InvenTree' },
        );
    }
    await destination.delivery.ledger.rebind(print.batch, { ...record, batch: next });
}

function resultOf(
    destination: InvenTreeDestination,
    pk: number,
    batch: string,
    quantity: number,
    location: number | null,
    created: boolean,
): StockResult {
    return { pk, batch, quantity, location, url: destination.client.stockPage(pk), created };
}
