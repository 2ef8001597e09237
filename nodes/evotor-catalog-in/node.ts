import { checkEvotor } from '../../lib/clients/evotor/server-kind';
import { systemClock } from '../../lib/concurrency/clock';
import { ProductMessages } from '../../lib/delivery/products/product-messages';
import { ManyPasses } from '../../lib/delivery/products/many-passes';
import { ProductOffers, type ProductSink } from '../../lib/delivery/products/product-offers';
import { wishOf } from '../../lib/delivery/products/wish';
import { ClosedError } from '../../lib/http/errors';
import { mergedReport } from '../../lib/sources/catalog/merged-report';
import { toldReport, type PassProgress, type PassReport } from '../../lib/sources/catalog/pass-report';
import { EvotorAccounts } from '../../lib/sources/evotor/accounts/accounts';
import { awaitsPictures } from '../../lib/sources/evotor/product-pictures';
import type { CatalogStoreNode, EvotorAccountNode, OpenCatalog } from '../runtime/flow/catalog-nodes';
import {
    answerCatalogActions,
    PASS_AFTER_MS,
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
import { AccountLine, type LineEvents } from './account-line';
import { oneLine, type AccountLines } from './account-lines';
import { LinkedLines } from './linked-lines';
import { SETTINGS } from './settings';

const TYPE = 'evotor-catalog-in';
interface Parts extends CatalogSourceParts {
    lines: AccountLines;
}

const init = (RED: NodeAPI): void => {
    function EvotorCatalogIn(this: ProductSourceNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const { linked } = settings;
        const account = linked ? null : configNode<EvotorAccountNode>(RED, settings.account);
        const store = linked ? configNode<CatalogStoreNode>(RED, settings.catalog) : (account?.store ?? null);
        const status = new NodeStatus(RED, this, TYPE);
        const state: CatalogSourceState & { parts: Parts | null } = { ...unopenedSource(), parts: null };
        const reading = new Map<string, PassProgress>();
        const failing = new Set<string>();
        this.kind = 'evotor';
        this.store = store;
        this.state = state;
        this.offers = null;
        this.breakers = [account?.breaker ?? null];
        this.check = async (findings, signal) => {
            for (const of of (await this.opened).accounts()) {
                const client = this.clientOf?.(of);
                if (client) await checkEvotor(client, findings, signal);
            }
        };

        const tell = (payload: object, topic: string): void => this.send([null, { topic, payload }]);
        const show = (): void => {
            showCatalogSource(status, state);
            if (linked && state.parts?.lines.all().length === 0) status.show('yellow', 'ring', 'noAccounts');
        };
        // of several accounts a text says which one it is about
        const about = (of: string, text: string): string => (linked ? `Account ${of}: ${text}` : text);
        const events: LineEvents = {
            reading: (of, progress) => {
                if (progress === null) reading.delete(of);
                else reading.set(of, progress);
                if (progress?.store === null) state.parts?.offers.proceed();
                state.reading = [...reading.values()].at(-1) ?? null;
                show();
                if (progress?.store != null) tell(linked ? { account: of, ...progress } : progress, 'catalog/progress');
            },
            done: (of, report) => {
                if (report.failures.length > 0) failing.add(of);
                else failing.delete(of);
                state.failure = failing.size > 0;
                for (const { failure } of report.failures) this.warn(about(of, failure.message));
                show();
                tell(linked ? { account: of, ...toldReport(report) } : toldReport(report), 'catalog/progress');
            },
            failed: (of, error) => {
                failing.add(of);
                state.failure = true;
                show();
                this.error(about(of, wordsOf(error)), {
                    topic: 'catalog/error',
                    payload: linked ? { account: of } : {},
                });
            },
            warned: (of, text) => this.warn(about(of, text)),
        };

        const isPaused = (): boolean => state.parts?.passes.paused === true;
        const openLines = async (): Promise<OpenCatalog & { lines: AccountLines }> => {
            if (linked) {
                if (store === null) throw new ClosedError();
                const open = await store.ready;
                return { ...open, lines: new LinkedLines({ ...open, settings, events, isPaused, changed: show }) };
            }
            if (account === null) throw new ClosedError();
            const { client, catalog, vault, account: id } = await account.ready;
            const { breaker } = account;
            const make = (): AccountLine =>
                new AccountLine({ account: id, client, catalog, breaker, settings, events, isPaused });
            return { catalog, vault, lines: oneLine(catalog, id, make, show) };
        };

        const opened = (async (): Promise<Parts> => {
            const { catalog, vault, lines } = await openLines();
            const accounts = (): readonly string[] => lines.accounts();
            const sinks = (): ProductSink[] => (store === null ? [] : sinksFrom(RED, this, store));
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
            this.offers = offers;
            return {
                catalog,
                offers,
                passes: passesOver(lines),
                messages,
                accounts,
                rules: settings,
                accountActions: new EvotorAccounts({ catalog, vault, clock: systemClock }),
                awaitsPicture: (product) => settings.pictures && awaitsPictures(product),
                lines,
                shops: () => shopsOf(sinks()),
            };
        })();

        this.opened = opened;
        this.clientOf = (of) => state.parts?.lines.clientOf(of) ?? null;
        // who cannot be opened says why itself
        opened.catch(() => undefined);
        runningProductSources.add(this);
        answerCatalogActions(this, status, opened, null, state);

        const started = afterFlowsStarted(RED);
        const unlisten = onFlowsStarted(RED, () => state.parts?.offers.lookAtAll());
        // accounts come and go: what is new is offered, what is approved again, too
        let unfollow = (): void => undefined;
        let isClosed = false;
        // the catalog stays open until the source has written down what it read
        store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    isClosed = true;
                    unlisten();
                    unfollow();
                    state.parts?.offers.close();
                    state.parts?.messages.close();
                    void Promise.allSettled([state.parts?.lines.close()]).then(() => resolve());
                });
            }),
        );

        if (store === null) return status.show('grey', 'ring', 'notConfigured');
        status.show('yellow', 'ring', 'connecting');
        if (account !== null) status.watch([account.breaker]);
        opened.then(
            (made) => {
                if (isClosed) return void made.lines.close();
                state.parts = made;
                unfollow = made.catalog.onChange((collection) => {
                    if (collection === 'accounts') made.offers.lookAtAll();
                });
                show();
                // wires are known when all nodes are there
                void started.then(() => {
                    if (isClosed) return;
                    made.offers.lookAtAll();
                    made.lines.start(settings.pollOnDeploy);
                });
            },
            (error: unknown) => {
                if (error instanceof ClosedError) return;
                state.problem = wordsOf(error);
                show();
                status.show('red', 'ring', store.trouble ?? 'notConfigured');
                this.error(state.problem, { topic: 'catalog/error', payload: {} });
            },
        );
    }
    RED.nodes.registerType(TYPE, EvotorCatalogIn as never);
};

/** The passes of all accounts that are read, as one. */
function passesOver(lines: AccountLines): ManyPasses<AccountLine, PassReport> {
    return new ManyPasses(
        () => lines.all(),
        (read, outcomes) =>
            mergedReport(
                read.map(({ parts }) => parts.account),
                outcomes,
            ),
    );
}

export = init;
