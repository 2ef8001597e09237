import type { StockItem } from '../../../clients/inventree/answers';
import { partByPk } from '../../../clients/inventree/parts';
import { createStockItem, type NewStockItem } from '../../../clients/inventree/stock';
import { madeNothing, type Resend } from '../../../delivery/retry/unknown-outcome';
import { RejectedError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import type { GONE } from '../../../store/ledger/records';
import { limits, sanitize, sanitizeLink } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { afterMissing, type Sent } from './made-and-gone';
import { withSetting } from '../refused-setting';
import type { StockSettings } from './stock-settings';
import { stockNotes } from '../texts';

/** Settings that a rejection may refer to. */
export const SETTINGS = ['location', 'quantity', 'status', 'notes', 'part', 'owner', 'purchase_price_currency'];

/** The server rejected the item because its Part was deleted. */
export class PartGone {
    constructor(readonly refusal: RejectedError) {}
}

/** Creates a StockItem after its intent is on the disk. @throws as `stockStep` */
export async function createItem(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
    resend: Resend,
    signal: AbortSignal,
): Promise<StockItem | PartGone> {
    const body = itemOf(destination, print, part, settings);
    try {
        // two items of one Part that are made at the same time are one too many for InvenTree: both begin the Part's pricing
        return await destination.mutex.run(`item of:${part}`, async () => {
            const removeIntent = await noteIntent(destination, print.batch);
            return resend
                .send(() => createStockItem(destination.client, body, signal))
                .catch((error: unknown) => {
                    if (madeNothing(error)) removeIntent();
                    throw error;
                });
        });
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        noteRefusal(destination, print.batch);
        if (await isPartGone(destination, part, error, signal)) return new PartGone(error);
        throw withSetting(error, SETTINGS);
    }
}

/** The item of a print as it is created. */
export function itemOf(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    settings: StockSettings,
): NewStockItem {
    const link = sanitizeLink(print.url);
    if (print.url !== null && link === null) {
        destination.delivery.warnOnce(
            `InvenTree rejects links like ${print.url}: StockItems are created without it. Set a Web address with a full host name or an IP address in the Bambuddy server.`,
            `no link like those of ${print.source}`,
        );
    }
    return {
        part,
        location: settings.location,
        quantity: settings.quantity,
        batch: sanitize(print.batch, limits.batch),
        status: print.stockStatus ?? settings.status,
        notes: stockNotes(print, settings.notes, settings.quantityNote),
        link,
        delete_on_deplete: settings.deleteOnDeplete,
        ...settings.more,
    };
}

/**
 * What became of an earlier POST of this print whose item is not there.
 * @throws NotYet where it may still come; RejectedError where only a person can tell
 */
export async function outcomeOfEarlier(
    destination: InvenTreeDestination,
    batch: string,
    sent: Sent,
    resend: Resend,
    signal: AbortSignal,
): Promise<'notMade' | typeof GONE> {
    const record = destination.delivery.ledger.print(batch)!;
    if (record.intent === undefined) return 'notMade';
    const missing = await afterMissing(destination, record, sent, resend.isUnknown, signal);
    if (missing !== 'unsure') return missing;
    // it may still come
    resend.maySend();
    // whoever retries has looked
    noteRefusal(destination, batch);
    throw new RejectedError(
        `The request to create the StockItem of ${batch} was interrupted, and InvenTree has no such item: it may have been created, sold out and deleted since. Check the history of Part #${sent.part}; retry creates the item, forget drops the print.`,
        { server: 'InvenTree' },
    );
}

/**
 * Notes that it is sent now, on the disk: without this note no request of the print was ever sent.
 * @returns takes the note back: this request made nothing, whatever became of one before it
 */
async function noteIntent(destination: InvenTreeDestination, batch: string): Promise<() => void> {
    await destination.client.handshake();
    const { clockAheadMs } = destination.client;
    const { intent, sentAt } = destination.delivery.ledger.print(batch)!;
    const removeIntent = (): void => {
        if (intent === undefined) return noteRefusal(destination, batch);
        destination.delivery.ledger.setPrintDeferred({ ...destination.delivery.ledger.print(batch)!, intent, sentAt });
    };
    const record = {
        ...destination.delivery.ledger.print(batch)!,
        intent: new Date(destination.delivery.now()).toISOString(),
        ...(clockAheadMs === null ? {} : { sentAt: new Date(Date.now() + clockAheadMs).toISOString() }),
    };
    try {
        await destination.delivery.ledger.setPrintDurable(record);
    } catch (error) {
        // the disk did not take it, so nothing is sent
        removeIntent();
        throw error;
    }
    return removeIntent;
}

/** Clears the intent: no request is pending. */
function noteRefusal(destination: InvenTreeDestination, batch: string): void {
    const { intent: _intent, sentAt: _sentAt, ...record } = destination.delivery.ledger.print(batch)!;
    destination.delivery.ledger.setPrintDeferred(record);
}

/** A refusal for the Part's sake may mean that the one we remembered was deleted. */
async function isPartGone(
    destination: InvenTreeDestination,
    part: number,
    { body }: RejectedError,
    signal: AbortSignal,
): Promise<boolean> {
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'part')) return false;
    return (await partByPk(destination.client, part, signal)) === null;
}
