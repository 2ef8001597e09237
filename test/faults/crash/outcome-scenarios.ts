import { batchOf, madeBefore, NEWEST, printedAgain, stocked, type Scenario, ago } from './scenario';

const after = 'held print';

/** Prints that wait until a person has said how they came out. */
export const OUTCOME: readonly Scenario[] = [
    {
        // the first record of format 2 in a ledger of format 1
        name: 'held print',
        after: 'new print',
        version: NEWEST,
        ends: { done: 1, held: 1 },
        // with a snapshot, as one has that was used for a while
        ledger: () => undefined,
        arrange: (shop) => printedAgain(shop, { confirm: true, startedAt: ago(1) }),
        expected: (shop) => stocked(shop, 1),
    },
    {
        name: 'release by a person',
        after,
        version: NEWEST,
        ends: { done: 2 },
        arrange: () => undefined,
        press: {
            message: (shop) => ({ action: 'release', batch: batchOf(shop, 1), verdict: 'good' }),
            refusal: /waits for its outcome/,
        },
        expected: (shop) => stocked(shop),
    },
    {
        name: 'good verdict',
        after,
        version: NEWEST,
        ends: { done: 2 },
        arrange: (shop) => shop.bambuddy.tellOutcome(madeBefore(shop), 'good'),
        expected: (shop) => stocked(shop),
    },
    {
        name: 'rejecting verdict',
        after,
        version: NEWEST,
        ends: { done: 1, skipped: 1 },
        arrange: (shop) => shop.bambuddy.tellOutcome(madeBefore(shop), 'reject'),
        expected: (shop) => stocked(shop, 1),
    },
];
