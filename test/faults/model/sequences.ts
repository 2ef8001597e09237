import * as fc from 'fast-check';
import { FOREIGN_STATUSES, type Command, type ForeignBody, type RunEnd, type Sequence, type Server } from './commands';

const pick = fc.nat(7);
const server = fc.constantFrom<Server>('bambuddy', 'inventree');
const minutes = fc.constantFrom(3, 20, 300);
const end = fc.oneof(
    { weight: 6, arbitrary: fc.constant<RunEnd>('completed') },
    { weight: 1, arbitrary: fc.constantFrom<RunEnd>('failed', 'cancelled', 'aborted') },
);

const asks = fc.constantFrom(false, false, false, true);

function simple<T extends Command['do']>(...names: T[]): fc.Arbitrary<{ do: T }> {
    return fc.record({ do: fc.constantFrom(...names) });
}

function picking<T extends Command['do']>(...names: T[]): fc.Arbitrary<{ do: T; pick: number }> {
    return fc.record({ do: fc.constantFrom(...names), pick });
}

/** A record whose `do` is this. */
function act<T extends Command['do'], M extends object>(
    name: T,
    model: { [K in keyof M]: fc.Arbitrary<M[K]> },
): fc.Arbitrary<{ do: T } & M> {
    return fc.record({ do: fc.constant(name), ...model }) as unknown as fc.Arbitrary<{ do: T } & M>;
}

const prints: fc.Arbitrary<Command> = fc.oneof(
    {
        weight: 5,
        arbitrary: act('print', {
            file: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
            plate: fc.constantFrom(null, null, 1, 2),
            pieces: fc.constantFrom(1, 1, 1, 1, 3, 0),
            end,
            minutes,
            asks,
        }),
    },
    { weight: 3, arbitrary: act('reprint', { pick, end, minutes, asks }) },
    { weight: 1, arbitrary: simple('tell twice') },
);

const ours: fc.Arbitrary<Command> = fc.oneof(
    { weight: 8, arbitrary: simple('poll') },
    { weight: 2, arbitrary: act('backfill', { max: fc.constantFrom(null, 1, 2, 4) }) },
    { weight: 3, arbitrary: act('by hand', { pick, force: fc.boolean() }) },
    { weight: 2, arbitrary: act('all at once', { pick }) },
    { weight: 1, arbitrary: simple('retry-all') },
    {
        weight: 1,
        arbitrary: fc.record({
            do: fc.constantFrom<'import-offered' | 'dismiss-offered'>('import-offered', 'dismiss-offered'),
            pick: fc.constantFrom(null, 0, 1, 2),
        }),
    },
    { weight: 2, arbitrary: simple('restart') },
);

const ofProcess: fc.Arbitrary<Command> = fc.oneof(
    { weight: 2, arbitrary: simple('crash') },
    { weight: 4, arbitrary: act('die', { requests: fc.integer({ min: 1, max: 14 }), done: fc.boolean() }) },
    { weight: 4, arbitrary: act('die at a write', { writes: fc.integer({ min: 1, max: 12 }) }) },
    {
        weight: 2,
        arbitrary: act('lose the ledger', { how: fc.constantFrom<'deleted' | 'unreadable'>('deleted', 'unreadable') }),
    },
    { weight: 1, arbitrary: act('wait', { minutes }) },
    { weight: 2, arbitrary: simple('keep a backup', 'restore the backup') },
);

const between: fc.Arbitrary<Command> = fc.oneof(
    { weight: 3, arbitrary: act('outage', { of: server }) },
    {
        weight: 2,
        arbitrary: act('foreign answers', {
            of: server,
            status: fc.constantFrom(...FOREIGN_STATUSES),
            body: fc.constantFrom<ForeignBody>('page', 'text', 'empty', 'other JSON', 'cut JSON'),
            after: fc.constantFrom(0, 0, 1, 2, 5),
        }),
    },
    { weight: 2, arbitrary: act('refuse', { of: server, status: fc.constantFrom<401 | 403>(401, 403) }) },
    { weight: 4, arbitrary: act('well again', { of: server }) },
    {
        weight: 4,
        arbitrary: act('lose an answer', {
            how: fc.constantFrom<Extract<Command, { do: 'lose an answer' }>['how']>(
                'reset',
                'cut',
                502,
                ...FOREIGN_STATUSES,
            ),
        }),
    },
);

const people: fc.Arbitrary<Command> = fc.oneof(
    { weight: 2, arbitrary: simple('clear the log', 'purge the newest archive') },
    { weight: 1, arbitrary: simple('a row that cannot be read') },
    { weight: 1, arbitrary: simple('name the nameless') },
    {
        weight: 4,
        arbitrary: act('outcome', { pick, says: fc.constantFrom<'good' | 'reject'>('good', 'good', 'reject') }),
    },
    { weight: 2, arbitrary: picking('the file comes') },
    { weight: 2, arbitrary: picking('delete a row', 'hide an archive') },
    { weight: 5, arbitrary: picking('split', 'merge', 'merge', 'sell out', 'sell out', 'count') },
    { weight: 3, arbitrary: picking('change the batch', 'change the batch', 'move') },
    { weight: 2, arbitrary: simple('sell out at once') },
    { weight: 5, arbitrary: picking('rename', 'renumber', 'delete the Part', 'own image', 'deactivate') },
    { weight: 1, arbitrary: act('revise', { pick, deactivate: fc.boolean() }) },
);

const clocks: fc.Arbitrary<Command> = fc.oneof(
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constantFrom<'our clock' | "Bambuddy's clock">('our clock', "Bambuddy's clock"),
            minutes: fc.constantFrom(40, 1440, -40, -1440),
        }),
    },
    { weight: 1, arbitrary: act('zone', { hours: fc.constantFrom(3, -5, 0) }) },
);

const others: fc.Arbitrary<Command> = simple(
    'second starts',
    'second starts',
    'second polls',
    'second polls',
    'both poll',
    'both poll',
    'second stops',
    'second dies',
);

const commands: fc.Arbitrary<Command> = fc.oneof(
    { weight: 12, arbitrary: prints },
    { weight: 10, arbitrary: ours },
    { weight: 4, arbitrary: ofProcess },
    { weight: 5, arbitrary: between },
    { weight: 8, arbitrary: people },
    { weight: 3, arbitrary: others },
    { weight: 2, arbitrary: clocks },
);

/**
 * Sequences of 3 to 25 commands, prints among them often enough for the rest to matter.
 * @param acts nothing else happens after the deploy, and each about as often as any other; default: everything
 */
export function sequencesOf(acts?: readonly Command['do'][]): fc.Arbitrary<Sequence> {
    const played =
        acts === undefined ? commands : fc.oneof(...acts.map((act) => commands.filter(({ do: what }) => what === act)));
    return fc.record({
        startWith: fc.constantFrom('now' as const, 'now' as const, 'all' as const),
        bambuddy: fc.constantFrom('1.2.5.2' as const, '1.2.5.7' as const),
        inventree: fc.constantFrom(479 as const, 530 as const),
        pageSize: fc.constantFrom(50 as const, 2 as const),
        before: fc.array(prints, { maxLength: 3 }),
        commands: fc.array(played, { minLength: 3, maxLength: 25, size: 'max' }),
    });
}
