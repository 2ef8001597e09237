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
        arrange: (servers) => printedAgain(servers, { confirm: true, startedAt: ago(1) }),
        expected: (servers) => stocked(servers, 1),
    },
    {
        name: 'release by a person',
        after,
        version: NEWEST,
        ends: { done: 2 },
        arrange: () => undefined,
        press: {
            message: (servers) => ({ action: 'release', batch: batchOf(servers, 1), verdict: 'good' }),
            refusal: /waits for its outcome/,
        },
        expected: (servers) => stocked(servers),
    },
    {
        name: 'good verdict',
        after,
        version: NEWEST,
        ends: { done: 2 },
        arrange: (servers) => servers.bambuddy.tellOutcome(madeBefore(servers), 'good'),
        expected: (servers) => stocked(servers),
    },
    {
        name: 'rejecting verdict',
        after,
        version: NEWEST,
        ends: { done: 1, skipped: 1 },
        arrange: (servers) => servers.bambuddy.tellOutcome(madeBefore(servers), 'reject'),
        expected: (servers) => stocked(servers, 1),
    },
];
