import type { StockItem } from '../../../clients/inventree/answers';
import { same } from '../../../clients/inventree/lookup';
import { partByPk } from '../../../clients/inventree/parts';
import { bareBatch } from '../../../print/batch-code';
import { isIpnForm, isIpnOfAnother, possibleIpns } from '../../../print/part-identity';
import { isMarkedFor, readMark } from '../../../print/stock-marker';
import type { Print } from '../../../print/print';
import type { DestinationItem } from '../../destination';
import type { InvenTreeDestination } from '../destination';

/**
 * Which of the StockItems under a print's batch is the print's own: the one that its mark says; or, under the archive's
 * own code, an unmarked one of the archive's first run, when its Part's IPN is one this print could have or its Part was
 * adopted before (so does stock made by the sidecar come over). Others' items are never taken.
 * @returns the lowest pk where several fit; null where none does
 */
export async function ownItem(
    destination: InvenTreeDestination,
    print: Print,
    items: readonly StockItem[],
    ipnPrefix: string,
    signal: AbortSignal,
): Promise<StockItem | null> {
    const marked: StockItem[] = [];
    for (const item of items) if (await isMarkedItem(destination, print, item, ipnPrefix, signal)) marked.push(item);
    if (marked.length > 0) {
        flagDuplicates(destination, print.batch, marked);
        return marked[0]!;
    }
    const first = destination.delivery.ledger.print(print.batch)?.first === true;
    for (const item of items.filter(({ batch }) => same(batch, print.batch))) {
        const ownership = await isOwnItem(
            destination,
            print,
            item,
            { first, ipnPrefix, acceptLegacyIpn: false },
            signal,
        );
        if (ownership !== 'other') return item;
    }
    return null;
}

export type Ownership = 'marked' | 'adopted' | 'other';

/** Whose a StockItem under a print's batch is. @param first the print is the archive's first successful run */
export async function isOwnItem(
    destination: InvenTreeDestination,
    print: Print,
    item: DestinationItem,
    { first, ipnPrefix, acceptLegacyIpn }: { first: boolean; ipnPrefix: string; acceptLegacyIpn: boolean },
    signal: AbortSignal,
): Promise<Ownership> {
    if (await isMarkedItem(destination, print, item, ipnPrefix, signal)) return 'marked';
    if (readMark(item.notes) !== null || !first || print.archiveId === null) return 'other';
    if (print.batch !== bareBatch(destination.delivery.batchPrefix, print.archiveId)) return 'other';
    if (
        destination.delivery.ledger.isAdoptedPart(item.part) ||
        destination.delivery.ledger.part(print.identity)?.pk === item.part
    )
        return 'adopted';
    const ipn = (await partByPk(destination.client, item.part, signal))?.IPN.toLowerCase();
    if (ipn === undefined) return 'other';
    if (possibleIpns(print.archive ?? {}, [], ipnPrefix).has(ipn)) return 'adopted';
    return acceptLegacyIpn && isIpnForm(ipn, ipnPrefix) ? 'adopted' : 'other';
}

/**
 * Whether an item carries this print's mark. The mark of an archive whose start is not known does not tell it from a later
 * archive with its id (the source was emptied, or restored): then the Part's IPN decides, where it is one that we gave.
 */
export async function isMarkedItem(
    destination: InvenTreeDestination,
    print: Print,
    item: DestinationItem,
    ipnPrefix: string,
    signal: AbortSignal,
): Promise<boolean> {
    if (!isMarkedFor(item.notes, print)) return false;
    if (print.startedAt !== null || print.archiveId === null) return true;
    if (destination.delivery.ledger.part(print.identity)?.pk === item.part) return true;
    const ipn = (await partByPk(destination.client, item.part, signal))?.IPN ?? '';
    const identities = [print.identity, print.formerIdentity].filter((identity) => identity !== undefined);
    return !isIpnOfAnother(ipn, print.archive ?? {}, identities, ipnPrefix);
}

/** Items of one batch that descend from one another are a split; others are one too many, and a person decides. */
function flagDuplicates(destination: InvenTreeDestination, batch: string, items: readonly StockItem[]): void {
    const roots = rootsOf(items);
    if (roots.length < 2) return;
    const list = roots.map((item) => `#${item.pk}`).join(', ');
    destination.delivery.warnOnce(
        `InvenTree has ${roots.length} StockItems for batch ${batch} (${list}). The first is used; check the others.`,
    );
}

/** Those that did not descend from another of them by a split. */
export function rootsOf(items: readonly StockItem[]): StockItem[] {
    const pks = new Set(items.map((item) => item.pk));
    return items.filter((item) => item.parent === null || !pks.has(item.parent));
}
