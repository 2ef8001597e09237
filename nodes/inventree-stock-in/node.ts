import { readImage } from '../../lib/clients/inventree/images';
import { checkInvenTree } from '../../lib/clients/inventree/server-kind';
import { systemClock } from '../../lib/concurrency/clock';
import { CatalogPasses } from '../../lib/delivery/products/catalog-passes';
import { ProductMessages } from '../../lib/delivery/products/product-messages';
import { ProductOffers, type ProductSink } from '../../lib/delivery/products/product-offers';
import { wishOf } from '../../lib/delivery/products/wish';
import { retryWhileUnavailable } from '../../lib/delivery/retry/retry-while-unavailable';
import { ClosedError, ConfigError } from '../../lib/http/errors';
import { toldReport, type PassReport } from '../../lib/sources/catalog/pass-report';
import { STORE } from '../../lib/sources/inventree/records-of';
import { readStock, type StockPassParts } from '../../lib/sources/inventree/stock-pass';
import type { ProductRecord } from '../../lib/store/catalog/records';
import type { CatalogStoreNode } from '../runtime/flow/catalog-nodes';
import {
    answerCatalogActions,
    NOTHING_READ,
    PASS_AFTER_MS,
    showCatalogSource,
    unopenedSource,
    wordsOf,
    type CatalogSourceParts,
    type CatalogSourceState,
} from '../runtime/flow/catalog-source';
import { afterFlowsStarted, onFlowsStarted } from '../runtime/flow/flows-started';
import { runningProductSources, shopsOf, sinksFrom, type ProductSourceNode } from '../runtime/flow/product-route';
import type { InvenTreeServerNode } from '../runtime/flow/server-nodes';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { TypedValues } from '../runtime/settings/typed-value';
import { NodeStatus } from '../runtime/status/status';
import { SETTINGS } from './settings';
import { priceFor, stockSettings } from './stock-settings';

const TYPE = 'inventree-stock-in';
type Parts = CatalogSourceParts & { passes: CatalogPasses<PassReport> };
/** A Part is left out for nothing but its settings, and a new category follows the one above it. */
const RULES = { newGroups: 'parent', leaveOut: [] } as const;

/** Files of catalogs that have a node of this type: `inventree:<pk>` does not tell the Parts of two servers apart. */
const claimed = new Set<string>();

const init = (RED: NodeAPI): void => {
    function InvenTreeStockIn(this: ProductSourceNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const store = configNode<CatalogStoreNode>(RED, settings.catalog);
        const server = configNode<InvenTreeServerNode>(RED, settings.inventree);
        const status = new NodeStatus(RED, this, TYPE);
        const typed = new TypedValues(RED, this);
        const state: CatalogSourceState & { parts: Parts | null } = { ...unopenedSource(), parts: null };
        let isClosed = false;
        let claim: string | null = null;
        this.kind = 'inventree';
        this.store = store;
        this.state = state;
        this.offers = null;
        this.breakers = [server?.breaker ?? null];
        this.check = async (findings, signal) => {
            if (server?.client) await checkInvenTree(server.client, findings, signal, 'read');
        };
        this.picture = (url, signal) => (server?.client ? readImage(server.client, url, signal) : null);

        const tell = (payload: object, topic: string): void => this.send([null, { topic, payload }]);

        const show = (): void => showCatalogSource(status, state);

        const read = async (pass: StockPassParts, signal: AbortSignal): Promise<PassReport> => {
            state.reading = NOTHING_READ;
            state.parts?.offers.proceed();
            show();
            try {
                return await readStock(pass, signal);
            } finally {
                state.reading = null;
                show();
            }
        };

        const opened = (async (): Promise<Parts> => {
            if (store === null || server === null) throw new ClosedError();
            const { client, problem } = server;
            if (client === null) throw problem ?? new ClosedError();
            const chosen = stockSettings(settings);
            const { catalog } = await store.ready;
            if (isClosed) throw new ClosedError();
            if (claimed.has(catalog.file))
                throw new ConfigError(
                    'Another node puts the stock of an InvenTree into this catalog already. Choose another catalog store.',
                    { server: 'InvenTree', setting: 'catalog' },
                );
            claimed.add((claim = catalog.file));
            const known = catalog.get('accounts', STORE);
            const account = { id: STORE, source: 'inventree', state: known?.state ?? 'active', node: this.id } as const;
            if (known?.node !== this.id) await catalog.put('accounts', { ...known, ...account });
            const accounts = (): readonly string[] => [STORE];
            const sinks = (): ProductSink[] => sinksFrom(RED, this, store);
            const messages = new ProductMessages(catalog);
            const offers = new ProductOffers({
                catalog,
                accounts,
                sinks,
                wish: (product) => wishOf(catalog, product, RULES),
                send: ({ id, product, change }) => {
                    this.send([{ topic: 'catalog/product', payload: messages.of(product), change, offer: id }, null]);
                },
                window: settings.window,
                passAfterMs: PASS_AFTER_MS,
                changed: show,
            });
            const pass: StockPassParts = {
                client,
                catalog,
                settings: chosen,
                ...(settings.price.type === 'auto'
                    ? {}
                    : {
                          priceOf: (product) =>
                              priceFor(settings.price, typed, messages.of(product as Readonly<ProductRecord>)),
                      }),
                progress: (progress) => {
                    state.reading = progress;
                    show();
                    tell(progress, 'catalog/progress');
                },
            };
            const passes = new CatalogPasses<PassReport>({
                clock: systemClock,
                // stock and Parts are read together
                intervalMs: { all: settings.interval * 1000, stock: 0 },
                read: (_kind, signal) => retryWhileUnavailable(server.breaker, () => read(pass, signal), signal),
                done: (_kind, report) => {
                    state.failure = report.failures.length > 0;
                    for (const each of report.failures) this.warn(each.failure.message);
                    show();
                    tell(toldReport(report), 'catalog/progress');
                },
                failed: (error) => {
                    state.failure = true;
                    show();
                    this.error(wordsOf(error), { topic: 'catalog/error', payload: {} });
                },
            });
            this.offers = offers;
            return { catalog, offers, passes, messages, accounts, rules: RULES, shops: () => shopsOf(sinks()) };
        })();

        this.opened = opened;
        // who cannot be opened says why itself
        opened.catch(() => undefined);
        runningProductSources.add(this);
        answerCatalogActions(this, status, opened, server?.breaker ?? null, state);

        const started = afterFlowsStarted(RED);
        const unlisten = onFlowsStarted(RED, () => state.parts?.offers.lookAtAll());
        // the catalog stays open until the source has written down what it read
        const ended = new Promise<void>((resolve) => {
            this.on('close', () => {
                isClosed = true;
                unlisten();
                if (claim !== null) claimed.delete(claim);
                state.parts?.offers.close();
                state.parts?.messages.close();
                void Promise.resolve(state.parts?.passes.close()).then(() => resolve());
            });
        });
        store?.track(ended);

        if (store === null || server === null) {
            return status.show('grey', 'ring', 'notConfigured');
        }
        status.show('yellow', 'ring', 'connecting');
        status.watch([server.breaker]);
        opened.then(
            (made) => {
                state.parts = made;
                show();
                // wires are known when all nodes are there
                void started.then(() => {
                    made.offers.lookAtAll();
                    made.passes.start(settings.interval > 0);
                });
            },
            (error: unknown) => {
                if (error instanceof ClosedError) return;
                state.problem = wordsOf(error);
                show();
                status.show('red', 'ring', store.trouble ?? 'notUsable');
                this.error(state.problem, { topic: 'catalog/error', payload: {} });
            },
        );
    }
    RED.nodes.registerType(TYPE, InvenTreeStockIn as never);
};

export = init;
