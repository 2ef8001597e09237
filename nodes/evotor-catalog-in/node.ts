import { systemClock } from '../../lib/concurrency/clock';
import { CatalogPasses } from '../../lib/delivery/products/catalog-passes';
import { ProductMessages } from '../../lib/delivery/products/product-messages';
import { ProductOffers, type ProductSink } from '../../lib/delivery/products/product-offers';
import { retryWhileUnavailable } from '../../lib/delivery/retry/retry-while-unavailable';
import { ClosedError } from '../../lib/http/errors';
import { readAccount } from '../../lib/sources/evotor/account-pass';
import { awaitsPictures } from '../../lib/sources/evotor/product-pictures';
import type { PassReport } from '../../lib/sources/catalog/pass-report';
import type { EvotorAccess, EvotorAccountNode } from '../runtime/flow/catalog-nodes';
import {
    answerCatalogActions,
    NOTHING_READ,
    PASS_AFTER_MS,
    passReportOf,
    showCatalogSource,
    unopenedSource,
    wordsOf,
    type CatalogSourceParts,
    type CatalogSourceState,
} from '../runtime/flow/catalog-source';
import { afterFlowsStarted, onFlowsStarted } from '../runtime/flow/flows-started';
import { runningProductSources, shopsOf, sinksFrom, type ProductSourceNode } from '../runtime/flow/product-route';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { NodeStatus } from '../runtime/status/status';
import { SETTINGS } from './settings';
import { pictureLooks, type PictureLooks } from './picture-looks';
import { wishOf } from '../../lib/delivery/products/wish';

const TYPE = 'evotor-catalog-in';
interface Parts extends CatalogSourceParts {
    pictures: PictureLooks;
}

const init = (RED: NodeAPI): void => {
    function EvotorCatalogIn(this: ProductSourceNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const account = configNode<EvotorAccountNode>(RED, settings.account);
        const status = new NodeStatus(RED, this, TYPE);
        const state: CatalogSourceState & { parts: Parts | null } = { ...unopenedSource(), parts: null };
        this.kind = 'evotor';
        this.store = account?.store ?? null;
        this.state = state;
        this.offers = null;

        const tell = (payload: object, topic: string): void => this.send([null, { topic, payload }]);

        const show = (): void => showCatalogSource(status, state);

        const read = async (access: EvotorAccess, kind: 'full' | 'stock', signal: AbortSignal): Promise<PassReport> => {
            state.reading = NOTHING_READ;
            state.parts?.offers.proceed();
            show();
            try {
                return await readAccount(
                    {
                        client: access.client,
                        catalog: access.catalog,
                        account: access.account,
                        onWarning: (text) => this.warn(text),
                        progress: (progress) => {
                            state.reading = progress;
                            show();
                            tell(progress, 'catalog/progress');
                        },
                    },
                    kind,
                    signal,
                );
            } finally {
                state.reading = null;
                show();
            }
        };

        const opened = (async (): Promise<Parts> => {
            if (account === null) throw new ClosedError();
            const access = await account.ready;
            const { catalog } = access;
            const accounts = (): readonly string[] => [access.account];
            const sinks = (): ProductSink[] => (account.store === null ? [] : sinksFrom(RED, this, account.store));
            const messages = new ProductMessages(catalog);
            const offers = new ProductOffers({
                catalog,
                accounts,
                sinks,
                wish: (product) => {
                    const wish = wishOf(catalog, product, settings);
                    // until somebody has looked for its picture a shop would do without
                    return wish === 'show' && settings.pictures && awaitsPictures(product) ? null : wish;
                },
                send: ({ id, product, change }) => {
                    this.send([{ topic: 'catalog/product', payload: messages.of(product), change, offer: id }, null]);
                },
                window: settings.window,
                passAfterMs: PASS_AFTER_MS,
                changed: show,
            });
            const passes = new CatalogPasses<PassReport>({
                clock: systemClock,
                intervalMs: { all: settings.interval * 1000, stock: settings.stockInterval * 1000 },
                read: (kind, signal) =>
                    retryWhileUnavailable(
                        account.breaker,
                        () => read(access, kind === 'all' ? 'full' : 'stock', signal),
                        signal,
                    ),
                done: (_kind, report) => {
                    state.failure = report.failures.length > 0;
                    for (const each of report.failures) this.warn(each.failure.message);
                    show();
                    tell(passReportOf(report), 'catalog/progress');
                    pictures.look();
                },
                failed: (error) => {
                    state.failure = true;
                    show();
                    this.error(wordsOf(error), { topic: 'catalog/error', payload: {} });
                },
            });
            const pictures = pictureLooks(this, access, settings);
            this.offers = offers;
            return {
                catalog,
                offers,
                passes,
                messages,
                accounts,
                rules: settings,
                pictures,
                shops: () => shopsOf(sinks()),
            };
        })();

        this.opened = opened;
        // who cannot be opened says why itself
        opened.catch(() => undefined);
        runningProductSources.add(this);
        answerCatalogActions(this, status, opened, account?.breaker ?? null, state);

        const started = afterFlowsStarted(RED);
        const unlisten = onFlowsStarted(RED, () => state.parts?.offers.lookAtAll());
        // the catalog stays open until the source has written down what it read
        account?.store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    unlisten();
                    state.parts?.offers.close();
                    state.parts?.messages.close();
                    const ending =
                        state.parts === null ? [] : [state.parts.passes.close(), state.parts.pictures.close()];
                    void Promise.allSettled(ending).then(() => resolve());
                });
            }),
        );

        if (account === null) {
            return status.show('grey', 'ring', 'notConfigured');
        }
        status.show('yellow', 'ring', 'connecting');
        status.watch([account.breaker]);
        opened.then(
            (made) => {
                state.parts = made;
                show();
                // wires are known when all nodes are there
                void started.then(() => {
                    made.offers.lookAtAll();
                    made.passes.start(settings.pollOnDeploy);
                    made.pictures.look();
                });
            },
            (error: unknown) => {
                if (error instanceof ClosedError) return;
                state.problem = wordsOf(error);
                show();
                status.show('red', 'ring', account.store?.trouble ?? 'notConfigured');
                this.error(state.problem, { topic: 'catalog/error', payload: {} });
            },
        );
    }
    RED.nodes.registerType(TYPE, EvotorCatalogIn as never);
};

export = init;
