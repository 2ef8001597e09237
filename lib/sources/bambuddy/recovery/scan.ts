import type { DestinationItem } from '../../../destinations/destination';
import { COMPARED, type PrintRecord } from '../../../store/ledger/records';
import { mayBeOf } from '../finished-run';
import { archiveIndex } from '../import/history';
import { identityOf, isIpnOfAnother, type IdentityRule } from '../../../print/part-identity';
import type { Intake } from '../import/intake';
import { noteLoss } from '../../../delivery/recovery/lost-ledger';
import { readMark } from '../../../print/stock-marker';
import type { SourceContext } from '../../source';
import { BAMBUDDY_PRINTS } from '../print-kind';

/** Records written together, in one flush. */
const GROUP = 500;

export function isScanned(sync: SourceContext): boolean {
    return sync.delivery.ledger.meta(`${COMPARED}:${sync.delivery.batchPrefix}`) !== undefined;
}

/**
 * Makes a ledger that begins, or that was lost, know what InvenTree has of our batches: items with our mark become
 * prints that are done, their Parts are bound to the identities of their archives, others are remembered as codes that
 * are taken. From then on no code exists that the ledger does not know. Nothing is written in InvenTree.
 * @param endedBy the present by Bambuddy's clock: where items of ours are there, what ended until then may have been in
 * stock
 * @returns the start of the newest marked print, where the feed goes on; null: there is none
 * @throws as `retryWhileUnavailable`
 */
export async function scan(
    sync: SourceContext,
    intake: Intake,
    rule: IdentityRule,
    ipnPrefix: string,
    signal: AbortSignal,
    endedBy: string | null = null,
): Promise<string | null> {
    const restored: Restored[] = [];
    const writes = new Writes();
    let newest: string | null = null;
    const pages = sync.destination.itemsByPrefix(sync.delivery.batchPrefix, signal);
    let page = await pages.next();
    for (; page.done !== true; page = await pages.next()) {
        for (const item of page.value) {
            const mark = readMark(item.notes);
            if (mark?.source === BAMBUDDY_PRINTS.kind) newest = later(newest, mark.startedAt);
            const print = restoredPrint(sync, item);
            if (print !== null) restored.push(print);
            else if (isFree(sync, item))
                await writes.add(
                    sync.delivery.ledger.setCodeDurable(item.batch!, { stockPk: item.pk, partPk: item.part }),
                );
        }
    }
    await writes.done();
    // before the first of them is known: an interrupted comparison is one of a lost ledger still
    if (newest !== null && endedBy !== null) await noteLoss(sync.delivery, endedBy);
    if (restored.length > 0) await restore(sync, intake, rule, ipnPrefix, restored, signal);
    if (page.value)
        await sync.delivery.ledger.setMetaDurable(`${COMPARED}:${sync.delivery.batchPrefix}`, new Date().toISOString());
    else
        sync.delivery.warnOnce(
            `The server did not return all StockItems with batches of ${sync.delivery.batchPrefix}: the comparison is repeated at the next start. Each print is still looked up before it is created.`,
        );
    return newest;
}

type Restored = Omit<PrintRecord, 'at'> & { archiveId: number; stockPk: number; partPk: number };

/** @returns null where the item carries no mark of this source, or its print is known */
function restoredPrint(sync: SourceContext, item: DestinationItem): Restored | null {
    const mark = readMark(item.notes);
    if (mark?.source !== BAMBUDDY_PRINTS.kind || mark.archiveId === null || item.batch === null) return null;
    if (sync.delivery.ledger.print(item.batch) !== undefined) return null;
    if (sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, mark.archiveId, mark.startedAt) !== undefined)
        return null;
    return {
        batch: item.batch,
        source: BAMBUDDY_PRINTS.kind,
        archiveId: mark.archiveId,
        runId: runIdOf(item.batch, sync.delivery.batchPrefix),
        startedAt: mark.startedAt,
        identity: '',
        name: '',
        state: 'done',
        partPk: item.part,
        stockPk: item.pk,
        quantity: item.quantity,
    };
}

function isFree(sync: SourceContext, item: DestinationItem): boolean {
    return (
        item.batch !== null &&
        sync.delivery.ledger.print(item.batch) === undefined &&
        sync.delivery.ledger.code(item.batch) === undefined
    );
}

async function restore(
    sync: SourceContext,
    intake: Intake,
    rule: IdentityRule,
    ipnPrefix: string,
    restored: readonly Restored[],
    signal: AbortSignal,
): Promise<void> {
    const archives = await archiveIndex(intake, signal);
    const parts = await sync.destination.partsByPrefix(ipnPrefix, signal);
    const writes = new Writes();
    for (const print of restored) {
        // split items carry one batch: the first is the print's
        if (sync.delivery.ledger.print(print.batch) !== undefined) continue;
        const found = archives.get(print.archiveId);
        const isOf = found !== undefined && mayBeOf(found, print.startedAt, intake.reader.bambuddy.databaseClock);
        const ofItem = async () => parts.get(print.partPk) ?? (await sync.destination.part(print.partPk, signal));
        // of an unknown start, a later archive with its id may have the same mark: the IPN tells them apart
        const isOther =
            print.startedAt === null &&
            (!isOf || isIpnOfAnother((await ofItem())?.IPN ?? '', found, [identityOf(found, rule) ?? ''], ipnPrefix));
        if (isOther) {
            await writes.add(
                sync.delivery.ledger.setCodeDurable(print.batch, { stockPk: print.stockPk, partPk: print.partPk }),
            );
            continue;
        }
        const archive = isOf ? found : undefined;
        const identity = archive === undefined ? null : identityOf(archive, rule);
        if (identity !== null && sync.delivery.ledger.part(identity) === undefined) {
            const part = await ofItem();
            if (part !== null) {
                await writes.add(
                    sync.delivery.ledger.setPartDurable({
                        identity,
                        pk: part.pk,
                        IPN: part.IPN,
                        name: part.name,
                        picture: part.image,
                        ...(archive!.content_hash === null ? { withoutFile: true as const } : {}),
                    }),
                );
            }
        }
        // after its Part: a comparison that is interrupted here passes over a print it knows
        await writes.add(
            sync.delivery.ledger.setPrintDurable({
                ...print,
                identity: identity ?? '',
                name: archive?.print_name ?? '',
            }),
        );
    }
    await writes.done();
}

/** Records written together. A failed write is thrown at the next call, so that no rejection stays unhandled meanwhile. */
class Writes {
    private under: Promise<unknown>[] = [];

    async add(write: Promise<unknown>): Promise<void> {
        write.catch(() => undefined);
        this.under.push(write);
        if (this.under.length >= GROUP) await this.done();
    }

    async done(): Promise<void> {
        await Promise.all(this.under.splice(0));
    }
}

/** `7` of `bambuddy-11-7`; null for the archive's own code and for one with a time. */
function runIdOf(batch: string, prefix: string): number | null {
    const run = /^\d+-(\d{1,12})(?:-\d{14})?$/.exec(batch.slice(prefix.length + 1))?.[1];
    return run === undefined ? null : Number(run);
}

function later(a: string | null, b: string | null): string | null {
    if (a === null || b === null) return a ?? b;
    return a > b ? a : b;
}
