import { MOST_PIECES } from '../../../delivery/open-questions';
import { VERDICTS, type Verdict } from '../../../store/ledger/records';
import { BACKFILL_MODES, type BackfillOptions } from './backfill';
import { MOST_CHOSEN, type ChosenPrint } from './chosen-prints';
import { momentOf } from '../../../print/fields';

/** What a message into the source asks for. */
export type Action =
    | { action: 'poll' | 'status' | 'parked' | 'retry-all' | 'reconcile' | 'pause' | 'resume' | 'stop' }
    /** names the parked print */
    | { action: 'retry' | 'forget'; batch: string }
    /** prints that are not in stock after the ledger was lost; batch null: all */
    | { action: 'offered' }
    | { action: 'import-offered' | 'dismiss-offered'; batch: string | null }
    /** any print that is known: once more through the flow, all that may be refreshed is */
    | { action: 'again'; batch: string }
    /** a print that a person is asked about: how it came out, or how many of its pieces are good */
    | { action: 'release'; batch: string; verdict: Verdict; pieces?: number }
    /** a print in stock whose archive was edited: its stock is put right; `less`: pieces may be taken out, too */
    | { action: 'apply'; batch: string; less: boolean }
    | ({ action: 'backfill' } & BackfillOptions)
    | { action: 'archive'; archiveId: number; force: boolean }
    /** Bambuddy's MQTT relay tells of an archive: `bambuddy/archive/updated` */
    | { action: 'wake'; archiveId: number; status: string };

export const ACTIONS = [
    'poll',
    'backfill',
    'archive',
    'again',
    'status',
    'parked',
    'retry',
    'retry-all',
    'forget',
    'release',
    'offered',
    'import-offered',
    'dismiss-offered',
    'reconcile',
    'apply',
    'pause',
    'resume',
    'stop',
] as const;

/** The message asks for something there is not, or with a value of the wrong kind. */
export class ActionError extends Error {
    readonly code = 'ACTION';
    constructor(why: string) {
        super(`${why}. Send one of ${ACTIONS.join(', ')}, as a string or as { action, … } in msg.payload.`);
        this.name = 'ActionError';
    }
}

/**
 * Reads an action: the payload is its name, or an object with it.
 * @throws ActionError listing the right ones
 */
export function actionOf(payload: unknown): Action {
    const given = fieldsOf(payload);
    if (given['action'] === undefined && given['archive_id'] !== undefined) return relayed(given);
    const action = typeof given['action'] === 'string' ? given['action'].trim().toLowerCase() : undefined;
    switch (action) {
        case 'poll':
        case 'status':
        case 'parked':
        case 'retry-all':
        case 'reconcile':
        case 'pause':
        case 'resume':
        case 'stop':
            return { action };
        case 'offered':
            return { action };
        case 'import-offered':
        case 'dismiss-offered':
            return { action, batch: given['batch'] === undefined ? null : batchOf(given) };
        case 'again':
        case 'retry':
        case 'forget':
            return { action, batch: batchOf(given) };
        case 'apply':
            return { action, batch: batchOf(given), less: flag(given, 'less') };
        case 'release':
            return { action, batch: batchOf(given), ...answerOf(given) };
        case 'archive':
            return { action, archiveId: wholeNumber(given, 'archiveId', 1), force: flag(given, 'force') };
        case 'backfill': {
            const prints = chosenPrints(given['prints']);
            const max = given['max'] === undefined || given['max'] === null ? undefined : wholeNumber(given, 'max', 1);
            if (prints !== undefined && max !== undefined)
                throw new ActionError('"prints" names the prints one by one: leave out "max"');
            const range = { since: time(given, 'since'), until: time(given, 'until') };
            return { action, mode: modeOf(given['mode']), max, ...range, ...(prints === undefined ? {} : { prints }) };
        }
        default:
            throw new ActionError(
                action === undefined ? 'No action in msg.payload' : `Unknown action "${action.slice(0, 40)}"`,
            );
    }
}

/** A `mqtt in` node hands on an object, or the text it came as. */
function fieldsOf(payload: unknown): Record<string, unknown> {
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload))
        return payload as Record<string, unknown>;
    if (typeof payload !== 'string') return {};
    if (!payload.trim().startsWith('{')) return { action: payload };
    try {
        return JSON.parse(payload) as Record<string, unknown>;
    } catch {
        return {};
    }
}

function relayed(given: Record<string, unknown>): Action {
    const { status } = given;
    return {
        action: 'wake',
        archiveId: wholeNumber(given, 'archive_id', 1),
        status: typeof status === 'string' ? status : '',
    };
}

function batchOf(given: Record<string, unknown>): string {
    const { batch } = given;
    if (typeof batch !== 'string' || batch.trim() === '') throw new ActionError('"batch" must name a print');
    return batch.trim();
}

function verdictOf(value: unknown): Verdict {
    const verdict = VERDICTS.find((each) => each === value);
    if (verdict === undefined) throw new ActionError(`"verdict" must be one of ${VERDICTS.join(', ')}`);
    return verdict;
}

/** A number of pieces says it all. */
function answerOf(given: Record<string, unknown>): { verdict: Verdict; pieces?: number } {
    if (given['pieces'] === undefined || given['pieces'] === null) return { verdict: verdictOf(given['verdict']) };
    const pieces = wholeNumber(given, 'pieces', 0);
    if (pieces > MOST_PIECES) throw new ActionError(`"pieces" must be at most ${MOST_PIECES}`);
    return { verdict: pieces === 0 ? 'reject' : 'good', pieces };
}

function modeOf(value: unknown): BackfillOptions['mode'] {
    if (value === undefined || value === null) return 'all';
    const mode = BACKFILL_MODES.find((each) => each === value);
    if (mode === undefined) throw new ActionError(`"mode" must be one of ${BACKFILL_MODES.join(', ')}`);
    return mode;
}

/** Archives by their ids, or runs of archives by id and start. */
function chosenPrints(value: unknown): ChosenPrint[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.length === 0 || value.length > MOST_CHOSEN)
        throw new ActionError(`"prints" must be a list of 1 to ${MOST_CHOSEN} prints`);
    return value.map((one: unknown) => {
        if (typeof one === 'number' || typeof one === 'string')
            return { archiveId: wholeNumber({ prints: one }, 'prints', 1) };
        if (typeof one !== 'object' || one === null || Array.isArray(one))
            throw new ActionError('"prints" must hold ids of archives, or { archiveId, startedAt }');
        const given = one as Record<string, unknown>;
        const archiveId = wholeNumber(given, 'archiveId', 1);
        if (given['startedAt'] === undefined) return { archiveId };
        return { archiveId, startedAt: given['startedAt'] === null ? null : time(given, 'startedAt')! };
    });
}

function wholeNumber(given: Record<string, unknown>, key: string, least: number): number {
    const value = given[key];
    const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < least) {
        throw new ActionError(`"${key}" must be a whole number from ${least}`);
    }
    return number;
}

function flag(given: Record<string, unknown>, key: string): boolean {
    const value = given[key] ?? false;
    if (typeof value !== 'boolean') throw new ActionError(`"${key}" must be true or false`);
    return value;
}

function time(given: Record<string, unknown>, key: string): string | undefined {
    const value = given[key];
    if (value === undefined || value === null) return undefined;
    const moment = typeof value === 'string' ? momentOf(value) : dateOf(value);
    if (moment === null)
        throw new ActionError(
            `"${key}" must be a time with its zone, like 2026-11-22T04:33:35Z, or milliseconds since 1970`,
        );
    return new Date(moment).toISOString();
}

/** Printers on a network are younger than that: a smaller number is one of seconds, or none of time. */
const EARLIEST_MS = Date.UTC(2000, 0);

/** Milliseconds since 1970, as `Date.now()` gives them. */
function dateOf(value: unknown): string | null {
    const isMoment = typeof value === 'number' && value >= EARLIEST_MS && value <= 8.64e15;
    return isMoment ? new Date(value).toISOString() : null;
}
