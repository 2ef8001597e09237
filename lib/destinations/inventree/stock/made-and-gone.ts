import { AuthError } from '../../../http/errors';
import { stockExists } from '../../../clients/inventree/stock';
import { goneItems, type GoneItem } from '../../../clients/inventree/tracking';
import { QUARTER_MS, writtenMinute } from '../../../clients/inventree/zone';
import { GONE, type PrintRecord } from '../../../store/ledger/records';
import type { Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';

/**
 * What became of a POST whose answer did not come and whose item is not there.
 * - `notMade`: nothing was made, it may be sent
 * - `gone`: it was made, and sold out and deleted before we looked
 * - `unsure`: a person has to look at the Part's history
 */
export type Missing = 'notMade' | 'gone' | 'unsure';

/** What was sent. */
export interface Sent {
    part: number;
    quantity: number;
    location: number;
}

/** A POST may be done so long after it was sent: the timeout, and what the server still does behind it. */
const DONE_WITHIN_MS = 120_000;
/** Two servers' clocks are compared by headers with whole seconds. */
const SLACK_MS = 5000;
const MINUTE_MS = 60_000;
/** Where our clock and InvenTree's differ by no more, the one is as good as the other. */
const CLOCKS_AGREE_MS = MINUTE_MS;
/** Items asked for one by one. */
const MOST_RIVALS = 20;

/**
 * Looks for the one trace that an item leaves which was made, sold out and deleted: the Part's history.
 * @param record with `intent` and `sentAt`; its batch was looked for a moment ago, and is not there
 * @param isUnknown no answer of the server's own came; false: it said that it failed, and where there is no history to ask
 * that word is taken
 * @throws as `read`, but for a token that may not read the history: that is `unsure`
 */
export async function afterMissing(
    destination: InvenTreeDestination,
    record: Readonly<PrintRecord>,
    sent: Sent,
    isUnknown: boolean,
    signal: AbortSignal,
): Promise<Missing> {
    const { dialect } = await destination.client.handshake(signal);
    if (!dialect.keepsTracking) return isUnknown ? 'unsure' : 'notMade';
    const sentAt = Date.parse(record.sentAt ?? record.intent ?? '');
    if (!Number.isFinite(sentAt)) return 'unsure';
    const items = await readable(goneItems(destination.client, sent.part, isoDay(sentAt), signal));
    if (items === null) return 'unsure';
    const fitting = items.filter(
        ({ quantity, location }) =>
            (quantity === null || quantity === sent.quantity) && (location === null || location === sent.location),
    );
    const zone = destination.zone;
    const certain = zone === null ? [] : fitting.filter((item) => isWithin(item, sentAt, zone));
    const possible = fitting.filter((item) => isPossible(item, sentAt, zone));
    if (possible.length === 0) return 'notMade';
    const isSure = certain.length === 1 && possible.length === 1;
    return isSure && !(await hasRival(destination, record, sent.part, sentAt, signal)) ? 'gone' : 'unsure';
}

async function readable<T>(asked: Promise<T>): Promise<T | null> {
    try {
        return await asked;
    } catch (error) {
        if (error instanceof AuthError && error.status === 403) return null;
        throw error;
    }
}

/** @param zone minutes */
function isWithin({ date }: GoneItem, sentAt: number, zone: number): boolean {
    const minute = writtenMinute(date);
    return minute !== null && fits(minute - zone * MINUTE_MS, sentAt);
}

/** The zone may be another than when it was learned (daylight saving); where it was never learned, any. */
function isPossible(item: GoneItem, sentAt: number, zone: number | null): boolean {
    if (zone !== null) return [-60, 0, 60].some((more) => isWithin(item, sentAt, zone + more));
    const minute = writtenMinute(item.date);
    if (minute === null) return true;
    const quarters = (minute - sentAt) / QUARTER_MS;
    return [Math.floor(quarters), Math.round(quarters), Math.ceil(quarters)].some((n) =>
        fits(minute - n * QUARTER_MS, sentAt),
    );
}

function fits(minute: number, sentAt: number): boolean {
    return minute + MINUTE_MS + SLACK_MS > sentAt && minute < sentAt + DONE_WITHIN_MS;
}

/** Whether the entry may be of another print of that Part that was sent about then and whose item is gone, or not known. */
async function hasRival(
    destination: InvenTreeDestination,
    record: Readonly<PrintRecord>,
    part: number,
    sentAt: number,
    signal: AbortSignal,
): Promise<boolean> {
    const from = sentAt - DONE_WITHIN_MS - MINUTE_MS - CLOCKS_AGREE_MS;
    const made: number[] = [];
    for await (const other of destination.delivery.ledger.printsByPortions()) {
        if (other.batch === record.batch) continue;
        if (other.partPk !== part && other.identity !== record.identity) continue;
        if (other.stockPk === undefined && (other.intent !== undefined || other.reason === GONE)) return true;
        const madeAt = Date.parse(other.madeAt ?? other.at);
        if (other.stockPk !== undefined && madeAt >= from) made.push(other.stockPk);
    }
    if (made.length > MOST_RIVALS) return true;
    for (const pk of made) if (!(await stockExists(destination.client, pk, signal))) return true;
    return false;
}

function isoDay(ms: number): string {
    return new Date(ms).toISOString().slice(0, 10);
}

/** When its item was sent for by InvenTree's clock, where `at` would tell another time. */
export function timeMade({ delivery }: InvenTreeDestination, { batch }: Print): Pick<PrintRecord, 'madeAt'> {
    const sentAt = delivery.ledger.print(batch)?.sentAt;
    if (sentAt === undefined || Math.abs(Date.parse(sentAt) - delivery.now()) <= CLOCKS_AGREE_MS) return {};
    return { madeAt: sentAt };
}
