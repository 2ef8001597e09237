import { ago, batchOf, FILE, madeBefore, NEWEST, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const PLATE = { 'inventree-stock-create': { quantity: '1', quantityType: 'plate' } };
const PIECES = 6;
/** A look asks for a page; what the source asks before it has other limits. */
const LOOK = /\/print-log\/\?(.*&)?limit=50(&|$)/;

/** Pieces of the print in stock, item by item, oldest first. */
function quantities({ inventree }: CaseServers): number[] {
    return [...inventree.state.stock.values()].map(({ quantity }) => quantity);
}

/** A print of six pieces ends while the source looks. */
function printOnFirstLook({ bambuddy }: CaseServers): void {
    let done = false;
    bambuddy.interfere = ({ method, url }) => {
        if (done || method !== 'GET' || !LOOK.test(url)) return undefined;
        done = true;
        bambuddy.print({ ...FILE, seconds: 5400, startedAt: ago(3), quantity: PIECES });
        return undefined;
    };
}

/** All runs are in stock, in such quantities; weight and time of the Part are those of a piece. */
function inStock(servers: CaseServers, pieces: readonly number[]): ReturnType<Scenario['expected']> {
    return { ...stocked(servers), parameters: { Weight: '5.6167', PrintTime: '15m' }, pieces };
}

/** The same after an edit of the count, by which weight and time of a piece are others. */
function edited(servers: CaseServers, pieces: readonly number[]): ReturnType<Scenario['expected']> {
    const { parameters: _ofPlate, ...expected } = inStock(servers, pieces);
    return expected;
}

const apply = (less: boolean): Scenario['press'] => ({
    message: (servers) => ({ action: 'apply', batch: `bambuddy-${madeBefore(servers)}`, less }),
});

/** Prints of which a person counts the good pieces, and those that are edited in Bambuddy after they came into stock. */
export const EDITED: readonly Scenario[] = [
    {
        name: 'print with a failure',
        after: null,
        version: NEWEST,
        settings: { ...PLATE, 'bambuddy-archive-in': { failed: 'ask' } },
        ends: { done: 1, held: 1 },
        // the second run of the archive is the one that failed
        arrange: (servers) => {
            const { bambuddy } = servers;
            bambuddy.print({ name: 'Cable clip', startedAt: ago(72) });
            let done = false;
            bambuddy.interfere = ({ method, url }) => {
                if (done || method !== 'GET' || !LOOK.test(url)) return undefined;
                done = true;
                bambuddy.print({ ...FILE, seconds: 5400, startedAt: ago(4), quantity: PIECES });
                bambuddy.print({
                    archive: madeBefore(servers),
                    seconds: 1800,
                    startedAt: ago(1),
                    failureReason: 'Spaghetti',
                });
                return undefined;
            };
        },
        expected: (servers) => ({ ...inStock(servers, [PIECES]), runs: stocked(servers, 1).runs }),
    },
    {
        name: 'good pieces',
        after: 'print with a failure',
        version: NEWEST,
        ends: { done: 2 },
        arrange: () => undefined,
        press: {
            message: (servers) => ({ action: 'release', batch: batchOf(servers, 1), pieces: 4 }),
            refusal: /waits for the number of good pieces/,
        },
        expected: (servers) => inStock(servers, [PIECES, 4]),
    },
    {
        name: 'counted print',
        after: null,
        settings: PLATE,
        ends: { done: 1 },
        arrange: (servers) => printOnFirstLook(servers),
        expected: (servers) => inStock(servers, [PIECES]),
    },
    {
        name: 'more after an edit',
        after: 'counted print',
        ends: { done: 1 },
        arrange: (servers) => servers.bambuddy.editArchive(madeBefore(servers), { quantity: 8 }),
        press: apply(false),
        isThrough: (servers) => quantities(servers)[0] !== PIECES,
        expected: (servers) => edited(servers, [8]),
    },
    {
        name: 'less after an edit',
        after: 'counted print',
        ends: { done: 1 },
        arrange: (servers) => servers.bambuddy.editArchive(madeBefore(servers), { quantity: 5 }),
        press: apply(true),
        isThrough: (servers) => quantities(servers)[0] !== PIECES,
        expected: (servers) => edited(servers, [5]),
    },
    {
        name: 'more after an edit, sold out',
        after: 'counted print',
        ends: { done: 1 },
        arrange: (servers) => {
            const { bambuddy, inventree } = servers;
            bambuddy.editArchive(madeBefore(servers), { quantity: 8 });
            const [item] = inventree.state.stock.values();
            if (item !== undefined) inventree.person.sellOut(item.pk);
        },
        press: apply(false),
        isThrough: (servers) => quantities(servers).length > 0,
        expected: (servers) => ({ ...edited(servers, [2]), made: 2 }),
    },
];
