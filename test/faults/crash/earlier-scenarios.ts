import { ARCHIVE_GONE, EARLIER_UNTIL, type LedgerData, type PrintRecord } from '../../../lib/store/ledger/records';
import { ago, batchOf, madeBefore, printedAgain, runsOf, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const REFUSED =
    'InvenTree (http://inventree.lan) answered 401 to POST /api/stock/: Invalid token. Is the token right, and not expired or switched off?';
/** No archive has it. */
const NOBODYS = 99;

/** The ledger as an earlier version left it: a refused token parked a print, and an empty 404 skipped another. */
function asLeft(data: LedgerData, servers: CaseServers): void {
    const { meta, prints } = data;
    for (const key of Object.keys(meta)) if (key.startsWith(EARLIER_UNTIL)) delete meta[key];
    const archiveId = madeBefore(servers);
    const { source, via, identity, name } = prints[`bambuddy-${archiveId}`]!;
    const [, refused, missed] = runsOf(servers);
    const record = (change: Partial<PrintRecord> & Pick<PrintRecord, 'batch' | 'state' | 'reason'>): void => {
        prints[change.batch] = {
            ...{ source, archiveId, runId: null, startedAt: null, identity: '', name },
            ...change,
            at: ago(1).toISOString(),
        };
    };
    const run = ({ id, startedAt }: { id: number; startedAt: string }): Partial<PrintRecord> => ({
        runId: id,
        startedAt: `${startedAt}Z`,
    });
    record({ ...run(refused!), batch: batchOf(servers, 1), identity, via: via!, state: 'parked', reason: REFUSED });
    record({ ...run(missed!), batch: batchOf(servers, 2), state: 'skipped', reason: ARCHIVE_GONE });
    record({
        batch: `bambuddy-${NOBODYS}-900`,
        archiveId: NOBODYS,
        startedAt: ago(50).toISOString(),
        state: 'skipped',
        reason: ARCHIVE_GONE,
    });
}

/** What an earlier version parked or skipped by mistake is offered again, once. */
export const EARLIER: readonly Scenario[] = [
    {
        name: 'earlier damage',
        after: 'new print',
        ends: { done: 3, skipped: 1 },
        arrange: (servers) => {
            printedAgain(servers, { startedAt: ago(2) });
            printedAgain(servers, { startedAt: ago(1) });
        },
        ledger: asLeft,
        // the last that is offered
        isThrough: ({ bambuddy }) => bambuddy.count('GET', new RegExp(`/archives/${NOBODYS}$`)) > 0,
        expected: (servers) => stocked(servers),
        over: new RegExp(`/archives/${NOBODYS}\\b`),
    },
];
