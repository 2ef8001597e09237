import { VERDICTS, type Verdict } from '../../store/ledger/records';
import { BACKFILL_MODES, type BackfillMode } from '../../sources/bambuddy/commands/backfill';
import { ServiceError } from './service-error';

/** What a caller asks for, its values judged. */
export type Call =
    | { ask: 'health' | 'validate' | 'status' | 'webhook' | 'held' | 'offered' }
    | { ask: 'archive'; archiveId: number; force: boolean }
    | { ask: 'backfill'; mode: BackfillMode; max: number | undefined }
    | { ask: 'release'; batch: string; verdict: Verdict }
    /** batch null: all that are offered */
    | { ask: 'import-offered' | 'dismiss-offered'; batch: string | null };

/** Who may ask: everybody, who has the service token, who has the webhook's secret. */
export type Guard = 'open' | 'token' | 'secret';

interface Route {
    method: 'GET' | 'POST';
    /** below the path that the user chose */
    path: RegExp;
    guard: Guard;
    /** query parameters it knows; `null`: it looks at none */
    query: readonly string[] | null;
    call: (part: string, query: Query) => Call;
}

const ROUTES: readonly Route[] = [
    { method: 'GET', path: /^\/health$/, guard: 'open', query: null, call: () => ({ ask: 'health' }) },
    { method: 'GET', path: /^\/validate$/, guard: 'token', query: null, call: () => ({ ask: 'validate' }) },
    { method: 'GET', path: /^\/sync\/status$/, guard: 'token', query: null, call: () => ({ ask: 'status' }) },
    {
        method: 'POST',
        path: /^\/sync\/archive\/([^/]+)$/,
        guard: 'token',
        query: ['force'],
        call: (part, query) => ({ ask: 'archive', archiveId: wholeNumber(part, 'archive id'), force: flag(query) }),
    },
    {
        method: 'POST',
        path: /^\/sync\/backfill$/,
        guard: 'token',
        query: ['max_archives', 'mode'],
        call: (_part, query) => ({ ask: 'backfill', mode: modeOf(query), max: maxOf(query) }),
    },
    { method: 'GET', path: /^\/sync\/held$/, guard: 'token', query: [], call: () => ({ ask: 'held' }) },
    {
        method: 'POST',
        path: /^\/sync\/held\/([^/]+)\/release$/,
        guard: 'token',
        query: ['verdict'],
        call: (part, query) => ({ ask: 'release', batch: batchOf(part), verdict: verdictOf(query) }),
    },
    { method: 'GET', path: /^\/sync\/offered$/, guard: 'token', query: [], call: () => ({ ask: 'offered' }) },
    {
        method: 'POST',
        path: /^\/sync\/offered\/import$/,
        guard: 'token',
        query: ['batch'],
        call: (_part, query) => ({ ask: 'import-offered', batch: namedBatch(query) }),
    },
    {
        method: 'POST',
        path: /^\/sync\/offered\/dismiss$/,
        guard: 'token',
        query: ['batch'],
        call: (_part, query) => ({ ask: 'dismiss-offered', batch: namedBatch(query) }),
    },
    { method: 'POST', path: /^\/webhooks\/bambuddy$/, guard: 'secret', query: null, call: () => ({ ask: 'webhook' }) },
];

/** A query parameter of which there is at most one. */
class Query {
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
}

/**
 * Reads what is asked for. Values are judged before anything else is done.
 * @param below path below the service's own, beginning with `/`
 * @throws ServiceError 404, 405, 400
 */
export function callOf(method: string, below: string, search: string): { call: Call; guard: Guard } {
    const path = below.length > 1 ? below.replace(/\/$/, '') : below;
    const routes = ROUTES.filter((each) => each.path.test(path));
    if (routes.length === 0) throw new ServiceError(404, 'There is nothing here');
    // HEAD is a GET whose body is left out
    const route = routes.find((each) => each.method === (method === 'HEAD' ? 'GET' : method));
    if (route === undefined) {
        const allow = routes.map((each) => each.method).join(', ');
        throw new ServiceError(405, `Only ${allow} is possible here`, { Allow: allow });
    }
    const query = new Query(new URLSearchParams(search));
    if (route.query !== null) query.mustBeOf(route.query);
    return { call: route.call(route.path.exec(path)?.[1] ?? '', query), guard: route.guard };
}

function wholeNumber(text: string, what: string): number {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(number) || number < 1)
        throw new ServiceError(400, `The ${what} must be a whole number from 1`);
    return number;
}

function flag(query: Query): boolean {
    const value = query.get('force')?.toLowerCase() ?? 'false';
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    throw new ServiceError(400, '"force" must be true or false');
}

function modeOf(query: Query): BackfillMode {
    const value = query.get('mode') ?? 'all';
    const mode = BACKFILL_MODES.find((each) => each === value);
    if (mode === undefined) throw new ServiceError(400, `"mode" must be one of ${BACKFILL_MODES.join(', ')}`);
    return mode;
}

function maxOf(query: Query): number | undefined {
    const value = query.get('max_archives');
    return value === null ? undefined : wholeNumber(value, 'value of "max_archives"');
}

/** A batch in a path: its prefix may hold what is written with `%` there. */
function batchOf(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        throw new ServiceError(400, 'The batch in the path is not encoded as an address wants it');
    }
}

/** @returns null: all. @throws ServiceError 400 for an empty one: a variable that was not set must not mean "all" */
function namedBatch(query: Query): string | null {
    const value = query.get('batch');
    if (value?.trim() === '') throw new ServiceError(400, '"batch" must name a print; leave it out for all');
    return value;
}

/** To release a print is to take it, where nothing else is said. */
function verdictOf(query: Query): Verdict {
    const value = query.get('verdict') ?? 'good';
    const verdict = VERDICTS.find((each) => each === value);
    if (verdict === undefined) throw new ServiceError(400, `"verdict" must be one of ${VERDICTS.join(', ')}`);
    return verdict;
}
