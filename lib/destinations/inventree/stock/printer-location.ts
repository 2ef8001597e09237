import { createLocation, location as locationByPk, locationsBelow } from '../../../clients/inventree/parts';
import { isFresh } from '../../../concurrency/clock';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { Resend } from '../../../delivery/retry/unknown-outcome';
import { RejectedError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import { limits, sanitize } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { withSetting } from '../refused-setting';

/** How long a location that was seen is taken to be there. */
const SEEN_MS = 5 * 60_000;

const seen = new WeakMap<InvenTreeDestination, Map<number, number>>();

/**
 * The location of a print's printer, right below another one: the one remembered of that printer, else the one with its
 * name, else a new one. Made once: the ledger keeps which it is, it is looked for by its name before it is made, by one at a
 * time, and InvenTree refuses a second of one name below one location.
 * @param parent a location's pk
 * @returns its pk; the parent's where the printer is not known
 * @throws RejectedError, AuthError, ConfigError, PoisonedError; ClosedError when `signal` ends it
 */
export async function printerLocation(
    destination: InvenTreeDestination,
    parent: number,
    print: Print,
    signal: AbortSignal,
): Promise<number> {
    const name = sanitize(print.printer.name ?? '', limits.name);
    if (name === '') return parent;
    const note = noteOf(parent, print, name);
    const resend = new Resend(undefined, destination.delivery.now);
    return destination.mutex.run(`location:${note}`, () =>
        retryWhileUnavailable(
            destination.breaker,
            async () => {
                await destination.client.handshake(signal);
                const known = await remembered(destination, note, signal);
                if (known !== null) return known;
                const pk = await foundOrMade(destination, { name, parent }, resend, signal);
                await destination.delivery.ledger.setMetaDurable(note, String(pk));
                keepSeen(destination, pk);
                return pk;
            },
            signal,
        ),
    );
}

/** The number of a printer stays when it is renamed; one without is known by its name. */
function noteOf(parent: number, { source, printer }: Print, name: string): string {
    return `printer-location:${parent}:${source}:${printer.id ?? name.toLowerCase()}`;
}

/** A person may have renamed or moved it: it is still that printer's. @returns null where it is gone, or was never made */
async function remembered(
    destination: InvenTreeDestination,
    note: string,
    signal: AbortSignal,
): Promise<number | null> {
    const noted = destination.delivery.ledger.meta(note);
    if (noted === undefined) return null;
    const pk = Number(noted);
    const at = seen.get(destination)?.get(pk);
    if (at !== undefined && isFresh(at, SEEN_MS, destination.delivery.now())) return pk;
    if ((await locationByPk(destination.client, pk, signal)) === null) return null;
    keepSeen(destination, pk);
    return pk;
}

async function foundOrMade(
    destination: InvenTreeDestination,
    wanted: { name: string; parent: number },
    resend: Resend,
    signal: AbortSignal,
): Promise<number> {
    const there = await named(destination, wanted, signal);
    if (there !== null) return there;
    resend.maySend();
    try {
        return (await resend.send(() => createLocation(destination.client, wanted, signal))).pk;
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        // another process may have made it in between
        const now = await named(destination, wanted, signal);
        if (now !== null) return now;
        throw withSetting(error, ['parent', 'name']);
    }
}

/** Upper and lower case are two names to InvenTree, and one printer to people. */
async function named(
    destination: InvenTreeDestination,
    { name, parent }: { name: string; parent: number },
    signal: AbortSignal,
): Promise<number | null> {
    const below = await locationsBelow(destination.client, parent, signal);
    const lower = name.toLowerCase();
    const found =
        below.find((place) => place.name === name) ?? below.find((place) => place.name.toLowerCase() === lower);
    return found?.pk ?? null;
}

function keepSeen(destination: InvenTreeDestination, pk: number): void {
    const ofDestination = seen.get(destination) ?? new Map<number, number>();
    seen.set(destination, ofDestination.set(pk, destination.delivery.now()));
}
