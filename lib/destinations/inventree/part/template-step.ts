import { AuthError, RejectedError } from '../../../http/errors';
import type { ParameterTemplate } from '../../../clients/inventree/answers';
import { createTemplate } from '../../../clients/inventree/parameters';
import { isFresh } from '../../../concurrency/clock';
import type { InvenTreeDestination } from '../destination';

/** A template that could not be made is not tried again for so long: it would be two requests for every print. */
const REFUSED_MS = 5 * 60_000;

const refusals = new WeakMap<InvenTreeDestination, Map<string, number>>();

/**
 * The parameter template of a name; one that is missing is made, once. Looked for before it is made, by one at a time,
 * so that neither a lost answer nor two prints at once make a second: what a repeated attempt finds is taken.
 * @returns undefined where InvenTree refuses: that is told once, and holds nothing up
 * @throws UnavailableError, ConfigError, AuthError for 401
 */
export async function templateOrNew(
    destination: InvenTreeDestination,
    { name, units }: { name: string; units: string },
    signal: AbortSignal,
): Promise<ParameterTemplate | undefined> {
    const known = await destination.template(name, signal);
    if (known !== undefined || isRefused(destination, name)) return known;
    return destination.mutex.run(`template:${name.toLowerCase()}`, async () => {
        const there = await lookAnew(destination, name, signal);
        if (there !== undefined || isRefused(destination, name)) return there;
        try {
            const made = await createTemplate(destination.client, { name, units }, signal);
            destination.forgetTemplates();
            return made;
        } catch (error) {
            const refused = error instanceof RejectedError || (error instanceof AuthError && error.status === 403);
            if (!refused) throw error;
            // somebody else may have made it in between
            const now = await lookAnew(destination, name, signal);
            if (now === undefined) refuse(destination, name, error.message);
            return now;
        }
    });
}

function lookAnew(
    destination: InvenTreeDestination,
    name: string,
    signal: AbortSignal,
): Promise<ParameterTemplate | undefined> {
    destination.forgetTemplates();
    return destination.template(name, signal);
}

function isRefused(destination: InvenTreeDestination, name: string): boolean {
    return isFresh(refusals.get(destination)?.get(name.toLowerCase()) ?? -REFUSED_MS, REFUSED_MS, Date.now());
}

function refuse(destination: InvenTreeDestination, name: string, why: string): void {
    const ofSync = refusals.get(destination) ?? new Map<string, number>();
    refusals.set(destination, ofSync.set(name.toLowerCase(), Date.now()));
    const what = `The parameter template "${name}" cannot be created`;
    destination.delivery.warnOnce(`${what}: ${why}`, what);
}
