import type { Part } from '../../../clients/inventree/answers';
import { partByPk } from '../../../clients/inventree/parts';
import { identitiesWithoutFile, ipnOf } from '../../../print/part-identity';
import type { Print } from '../../../print/print';
import { ownItem } from '../stock/adoption';
import type { InvenTreeDestination } from '../destination';
import type { PartResult } from './part-step';

/** The Part of the ledger; where it was made inactive, the active one with its IPN that took its place. */
export async function knownPart(
    destination: InvenTreeDestination,
    print: Print,
    prefix: string,
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const known = destination.delivery.ledger.part(print.identity);
    if (known?.pk === undefined) return null;
    const seen = fresh ? undefined : destination.partSeen(known.pk, known.IPN);
    const there = seen ?? (await partByPk(destination.client, known.pk, signal));
    if (there === null || there.active !== false) return there;
    const ipns = there.IPN === '' ? ipnsOf(print, prefix) : [there.IPN];
    const other = await byIpn(destination, print, ipns, fresh, signal);
    return other !== null && other.active !== false ? other : there;
}

export async function byIpn(
    destination: InvenTreeDestination,
    print: Print,
    ipns: readonly string[],
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const found = await destination.partsOf(print.identity, ipns, fresh, signal);
    for (const [n, parts] of found.entries()) if (parts.length > 0) return oneOf(destination, ipns[n]!, parts);
    return null;
}

/**
 * The Part that a print without a 3MF made of the same thing, before Bambuddy got the file. One file takes it: another
 * one with the same name is another thing.
 */
export async function madeWithoutFile(
    destination: InvenTreeDestination,
    print: Print,
    signal: AbortSignal,
): Promise<Part | null> {
    for (const identity of identitiesWithoutFile(print.identity, print.archive ?? {})) {
        const made = destination.delivery.ledger.part(identity);
        if (made?.pk === undefined || made.withoutFile !== true) continue;
        if (made.takenBy !== undefined && made.takenBy !== print.identity) continue;
        const part = await partByPk(destination.client, made.pk, signal);
        if (part === null) continue;
        destination.delivery.ledger.setPartDeferred({ ...made, takenBy: print.identity });
        const { withoutFile: _withoutFile, takenBy: _takenBy, ...kept } = made;
        destination.delivery.ledger.setPartDeferred({ ...kept, identity: print.identity });
        return part;
    }
    return null;
}

/** A person may have given the Part another IPN: its stock still carries our batch. */
export async function ofOwnStock(
    destination: InvenTreeDestination,
    print: Print,
    prefix: string,
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const items = await destination.stockOf(print.batch, fresh, signal);
    destination.rememberStock(print.batch, items);
    const item = await ownItem(destination, print, items, prefix, signal);
    if (item === null) return null;
    const part = await partByPk(destination.client, item.part, signal);
    if (part !== null && part.IPN.toLowerCase() !== ipnOf(print.identity, prefix).toLowerCase()) {
        await destination.delivery.ledger.setPartDurable({
            identity: print.identity,
            IPN: part.IPN,
            name: part.name,
            pk: part.pk,
            adopted: true,
        });
    }
    return part;
}

/** The IPN of a print, and the one that an earlier version gave it: both are asked for in one request. */
export function ipnsOf(print: Print, prefix: string): string[] {
    const identities = [print.identity, ...(print.formerIdentity === undefined ? [] : [print.formerIdentity])];
    return identities.map((identity) => ipnOf(identity, prefix));
}

/** Of several Parts with one IPN the active one; of those the newest revision, and where there are none the oldest Part. */
function oneOf(destination: InvenTreeDestination, ipn: string, parts: readonly Part[]): Part {
    const active = parts.filter((part) => part.active !== false);
    const pool = active.length > 0 ? active : parts;
    const revisions = pool.filter(({ revision }) => revision !== null && revision !== '');
    const part = revisions.at(-1) ?? pool[0]!;
    if (new Set(pool.map(({ revision }) => revision ?? '')).size < pool.length) {
        const pks = pool.map(({ pk }) => `#${pk}`).join(', ');
        destination.delivery.warnOnce(
            `InvenTree has ${pool.length} Parts with IPN ${ipn} (${pks}): #${part.pk} is used`,
        );
    }
    return part;
}

/** The Part that a print's item is of: the one in the message, unless that was deleted and had to be made anew. */
export function partAfterStock(destination: InvenTreeDestination, print: Print, part: PartResult): PartResult {
    const now = destination.delivery.ledger.part(print.identity);
    if (
        now?.pk === undefined ||
        now.pk === part.pk ||
        destination.delivery.ledger.print(print.batch)?.partPk !== now.pk
    )
        return part;
    const { pk, IPN, name, picture = null } = now;
    return { pk, IPN, name, url: destination.client.partPage(pk), image: picture, created: false };
}
