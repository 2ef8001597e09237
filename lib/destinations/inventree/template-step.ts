import { AuthError, RejectedError } from '../../http/errors';
import type { ParameterTemplate } from '../../clients/inventree/answers';
import { createTemplate } from '../../clients/inventree/parameters';
import { isFresh } from '../../concurrency/clock';
import type { Sync } from '../../delivery/sync';

/** A template that could not be made is not tried again for so long: it would be two requests for every print. */
const REFUSED_MS = 5 * 60_000;

const refusals = new WeakMap<Sync, Map<string, number>>();

/**
 * The parameter template of a name; one that is missing is made, once. Looked for before it is made, by one at a time,
 * so that neither a lost answer nor two prints at once make a second: what a repeated attempt finds is taken.
 * @returns undefined where InvenTree refuses: that is told once, and holds nothing up
 * @throws UnavailableError, ConfigError, AuthError for 401
 */
export async function templateOrNew(
    sync: Sync,
    { name, units }: { name: string; units: string },
    signal: AbortSignal,
): Promise<ParameterTemplate | undefined> {
    const known = await sync.template(name, signal);
    if (known !== undefined || isRefused(sync, name)) return known;
    return sync.mutex.run(`template:${name.toLowerCase()}`, async () => {
        const there = await lookAnew(sync, name, signal);
        if (there !== undefined || isRefused(sync, name)) return there;
        try {
            const made = await createTemplate(sync.inventree, { name, units }, signal);
            sync.forgetTemplates();
            return made;
        } catch (error) {
            const refused = error instanceof RejectedError || (error instanceof AuthError && error.status === 403);
            if (!refused) throw error;
            // somebody else may have made it in between
            const now = await lookAnew(sync, name, signal);
            if (now === undefined) refuse(sync, name, error.message);
            return now;
        }
    });
}

function lookAnew(sync: Sync, name: string, signal: AbortSignal): Promise<ParameterTemplate | undefined> {
    sync.forgetTemplates();
    return sync.template(name, signal);
}

function isRefused(sync: Sync, name: string): boolean {
    return isFresh(refusals.get(sync)?.get(name.toLowerCase()) ?? -REFUSED_MS, REFUSED_MS, Date.now());
}

function refuse(sync: Sync, name: string, why: string): void {
    const ofSync = refusals.get(sync) ?? new Map<string, number>();
    refusals.set(sync, ofSync.set(name.toLowerCase(), Date.now()));
    const what = `The parameter template "${name}" cannot be created`;
    sync.warnOnce(`${what}: ${why}`, what);
}
