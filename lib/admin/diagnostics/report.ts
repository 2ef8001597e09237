import { EVERY_PRINT } from '../prints/print-filter';
import { listPage } from '../prints/print-list';
import type { LedgerOverview } from '../sidebar/wire';
import type { RecentError } from '../../delivery/recent-errors';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { redactor } from '../../http/redact';
import type { PrintRecord } from '../../store/ledger/records';
import { namesOfPrint, reportedPrint } from '../../store/maintenance/store-diagnostics';
import type { Sync } from '../../sync';
import { anonymizer } from '../../text/anonymize';

/** What a person ticks: it stays in the report. */
export interface Kept {
    names: boolean;
    addresses: boolean;
}

/** A running sync store, as a report looks into it. */
export interface ReportedStore {
    id: string;
    /** null: not open */
    sync: Sync | null;
    problem: string | null;
    overview: LedgerOverview | null;
}

/** What of a webhook's queue is told: why it is not open, or what was refused, newest first. */
export type ReportedWebhook = { id: string } & (
    | { problem: string }
    | {
          parked: number;
          dropped: number;
          refused: { at: string; topic: string; reason: string; status: number | null }[];
      }
);

/** What there is to tell besides the stores. */
export interface Surroundings {
    versions: Readonly<Record<string, string>>;
    /** the settings of each node, without what names people, places or servers */
    nodes: readonly { type: string; id: string; settings: Readonly<Record<string, unknown>> }[];
    webhooks: readonly ReportedWebhook[];
    /** as they were entered; they are taken out of every text */
    secrets: readonly string[];
    addresses: readonly string[];
}

/** A store with its newest parked prints. */
interface Looked {
    store: ReportedStore;
    parked: readonly Readonly<PrintRecord>[];
}

interface Line {
    server: string;
    /** ISO 8601 UTC; null: it is up */
    downSince: string | null;
    /** what it waits for: `off`, `refused`, … */
    trouble: string | null;
    error: string | null;
}

const ERRORS = 50;
/** Names of so many prints, newest first, are looked for in texts; those of prints with an error always. */
const NAMES = 5000;
const HANDSHAKE_MS = 3000;

/**
 * What somebody who helps has to know: versions, settings, states and counts, the last errors with what was asked and
 * answered, servers that are away. Times are UTC. No secret is in it, and no address or name unless it is kept.
 */
export async function diagnostics(
    stores: readonly ReportedStore[],
    { versions, nodes, webhooks, secrets, addresses }: Surroundings,
    kept: Kept,
    signal: AbortSignal,
): Promise<object> {
    const looked = await Promise.all(
        stores.map(async (store) => ({ store, parked: store.sync === null ? [] : await parkedOf(store.sync, signal) })),
    );
    const names = kept.names ? [] : await namesOf(looked, signal);
    const told = {
        made: new Date().toISOString(),
        versions,
        stores: await Promise.all(looked.map(storeReport)),
        webhooks,
        nodes,
    };
    const withoutSecrets = redactor(secrets);
    const anonymous = anonymizer({ names, addresses: kept.addresses ? [] : addresses, keepAddresses: kept.addresses });
    return eachText(told, (text) => anonymous(withoutSecrets(text))) as object;
}

async function storeReport({ store, parked }: Looked): Promise<object> {
    const { id, sync, problem, overview } = store;
    if (sync === null || overview === null) return { id, problem };
    const { counts, questions, sources } = overview;
    const breakers = [...new Set([...sync.delivery.breakers.values(), sync.destination.breaker])];
    return {
        id,
        servers: await serversOf(sync),
        counts,
        questions,
        lines: breakers.map(lineOf),
        sources: sources.map(({ name: _, backfill, ...source }) => ({
            ...source,
            backfill: backfill === null ? null : { ...backfill, prints: undefined },
            longJobs: undefined,
        })),
        errors: sync.delivery.errors.list().slice(0, ERRORS),
        parked: parked.map(reportedPrint),
    };
}

async function serversOf(sync: Sync): Promise<Record<string, string>> {
    const signal = AbortSignal.timeout(HANDSHAKE_MS);
    const [inventree, bambuddy] = await Promise.all([
        sync.destination.client.handshake(signal).then(
            ({ version, apiVersion }) => `${version}, API ${apiVersion}`,
            () => 'no answer',
        ),
        sync.bambuddy?.version(signal).catch(() => 'no answer'),
    ]);
    return { InvenTree: inventree, ...(bambuddy !== undefined && { Bambuddy: bambuddy }) };
}

function lineOf(breaker: CircuitBreaker): Line {
    const { server, downSince, error, trouble } = breaker.state;
    const isDown = downSince !== null;
    return {
        server,
        downSince: isDown ? new Date(downSince).toISOString() : null,
        trouble: isDown ? trouble : null,
        error,
    };
}

async function parkedOf(sync: Sync, signal: AbortSignal): Promise<Readonly<PrintRecord>[]> {
    const query = { ...EVERY_PRINT, states: ['parked'] as const, after: null, limit: ERRORS };
    return (await listPage(sync.delivery.ledger, query, signal)).prints;
}

async function namesOf(looked: readonly Looked[], signal: AbortSignal): Promise<string[]> {
    const names: string[] = [];
    for (const { store, parked } of looked) {
        const { sync } = store;
        if (sync === null) continue;
        const { ledger, errors } = sync.delivery;
        const query = { ...EVERY_PRINT, after: null, limit: NAMES };
        const { prints } = await listPage(ledger, query, signal);
        const failed = errors.list().flatMap(({ batch }: RecentError) => ledger.print(batch ?? '') ?? []);
        for (const record of [...prints, ...parked, ...failed]) {
            names.push(...namesOfPrint(record));
            const part = ledger.part(record.identity);
            if (part !== undefined) names.push(part.name);
        }
    }
    return names;
}

/** Versions look like addresses (`1.2.5.2`), and are none. */
const AS_IT_IS: ReadonlySet<string> = new Set(['versions', 'servers']);

/** A copy in which every text went through `change`; keys stay. */
function eachText(value: unknown, change: (text: string) => string): unknown {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map((each) => eachText(each, change));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, AS_IT_IS.has(key) ? each : eachText(each, change)]),
    );
}
