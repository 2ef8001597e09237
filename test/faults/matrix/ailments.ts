import type { Fault, SeenRequest } from '../../simulators/simulator';

/**
 * When the fault strikes.
 * - `before`: the server never gets to handle the request
 * - `lost`: it has handled it, what it creates is created, and its answer does not arrive
 * - `cut`: the same, and half of the answer arrives
 * - `late`: it handles it after its client has given up
 */
export type Moment = 'before' | 'lost' | 'cut' | 'late';

export interface Asked extends Pick<SeenRequest, 'method' | 'url'> {
    server: 'Bambuddy' | 'InvenTree';
}

export interface Ailment {
    name: string;
    moment: Moment;
    /** @param secret what a careless server repeats in its answer: its own key or token */
    fault: (secret: string) => Fault;
    /** whether it can happen to this request; default: to any */
    fits?: (asked: Asked) => boolean;
    /** time alone does not heal it: a person has to ask again */
    forPerson?: true;
    /** tried on three requests in a row as well: one of each sort */
    goesOn?: true;
    /** the client waits for it in real time */
    slow?: true;
    /** the server handles it so many timeouts of its client after that gave up */
    timeoutsLate?: number;
    /** the server handles it so many milliseconds after it was sent, however short the client's timeout is */
    msLate?: number;
    /** what may be there twice, and be told of: nobody can know of a commit that comes after the look */
    twice?: 'item';
}

type Kind = keyof typeof KINDS;

const json = { 'content-type': 'application/json' };
const html = (title: string, secret: string): string => `<html><head><title>${title} ${secret}</title></head></html>`;
const detail = (text: string, secret: string): string => JSON.stringify({ detail: `${text} ${secret}` });

/** What the fault looks like to the one who asked. */
const KINDS = {
    reset: () => ({ kind: 'reset' }),
    timeout: () => ({ kind: 'hang' }),
    '408': (s) => ({ kind: 408, headers: json, body: detail('too slow', s) }),
    '425': (s) => ({ kind: 425, headers: json, body: detail('too early', s) }),
    '429 in seconds': (s) => ({ kind: 429, headers: { ...json, 'retry-after': '7' }, body: detail('slow down', s) }),
    '429 by date': (s) => ({
        kind: 429,
        headers: { ...json, 'retry-after': new Date(Date.now() + 7000).toUTCString() },
        body: detail('slow down', s),
    }),
    '500': (s) => ({ kind: 500, headers: json, body: detail('database is locked', s) }),
    '502': (s) => ({ kind: 502, body: html('502 Bad Gateway', s) }),
    '503 page': (s) => ({ kind: 503, headers: { 'retry-after': '10' }, body: html('Site is in maintenance', s) }),
    '504': (s) => ({ kind: 504, body: html('504 Gateway Time-out', s) }),
    'truncated JSON': () => ({ kind: 200, headers: json, body: '{"pk": 1, "na' }),
    'half, then nothing': () => ({
        kind: 200,
        headers: { ...json, 'content-length': '100000' },
        body: '{"pk": 1, "na',
    }),
    'half, then reset': () => ({ kind: 'cut' }),
    '401': (s) => ({ kind: 401, headers: json, body: detail('Authentication required', s) }),
    '403': (s) => ({ kind: 403, headers: json, body: detail('You do not have permission', s) }),
    '400': (s) => ({ kind: 400, headers: json, body: detail('refused', s) }),
} satisfies Record<string, (secret: string) => Omit<Fault, 'at'>>;

/**
 * Which kinds make sense at which moment, and why the others do not.
 */
const PAIRS: { moment: Moment; kinds: Kind[]; not: string }[] = [
    {
        moment: 'before',
        kinds: ['reset', 'timeout', '408', '425', '429 in seconds', '429 by date', '500', '502', '503 page', '504'],
        not: 'truncated JSON: who has not handled a request has nothing to truncate; a gateway that invents one is no server',
    },
    {
        moment: 'lost',
        kinds: ['reset', 'timeout', '500', '502', '503 page', '504'],
        not: '408, 425 and 429 say that the request was not handled: after the commit no server sends them',
    },
    {
        moment: 'cut',
        kinds: ['half, then reset', 'half, then nothing', 'truncated JSON'],
        not: 'a status of failure: the head of the answer has arrived, with the status of success',
    },
];

/** A picture is no JSON, and the address of the web interface is read off a header. */
const answersJson = ({ url }: Asked): boolean => !/thumbnail|^\/accounts\//.test(url);

/** Those that are let go on for a while, one of each sort. */
const GOING_ON: readonly [Moment, Kind][] = [
    ['before', 'reset'],
    ['before', 'timeout'],
    ['before', '503 page'],
    ['lost', 'reset'],
    ['lost', '500'],
    ['cut', 'truncated JSON'],
];

export const AILMENTS: readonly Ailment[] = PAIRS.flatMap(({ moment, kinds }) =>
    kinds.map((kind) => ({
        name: `${wordsFor(moment)} ${kind}`,
        moment,
        fault: (secret: string): Fault => ({ at: moment === 'before' ? 'before' : 'after', ...KINDS[kind](secret) }),
        ...(kind === 'truncated JSON' ? { fits: answersJson } : {}),
        ...(GOING_ON.some((each) => each[0] === moment && each[1] === kind) ? { goesOn: true as const } : {}),
        ...(kind === 'timeout' || kind === 'half, then nothing' ? { slow: true as const } : {}),
    })),
);

/** What somebody between us and a server says in its place: a body, and what it calls it. */
const FOREIGN_BODIES: Readonly<Record<string, { body: (secret: string) => string; type: string }>> = {
    page: { body: (s) => html('Who are you?', s), type: 'text/html' },
    text: { body: (s) => `no route for ${s}`, type: 'text/plain' },
    empty: { body: () => '', type: 'text/plain' },
    'other JSON': { body: (s) => JSON.stringify({ message: `route unknown ${s}` }), type: 'application/json' },
    'JSON cut short': { body: () => '{"count": 1, "results": [{"pk"', type: 'application/json' },
};
const FOREIGN_STATUSES = [200, 302, 400, 401, 403, 404, 409, 500] as const;

/** A page that leads elsewhere is read off its header, and the web server's own answers are no JSON: nothing to tell apart. */
const isTold = ({ url }: Asked): boolean => !/^\/accounts\//.test(url);

/**
 * Answers of somebody else, to any request, before the server got it and in place of what it answered. Time heals them:
 * nothing is concluded from them, of a write nobody knows whether it was done.
 */
export const FOREIGN: readonly Ailment[] = (['before', 'lost'] as const).flatMap((moment) =>
    FOREIGN_STATUSES.flatMap((status) =>
        Object.entries(FOREIGN_BODIES).map(([what, { body, type }]): Ailment => ({
            name: `${wordsFor(moment)} somebody else's ${status}, ${what}`,
            moment,
            fault: (secret) => ({
                at: moment === 'before' ? 'before' : 'after',
                kind: status,
                headers: { 'content-type': type, ...(status === 302 ? { location: `/login?next=${secret}` } : {}) },
                body: body(secret),
            }),
            fits: isTold,
            ...(status === 404 && what === 'empty' ? { goesOn: true as const } : {}),
        })),
    ),
);

/** The key is refused, or something is to one print: a while later it is not, and all comes by itself. */
export const REFUSED: readonly Ailment[] = (['401', '403'] as const).map((kind) => ({
    name: `${wordsFor('before')} ${kind} of the server itself`,
    moment: 'before' as const,
    fault: (secret: string): Fault => ({ at: 'before', ...KINDS[kind](secret) }),
    // Bambuddy's 401 is asked again at once, its 403 ends a look; without a picture, a link or a parameter all goes on
    fits: (asked: Asked) => asked.server === 'InvenTree' && isOfPrint(asked),
}));

/** What a print cannot do without: its Part and its item. */
function isOfPrint({ method, url }: Asked): boolean {
    const path = url.split('?')[0]!;
    return /^\/api\/$|^\/api\/(part|stock)\/$/.test(path) && method !== 'PATCH';
}

/** On Bambuddy a valid key may get a 401 while its database is held: asked again at once, it heals. */
export const FLEETING_401: Ailment = {
    name: 'before: 401, once',
    moment: 'before',
    fault: (secret) => ({ at: 'before', ...KINDS['401'](secret) }),
    fits: ({ server }) => server === 'Bambuddy',
    slow: true,
};

/**
 * Two refusals park nothing, and nobody asks again: a parameter that may not be changed is told once and left as it is,
 * and without the names of printers the notes do without them.
 */
const refusable = ({ method, url }: Asked): boolean =>
    !(method === 'PATCH' && url.includes('/parameter/')) && !url.includes('/printers/?') && !/\/printers\/$/.test(url);

/** Refusals park the print or stop the poll; when a person has seen to it and asks again, all must be as without them. */
export const REFUSALS: readonly Ailment[] = (
    [
        ['before', '400', refusable],
        [
            'before',
            '403',
            (asked) =>
                asked.server === 'Bambuddy' ? refusable(asked) : !isOfPrint(asked) && !/parameter/.test(asked.url),
        ],
    ] as [Moment, Kind, (asked: Asked) => boolean][]
).map(([moment, kind, fits]) => ({
    name: `${wordsFor(moment)} ${kind}, seen to by a person`,
    moment,
    fault: (secret: string): Fault => ({ at: moment === 'before' ? 'before' : 'after', ...KINDS[kind](secret) }),
    fits,
    forPerson: true as const,
}));

/** Bambuddy's POSTs only get tokens. */
const isWrite = ({ server, method }: Asked): boolean =>
    method === 'PATCH' || (server === 'InvenTree' && method !== 'GET');

/**
 * A write that times out may be committed all the same, later than that. What is promised of it:
 * - within one more timeout: nothing at all is seen of it, for the look that decides comes after that
 * - between that look and the one after the second POST: an item may stand there twice. It stays, and a person is told
 * Later than that nobody looks; `reconcile` lists the second item as extra.
 */
export const LATE: readonly Ailment[] = (
    [
        ['within one more timeout', 0.9, isWrite, undefined],
        ['after the look', null, (asked) => isWrite(asked) && asked.url === '/api/stock/', 'item'],
    ] as [string, number | null, (asked: Asked) => boolean, 'item' | undefined][]
).map(([when, timeoutsLate, fits, twice]) => ({
    name: `${wordsFor('late')} ${when}`,
    moment: 'late',
    fault: () => ({ at: 'late', kind: 'hang' }),
    fits,
    slow: true as const,
    ...(timeoutsLate === null ? {} : { timeoutsLate }),
    ...(twice === undefined ? {} : { twice }),
}));

/** Nothing is sent again before 90 s: what a server commits until then is found by the look before the second POST. */
export const LATE_COMMIT: Ailment = {
    name: `${wordsFor('late')} 80 s after it was sent`,
    moment: 'late',
    fault: () => ({ at: 'late', kind: 'hang' }),
    fits: (asked) => isWrite(asked) && /^\/api\/(part|stock)\/$/.test(asked.url),
    slow: true,
    msLate: 80_000,
};

function wordsFor(moment: Moment): string {
    return { late: 'committed late:', before: 'before sending:', lost: 'committed, answer lost:', cut: 'answer cut:' }[
        moment
    ];
}
