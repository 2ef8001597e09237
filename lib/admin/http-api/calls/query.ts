import { MOST_PIECES } from '../../../delivery/open-questions';
import { VERDICTS, type Verdict } from '../../../store/ledger/records';
import { BACKFILL_MODES, type BackfillMode } from '../../../sources/bambuddy/commands/reports';
import { ServiceError } from '../service-error';

/** A query parameter of which there is at most one. */
export class Query {
    constructor(private readonly given: URLSearchParams) {}

    /** @throws ServiceError 400 for one that is not known: a misspelt limit must not mean "all" */
    mustBeOf(names: readonly string[]): void {
        for (const name of this.given.keys()) {
            if (!names.includes(name)) {
                const known = names.length === 0 ? 'there are none here' : names.join(', ');
                throw new ServiceError(400, `Unknown parameter "${name.slice(0, 40)}": ${known}`);
            }
            if (this.given.getAll(name).length > 1) throw new ServiceError(400, `"${name}" is there twice`);
        }
    }

    get(name: string): string | null {
        return this.given.get(name);
    }

    /** @returns null: it is not there. @throws ServiceError 400 for an empty one: a variable that was not set means nothing */
    text(name: string): string | null {
        const value = this.given.get(name);
        if (value?.trim() === '') throw new ServiceError(400, `"${name}" is empty`);
        return value === null ? null : value.trim();
    }

    /** @throws ServiceError 400, also where it is missing */
    wholeNumber(name: string): number {
        return wholeNumber(this.given.get(name) ?? '', `value of "${name}"`);
    }

    /** @returns false where it is missing. @throws ServiceError 400 */
    flag(name: string): boolean {
        const value = this.given.get(name)?.toLowerCase() ?? 'false';
        if (value === 'true' || value === '1') return true;
        if (value === 'false' || value === '0') return false;
        throw new ServiceError(400, `"${name}" must be true or false`);
    }
}

export function wholeNumber(text: string, what: string): number {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(number) || number < 1)
        throw new ServiceError(400, `The ${what} must be a whole number from 1`);
    return number;
}

export function modeOf(query: Query): BackfillMode {
    const value = query.get('mode') ?? 'all';
    const mode = BACKFILL_MODES.find((each) => each === value);
    if (mode === undefined) throw new ServiceError(400, `"mode" must be one of ${BACKFILL_MODES.join(', ')}`);
    return mode;
}

export function maxOf(query: Query): number | undefined {
    const value = query.get('max_archives');
    return value === null ? undefined : wholeNumber(value, 'value of "max_archives"');
}

/** A batch in a path: its prefix may hold what is written with `%` there. */
export function batchOf(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        throw new ServiceError(400, 'The batch in the path is not URL-encoded');
    }
}

/** @returns null: all. @throws ServiceError 400 for an empty one: a variable that was not set must not mean "all" */
export function namedBatch(query: Query): string | null {
    const value = query.get('batch');
    if (value?.trim() === '') throw new ServiceError(400, '"batch" must be the batch of a print; omit it for all');
    return value;
}

/** How many pieces are good; where nothing is said, that is left to the verdict. @throws ServiceError 400 */
export function piecesOf(query: Query): { pieces?: number } {
    const value = query.get('pieces');
    if (value === null) return {};
    const pieces = /^\d{1,7}$/.test(value) ? Number(value) : NaN;
    if (!(pieces <= MOST_PIECES))
        throw new ServiceError(400, `"pieces" must be a whole number from 0 to ${MOST_PIECES}`);
    return { pieces };
}

/** To release a print is to take it, where nothing else is said. */
export function verdictOf(query: Query): Verdict {
    const value = query.get('verdict') ?? 'good';
    const verdict = VERDICTS.find((each) => each === value);
    if (verdict === undefined) throw new ServiceError(400, `"verdict" must be one of ${VERDICTS.join(', ')}`);
    return verdict;
}
