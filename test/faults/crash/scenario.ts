import type { LedgerData } from '../../../lib/store/ledger/records';
import type { Expectation } from '../check';
import type { CaseServers } from './servers';

/** What the source counts when all is done. */
export interface Ends {
    done: number;
    /** waits for its outcome */
    held?: number;
    /** skipped, those that are offered included */
    skipped?: number;
    offered?: number;
}

export interface Expected extends Expectation {
    /** StockItems that were ever made, those that are gone included; default: one for each run */
    made?: number;
    /** where all items lie; default: the location of the example */
    location?: number;
    /** quantities of the items, the oldest first; default: each is 1 */
    pieces?: readonly number[];
    /** parameters of all Parts; default: two for each Part */
    values?: number;
}

/** What a person sends to the source. */
export interface Press {
    /** the message; sent again where the crash took its answer */
    message: (servers: CaseServers) => object;
    /** the words of a refusal that is an answer too: what was asked is done already */
    refusal?: RegExp;
}

export interface Scenario {
    name: string;
    /** the scenario that leaves what this one begins with; null: the ledger is empty, the very first start */
    after: string | null;
    /** Bambuddy's, where it is newer than the usual one */
    version?: string;
    /** happens before Node-RED starts, or while it runs */
    arrange: (servers: CaseServers) => void;
    /** what has become of the ledger since; null: it is lost */
    ledger?: ((data: LedgerData, servers: CaseServers) => void) | null;
    /** of nodes by their type, where they are not those of the example; only of a scenario that comes after none */
    settings?: Record<string, Record<string, unknown>>;
    /** nodes beside the example's, on its tab and with its sync store */
    nodes?: readonly { id: string; type: string; [property: string]: unknown }[];
    press?: Press;
    ends: Ends;
    /** what the servers have to show beside that before all is done */
    isThrough?: (servers: CaseServers) => boolean;
    expected: (servers: CaseServers) => Expected;
    /** anything else that must hold at the end. @returns what is wrong */
    check?: (servers: CaseServers) => string[];
    /** requests of Bambuddy that no later start makes any more */
    over?: RegExp;
}

/** What is printed; its estimate is what the parameters show. */
export const FILE = { name: 'Gridfinity bin 2x3x6', estimate: { seconds: 5400, grams: 33.7 } };
export const PARAMETERS = { Weight: '33.7', PrintTime: '1h 30m' };
/** The Bambuddy that asks for outcomes and gets files later. */
export const NEWEST = '1.2.5.7';

const HOUR_MS = 3600_000;

export const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

/** The archive of what is printed. */
export function madeBefore({ bambuddy }: CaseServers, name = FILE.name): number {
    return [...bambuddy.state.archives.values()].find((archive) => archive.print_name === name)?.id ?? 0;
}

/** The runs of an archive, oldest first. */
export function runsOf(servers: CaseServers, archiveId = madeBefore(servers)): { id: number; startedAt: string }[] {
    const runs = servers.bambuddy.state.runsOf(archiveId).map(({ id, started_at }) => ({ id, startedAt: started_at! }));
    return runs.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** The print comes again, from the same archive. */
export function printedAgain(servers: CaseServers, more: { confirm?: boolean; startedAt?: Date } = {}): void {
    servers.bambuddy.print({ archive: madeBefore(servers), seconds: 1800, ...more });
}

/** The code of a run that is not its archive's first. */
export function batchOf(servers: CaseServers, run: number): string {
    return `bambuddy-${madeBefore(servers)}-${runsOf(servers)[run]!.id}`;
}

/** All runs of the archive are in stock, or its first so many. */
export function stocked(servers: CaseServers, count?: number): Expected {
    const archiveId = madeBefore(servers);
    return {
        runs: runsOf(servers)
            .slice(0, count)
            .map(({ startedAt }) => ({ archiveId, startedAt })),
        parts: 1,
        parameters: PARAMETERS,
        images: true,
        links: true,
    };
}
