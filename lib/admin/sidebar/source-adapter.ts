import type { Action } from '../../sources/bambuddy/commands/action';
import type { BackfillReport } from '../../sources/bambuddy/commands/backfill';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { controlOf, perform as performOctoPrint } from '../../sources/octoprint/control';
import type { OctoPrintSource } from '../../sources/octoprint/source';
import { perform } from '../../sources/bambuddy/commands/perform';
import type { Source } from '../../sources/bambuddy/source';

export interface SourceAdapterStatus {
    paused: boolean;
    underWay: number;
    /** sent since midnight */
    today: number;
    lastPoll: string | null;
    lastError: string | null;
    /** null: none is under way, or this kind has none */
    backfill: BackfillReport | null;
}

/** What brings prints into a store, as the sidebar works with it, whichever kind it is. */
export interface SourceAdapter {
    /** what may be asked of it */
    can: ReadonlySet<Action['action']>;
    status: () => SourceAdapterStatus;
    /** the server's line, where the store has not got it already */
    breaker: CircuitBreaker | null;
    /** @returns ends the watching */
    watch: (changed: () => void) => () => void;
    /** @returns the answer, with the action's name first. @throws as the action */
    perform: (action: Action) => Promise<object>;
}

/** What of the actions is asked for in a sidebar; others have no place there. */
const DAILY = ['retry', 'retry-all', 'forget', 'poll', 'pause', 'resume'] as const;
/** These need a source that has a history. */
const OF_HISTORY = ['again', 'release', 'import-offered', 'dismiss-offered', 'stop', 'backfill', 'reconcile'] as const;

export const SIDEBAR_ACTIONS: ReadonlySet<Action['action']> = new Set([...DAILY, ...OF_HISTORY]);

export function bambuddyAdapter(source: Source): SourceAdapter {
    return {
        can: SIDEBAR_ACTIONS,
        status: () => source.status(),
        breaker: null,
        watch: (changed) => source.watch(changed),
        perform: (action) => perform(source, action, () => undefined),
    };
}

/** OctoPrint keeps no list of its prints: there is nothing to import, to compare with, or to offer anew. */
export function octoPrintAdapter(source: OctoPrintSource): SourceAdapter {
    return {
        can: new Set(DAILY),
        status: () => ({ ...source.status(), backfill: null }),
        breaker: source.breaker,
        watch: (changed) => {
            const ends = [source.watch(changed), source.breaker.watch(changed)];
            return () => ends.forEach((end) => end());
        },
        perform: (action) => performOctoPrint(source, controlOf(action)),
    };
}
