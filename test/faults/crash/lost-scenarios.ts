import { batchOf, stocked, type Scenario } from './scenario';

const after = 'lost ledger';
const refusal = /is offered/;

/** A print that is not in stock after the ledger was lost is offered until a person answers. */
export const LOST: readonly Scenario[] = [
    {
        name: after,
        after: 'repeat print',
        ends: { done: 1, skipped: 1, offered: 1 },
        ledger: null,
        arrange: (servers) => {
            const { state, person } = servers.inventree;
            const item = [...state.stock.values()].find(({ batch }) => batch === batchOf(servers, 1));
            person.sellOut(item!.pk);
        },
        expected: (servers) => ({ ...stocked(servers, 1), made: 2 }),
    },
    {
        name: 'offered print imported',
        after,
        ends: { done: 2 },
        arrange: () => undefined,
        press: { message: (servers) => ({ action: 'import-offered', batch: batchOf(servers, 1) }), refusal },
        expected: (servers) => ({ ...stocked(servers), made: 3 }),
    },
    {
        name: 'offered print dismissed',
        after,
        ends: { done: 1, skipped: 1 },
        arrange: () => undefined,
        press: { message: (servers) => ({ action: 'dismiss-offered', batch: batchOf(servers, 1) }), refusal },
        expected: (servers) => ({ ...stocked(servers, 1), made: 2 }),
    },
];
