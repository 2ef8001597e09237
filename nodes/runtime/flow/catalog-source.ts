import {
    CatalogActionError,
    catalogActionOf,
    performCatalogAction,
    type CatalogActionParts,
} from '../../../lib/delivery/products/catalog-actions';
import { inTime } from '../../../lib/delivery/retry/answer-in-time';
import type { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import { AuthError } from '../../../lib/http/errors';
import { toldAnswer, type PassProgress } from '../../../lib/sources/catalog/pass-report';
import { onInput } from '../message/run-on-input';
import type { NodeStatus } from '../status/status';
import type { ProductSourceNode } from './product-route';

/** So long a product may be in nobody's hand before it counts as not taken, ms. */
export const PASS_AFTER_MS = 60_000;

export type CatalogSourceParts = CatalogActionParts;

/** How a source of products stands, as its status and the sidebar show it. */
export interface CatalogSourceState {
    parts: CatalogSourceParts | null;
    /** why there is no source; null: it works, or is not open yet */
    problem: string | null;
    /** how far the pass under way is; null: none is */
    reading: PassProgress | null;
    /** the last pass brought failures */
    failure: boolean;
    /** told when any of it has changed */
    watchers: Set<() => void>;
}

/** The state of a source whose catalog is not open yet. */
export function unopenedSource(): CatalogSourceState {
    return { parts: null, problem: null, reading: null, failure: false, watchers: new Set() };
}

/** Of a pass that has just begun. */
export const NOTHING_READ: PassProgress = { store: null, done: 0, total: 0, products: 0 };

/** Shows what matters most. */
export function showCatalogSource(status: NodeStatus, state: CatalogSourceState): void {
    const { parts, reading, failure } = state;
    for (const changed of state.watchers) changed();
    if (parts === null) return;
    const { inFlight, waiting, notTaken } = parts.offers.counts;
    if (parts.passes.paused) status.show('yellow', 'ring', 'paused');
    else if (reading !== null) status.show('blue', 'dot', 'reading', { n: reading.products });
    else if (inFlight + waiting > 0) status.show('blue', 'dot', 'sending', { n: inFlight + waiting });
    else if (failure) status.show('red', 'dot', 'failed');
    else if (notTaken > 0) status.show('yellow', 'dot', 'notTaken', { n: notTaken });
    else showCatalog(status, parts);
}

function showCatalog(status: NodeStatus, { catalog, accounts }: CatalogActionParts): void {
    const stores = accounts().flatMap((id) => [...catalog.find('stores', 'account', id)]);
    const products = stores.reduce((sum, { id }) => sum + catalog.count('products', 'store', id), 0);
    const isOn = stores.some(({ id }) => catalog.get('switches', id)?.on === true);
    if (stores.length > 0 && !isOn) status.show('yellow', 'ring', 'storesOff');
    else status.show('green', 'dot', 'inStep', { n: products });
}

/**
 * Answers the actions that messages ask for, on the second output.
 * @param opened the source, when its catalog is open
 */
export function answerCatalogActions(
    node: ProductSourceNode,
    status: NodeStatus,
    opened: Promise<CatalogSourceParts>,
    breaker: CircuitBreaker | null,
    state: CatalogSourceState,
): void {
    onInput(
        node,
        status,
        async (msg, { send }) => {
            // what is asked is judged first: a mistake in it is told even while nothing else works
            const action = catalogActionOf(msg.payload);
            const parts = await opened;
            const payload = await inTime([breaker], () => performCatalogAction(parts, action));
            showCatalogSource(status, state);
            msg['topic'] = `catalog/${action.action}`;
            msg.payload = toldAnswer(payload);
            send([null, msg] as never);
        },
        (error) => {
            if (error instanceof CatalogActionError) status.show('red', 'dot', 'unknownAction');
            else if (error instanceof AuthError) status.show('red', 'ring', 'refused', { server: error.server });
            // why there is no source was said at the deploy
            else if (state.parts !== null) status.show('red', 'dot', 'failed');
        },
    );
}

export function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
