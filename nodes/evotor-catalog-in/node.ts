import { systemClock } from '../../lib/concurrency/clock';
import {
    CatalogActionError,
    catalogActionOf,
    performCatalogAction,
    type CatalogActionParts,
} from '../../lib/delivery/products/catalog-actions';
import { CatalogPasses } from '../../lib/delivery/products/catalog-passes';
import { ProductMessages } from '../../lib/delivery/products/product-messages';
import { ProductOffers, type ProductSink } from '../../lib/delivery/products/product-offers';
import { inTime } from '../../lib/delivery/retry/answer-in-time';
import { retryWhileUnavailable } from '../../lib/delivery/retry/retry-while-unavailable';
import { AuthError, ClosedError } from '../../lib/http/errors';
import { readAccount } from '../../lib/sources/evotor/account-pass';
import { awaitsPictures } from '../../lib/sources/evotor/product-pictures';
import type { PassReport } from '../../lib/sources/catalog/pass-report';
import type { EvotorAccess, EvotorAccountNode } from '../runtime/flow/catalog-nodes';
import { afterFlowsStarted, onFlowsStarted } from '../runtime/flow/flows-started';
import { runningProductSources, shopsOf, sinksFrom, type ProductSourceNode } from '../runtime/flow/product-route';
import { onInput } from '../runtime/message/run-on-input';
import { configNode, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { NodeStatus } from '../runtime/status/status';
import { SETTINGS } from './settings';
import { pictureLooks, type PictureLooks } from './picture-looks';
import { wishOf } from '../../lib/delivery/products/wish';

const TYPE = 'evotor-catalog-in';
/** So long a product may be in nobody's hand before it counts as not taken. */
const PASS_AFTER_MS = 60_000;

interface Parts extends CatalogActionParts {
    passes: CatalogPasses<PassReport>;
    pictures: PictureLooks;
}

const init = (RED: NodeAPI): void => {
    function EvotorCatalogIn(this: ProductSourceNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const account = configNode<EvotorAccountNode>(RED, settings.account);
        const status = new NodeStatus(RED, this, TYPE);
        let parts: Parts | null = null;
        let reading: number | null = null;
        let failure = false;
        this.offers = null;
        runningProductSources.add(this);

        const tell = (payload: object, topic: string): void => this.send([null, { topic, payload }]);

        const show = (): void => {
            if (parts === null) return;
            const { underWay, waiting, notTaken } = parts.offers.counts;
            if (parts.passes.paused) status.show('yellow', 'ring', 'paused');
            else if (reading !== null) status.show('blue', 'dot', 'reading', { n: reading });
            else if (underWay + waiting > 0) status.show('blue', 'dot', 'sending', { n: underWay + waiting });
            else if (failure) status.show('red', 'dot', 'failed');
            else if (notTaken > 0) status.show('yellow', 'dot', 'notTaken', { n: notTaken });
            else showCatalog(parts);
        };
        const showCatalog = ({ catalog, accounts }: CatalogActionParts): void => {
            const stores = accounts().flatMap((id) => [...catalog.find('stores', 'account', id)]);
            const products = stores.reduce((sum, { id }) => sum + catalog.count('products', 'store', id), 0);
            const isOn = stores.some(({ id }) => catalog.get('switches', id)?.on === true);
            if (stores.length > 0 && !isOn) status.show('yellow', 'ring', 'storesOff');
            else status.show('green', 'dot', 'inStep', { n: products });
        };

        const read = async (access: EvotorAccess, kind: 'full' | 'stock', signal: AbortSignal): Promise<PassReport> => {
            reading = 0;
            show();
            try {
                return await readAccount(
                    {
                        client: access.client,
                        catalog: access.catalog,
                        account: access.account,
                        onWarning: (text) => this.warn(text),
                        progress: (progress) => {
                            reading = progress.products;
                            show();
                            tell(progress, 'catalog/progress');
                        },
                    },
                    kind,
                    signal,
                );
            } finally {
                reading = null;
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
                    failure = report.failures.length > 0;
                    for (const each of report.failures) this.warn(each.failure.message);
                    show();
                    tell(reportOf(report), 'catalog/progress');
                    pictures.look();
                },
                failed: (error) => {
                    failure = true;
                    show();
                    this.error(wordsOf(error), { topic: 'catalog/error', payload: {} });
                },
            });
            const pictures = pictureLooks(this, access, settings);
            this.offers = offers;
            return { catalog, offers, passes, messages, accounts, pictures, shops: () => shopsOf(sinks()) };
        })();

        onInput(
            this,
            status,
            async (msg, { send }) => {
                // what is asked is judged first: a mistake in it is told even while nothing else works
                const action = catalogActionOf(msg.payload);
                const at = await opened;
                const payload = await inTime(
                    account === null ? [] : [account.breaker],
                    () => performCatalogAction(at, action),
                    { onlyBegin: false },
                );
                show();
                msg['topic'] = `catalog/${action.action}`;
                msg.payload = 'kind' in payload && 'failures' in payload ? reportOf(payload as PassReport) : payload;
                send([null, msg] as never);
            },
            (error) => {
                if (error instanceof CatalogActionError) status.show('red', 'dot', 'unknownAction');
                else if (error instanceof AuthError) status.show('red', 'ring', 'refused', { server: error.server });
                // why there is no source was said at the deploy
                else if (parts !== null) status.show('red', 'dot', 'failed');
            },
        );

        const started = afterFlowsStarted(RED);
        const unlisten = onFlowsStarted(RED, () => parts?.offers.lookAtAll());
        // the catalog stays open until the source has written down what it read
        account?.store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    unlisten();
                    parts?.offers.close();
                    parts?.messages.close();
                    const ending = parts === null ? [] : [parts.passes.close(), parts.pictures.close()];
                    void Promise.allSettled(ending).then(() => resolve());
                });
            }),
        );

        if (account === null) {
            opened.catch(() => undefined);
            return status.show('grey', 'ring', 'notConfigured');
        }
        status.show('yellow', 'ring', 'connecting');
        status.watch([account.breaker]);
        opened.then(
            (made) => {
                parts = made;
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
                status.show('red', 'ring', account.store?.trouble ?? 'notConfigured');
                this.error(wordsOf(error), { topic: 'catalog/error', payload: {} });
            },
        );
    }
    RED.nodes.registerType(TYPE, EvotorCatalogIn as never);
};

/** A pass as flows are told of it: failures by their words. */
function reportOf(report: PassReport): object {
    const { quantitiesTold: _told, failures, ...rest } = report;
    return { ...rest, failures: failures.map(({ store, failure }) => ({ store, message: failure.message })) };
}

function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

export = init;
