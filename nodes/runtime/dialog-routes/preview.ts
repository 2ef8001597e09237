import { BAMBUDDY } from '../../../lib/clients/bambuddy/server-traits';
import { inTime } from '../../../lib/admin/dialogs/deadline';
import { newestPrint } from '../../../lib/admin/dialogs/newest-print';
import { aboutServer, problem, problemOf, ProblemError } from '../../../lib/admin/dialogs/problem';
import type { Preview } from '../../../lib/admin/dialogs/wire';
import { identityOf, ipnOf } from '../../../lib/print/part-identity';
import type { Print } from '../../../lib/print/print';
import type { Sync } from '../../../lib/sync';
import { SETTINGS } from '../../inventree-part-upsert/settings';
import { identityRule } from '../settings/identity-rule';
import { configNode, textOf, type Node, type NodeAPI } from '../node-red';
import type { SyncStoreNode } from '../flow/server-nodes';
import { TypedValues } from '../settings/typed-value';
import { previewed, previewValuesOf } from './preview-values';
import { ready, storeOf } from './store-asked';
import { savedNodes } from './stored-connection';

const TIMEOUT_MS = 10_000;

/**
 * What the newest print would give, with what is in a dialog just now. Evaluated as the nodes do it.
 * @param body `{ store, source?: { samePart, keyFields, platesApart }, ipnPrefix?, node?, stock?, values: [{ id, value, type, template? }] }`
 */
export async function preview(RED: NodeAPI, body: unknown, gone: AbortSignal): Promise<Preview> {
    const asked = body as Record<string, unknown>;
    const about = aboutServer(BAMBUDDY, '');
    try {
        const store = storeOf(RED, asked['store']);
        const sync = await inTime(ready(store), TIMEOUT_MS, about, gone);
        const print = await inTime(newestPrint(sync, TIMEOUT_MS + 1000), TIMEOUT_MS, about, gone);
        if (print === null) throw new ProblemError(problem('noPrint', about));
        return await evaluated(RED, store, sync, print, asked);
    } catch (error) {
        return {
            print: null,
            identity: null,
            ipn: null,
            part: null,
            results: {},
            problem: problemOf(error, about),
        };
    }
}

async function evaluated(
    RED: NodeAPI,
    store: SyncStoreNode,
    sync: Sync,
    found: Print,
    asked: Record<string, unknown>,
): Promise<Preview> {
    const identity = identityFor(RED, store, found, asked['source']);
    const print = { ...found, identity: identity ?? '' };
    const record = identity === null ? undefined : sync.delivery.ledger.part(identity);
    const part = record?.pk === undefined ? null : { pk: record.pk, IPN: record.IPN, name: record.name };
    // the node of the dialog where it is deployed: its flow has variables and context of its own
    const node = configNode<Node>(RED, asked['node']) ?? store;
    const msg = {
        _msgid: RED.util.generateId(),
        topic: 'bambuddy/print',
        payload: print,
        sync: { force: false, mode: 'all' },
        ...(part === null
            ? {}
            : { part: { ...part, url: sync.destination.client.partPage(part.pk), image: null, created: false } }),
    };
    const context = { values: new TypedValues(RED, node), sync, print, msg, stock: stockAsked(asked['stock']), part };
    const results = await Promise.all(
        previewValuesOf(asked['values']).map(async (value) => [value.id, await previewed(value, context)] as const),
    );
    return {
        print: { name: print.name, batch: print.batch, completedAt: print.completedAt, printer: print.printer.name },
        identity,
        ipn:
            identity === null ? null : ipnOf(identity, textOf(asked['ipnPrefix'], SETTINGS.settings.ipnPrefix.default)),
        part,
        results: Object.fromEntries(results),
        problem: null,
    };
}

/** The settings of the *add to stock* node: of the dialog that is open, or of the node that the Part's goes to. */
function stockAsked(given: unknown): Record<string, unknown> {
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
}

/** By the rule in the dialog; else as the print was taken, or would be by the store's source. */
function identityFor(RED: NodeAPI, store: SyncStoreNode, print: Print, rule: unknown): string | null {
    const typed = typeof rule === 'object' && rule !== null ? (rule as Record<string, unknown>) : null;
    const taken =
        print.archiveId === null
            ? undefined
            : store.sync?.delivery.ledger.printOfRun(print.source, print.archiveId, print.startedAt);
    if (typed === null && taken !== undefined && taken.identity !== '') return taken.identity;
    const source =
        typed ?? savedNodes(RED).find((node) => node['type'] === 'bambuddy-archive-in' && node['sync'] === store.id);
    return print.archive === null ? print.identity || null : identityOf(print.archive, identityRule(source ?? {}));
}
