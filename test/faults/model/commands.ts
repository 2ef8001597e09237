import * as fc from 'fast-check';

export type RunEnd = 'completed' | 'failed' | 'cancelled' | 'aborted';

/** One thing that happens. `pick` chooses among what is there, counted round; where there is nothing, nothing happens. */
export type Command =
    /** a new archive; file 0 and 1 are sliced files (so a second print of one is the same Part), 2 has no 3MF, 3 not even a name */
    | { do: 'print'; file: number; plate: number | null; end: RunEnd; minutes: number }
    | { do: 'reprint'; pick: number; end: RunEnd; minutes: number }
    | { do: 'poll' | 'retry-all' | 'restart' | 'crash' | 'name the nameless' }
    | { do: 'backfill'; max: number | null }
    | { do: 'by hand'; pick: number; force: boolean }
    | { do: 'all at once'; pick: number }
    /** the process dies with the n-th request from now, before or after the server has done it */
    | { do: 'die'; requests: number; done: boolean }
    /** with it the file of what is known */
    | { do: 'lose the ledger'; how: 'deleted' | 'unreadable' }
    | { do: 'outage'; of: Server }
    | { do: 'outage ends'; of: Server }
    /** the next POST to InvenTree is done, and its answer does not come */
    | { do: 'lose an answer'; how: 'reset' | 'cut' | 500 | 502 }
    | { do: 'wait'; minutes: number }
    | { do: 'clear the log' | 'purge the newest archive' }
    | { do: 'delete a row'; pick: number }
    | { do: 'hide an archive'; pick: number }
    | { do: 'split' | 'merge' | 'sell out' | 'count'; pick: number }
    | { do: 'rename' | 'renumber' | 'delete the Part' | 'own image'; pick: number };

export type Server = 'bambuddy' | 'inventree';

const pick = fc.nat(7);
const server = fc.constantFrom<Server>('bambuddy', 'inventree');
const minutes = fc.constantFrom(3, 20, 300);
const end = fc.oneof(
    { weight: 6, arbitrary: fc.constant<RunEnd>('completed') },
    { weight: 1, arbitrary: fc.constantFrom<RunEnd>('failed', 'cancelled', 'aborted') },
);

function simple<T extends Command['do']>(name: T): fc.Arbitrary<{ do: T }> {
    return fc.constant({ do: name });
}

function picking<T extends Command['do']>(...names: T[]): fc.Arbitrary<{ do: T; pick: number }> {
    return fc.record({ do: fc.constantFrom(...names), pick });
}

const prints: fc.Arbitrary<Command> = fc.oneof(
    {
        weight: 5,
        arbitrary: fc.record({
            do: fc.constant('print' as const),
            file: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
            plate: fc.constantFrom(null, null, 1, 2),
            end,
            minutes,
        }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('reprint' as const), pick, end, minutes }) },
);

const ours: fc.Arbitrary<Command> = fc.oneof(
    { weight: 8, arbitrary: simple('poll') },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('backfill' as const), max: fc.constantFrom(null, 1, 2, 4) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('by hand' as const), pick, force: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('all at once' as const), pick }) },
    { weight: 1, arbitrary: simple('retry-all') },
    { weight: 2, arbitrary: simple('restart') },
);

const failures: fc.Arbitrary<Command> = fc.oneof(
    { weight: 2, arbitrary: simple('crash') },
    {
        weight: 4,
        arbitrary: fc.record({
            do: fc.constant('die' as const),
            requests: fc.integer({ min: 1, max: 14 }),
            done: fc.boolean(),
        }),
    },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constant('lose the ledger' as const),
            how: fc.constantFrom('deleted' as const, 'unreadable' as const),
        }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('outage' as const), of: server }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('outage ends' as const), of: server }) },
    {
        weight: 4,
        arbitrary: fc.record({
            do: fc.constant('lose an answer' as const),
            how: fc.constantFrom<'reset' | 'cut' | 500 | 502>('reset', 'cut', 500, 502),
        }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes }) },
);

const people: fc.Arbitrary<Command> = fc.oneof(
    { weight: 2, arbitrary: simple('clear the log') },
    { weight: 2, arbitrary: simple('purge the newest archive') },
    { weight: 1, arbitrary: simple('name the nameless') },
    { weight: 2, arbitrary: picking('delete a row', 'hide an archive') },
    { weight: 7, arbitrary: picking('split', 'merge', 'sell out', 'sell out', 'count') },
    { weight: 6, arbitrary: picking('rename', 'renumber', 'delete the Part', 'own image') },
);

export interface Sequence {
    startWith: 'now' | 'all';
    /** prints of before the flow was deployed */
    before: Command[];
    commands: Command[];
}

/** Sequences of 10 to 25 commands, prints among them often enough for the rest to matter. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
    startWith: fc.constantFrom('now' as const, 'now' as const, 'all' as const),
    before: fc.array(prints, { maxLength: 3 }),
    commands: fc.array(
        fc.oneof(
            { weight: 6, arbitrary: prints },
            { weight: 5, arbitrary: ours },
            { weight: 4, arbitrary: failures },
            { weight: 4, arbitrary: people },
        ),
        { minLength: 3, maxLength: 25, size: 'max' },
    ),
});

/** A sequence as it is read: one line per command. */
export function told({ startWith, before, commands }: Sequence): string {
    const line = ({ do: what, ...how }: Command): string =>
        `${what}${Object.entries(how)
            .map(([key, value]) => ` ${key}=${value}`)
            .join('')}`;
    return [...before.map(line), `deploy, start with ${startWith}`, ...commands.map(line)].join('; ');
}
