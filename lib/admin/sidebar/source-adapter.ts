import type { Action } from '../../sources/bambuddy/commands/action';
import type { BackfillReport } from '../../sources/bambuddy/commands/backfill';
import type { ImportNote } from '../../sources/bambuddy/commands/reports';
import type { PrintingNow } from '../../delivery/printing/printing-now';
import type { Picture } from '../../http/picture-type';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';

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
    /** the newest imports of its history that created something, newest first; missing: it has no history */
    imports?: () => ImportNote[];
    /** what its printers do; missing: it does not tell */
    printers?: Printers;
}

/** The printers of a source. */
export interface Printers {
    now: Pick<PrintingNow, 'list' | 'watch'>;
    /** The picture of the job of a printer. @returns null where there is none, or its server is off */
    picture: (printer: string, signal: AbortSignal) => Promise<Picture | null>;
}

/** What of the actions is asked for in a sidebar; others have no place there. */
export const DAILY_ACTIONS = ['retry', 'retry-all', 'forget', 'poll', 'pause', 'resume'] as const;
/** These need a source that has a history. */
const OF_HISTORY = [
    'again',
    'release',
    'import-offered',
    'dismiss-offered',
    'stop',
    'backfill',
    'reconcile',
    'apply',
] as const;

export const SIDEBAR_ACTIONS: ReadonlySet<Action['action']> = new Set([...DAILY_ACTIONS, ...OF_HISTORY]);
