import { DAILY_ACTIONS, type SourceAdapter } from '../../lib/admin/sidebar/source-adapter';
import { controlOf, perform } from '../../lib/sources/octoprint/control';
import type { OctoPrintSource } from '../../lib/sources/octoprint/source';

/** OctoPrint keeps no list of its prints: there is nothing to import, to compare with, or to offer anew. */
export function octoPrintAdapter(source: OctoPrintSource): SourceAdapter {
    return {
        can: new Set(DAILY_ACTIONS),
        status: () => ({ ...source.status(), backfill: null }),
        breaker: source.breaker,
        watch: (changed) => {
            const ends = [source.watch(changed), source.breaker.watch(changed)];
            return () => ends.forEach((end) => end());
        },
        perform: (action) => perform(source, controlOf(action)),
        // OctoPrint itself has no pictures of its files
        printers: { now: source.printing, picture: () => Promise.resolve(null) },
    };
}
