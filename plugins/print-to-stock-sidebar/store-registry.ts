import type { ReportedStore } from '../../lib/admin/diagnostics/report';
import { StoreApi } from '../../lib/admin/sidebar/store-api';
import type { StoreOverview } from '../../lib/admin/sidebar/wire';
import { ServiceError } from '../../lib/admin/http-api/service-error';
import { SourceHandle } from '../../lib/admin/sidebar/source-handle';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { runningSources, runningStores } from '../../nodes/runtime/flow/registry';
import type { SourceAdapterNode, SyncStoreNode } from '../../nodes/runtime/flow/server-nodes';
import { Publisher } from './publisher';

interface Counter {
    node: SyncStoreNode;
    storeApi: StoreApi | null;
    problem: string | null;
    /** ends the listening */
    leave: () => void;
}

/** The stores that run now with their sources; tells browsers of what changes. */
export class StoreRegistry {
    private readonly counters = new Map<SyncStoreNode, Counter>();
    private readonly sources = new Map<SourceAdapterNode, SourceHandle>();
    private readonly publisher: Publisher;

    constructor(RED: NodeAPI) {
        this.publisher = new Publisher(
            (topic, data) => RED.comms.publish(topic, data, false),
            (id) => this.counterOf(id)?.storeApi?.note() ?? null,
        );
        runningStores.watch((node, runs) => (runs ? this.open(node) : this.close(node)));
        runningSources.watch((node, runs) => (runs ? this.attach(node) : this.detach(node)));
    }

    overview(): StoreOverview[] {
        return [...this.counters.values()].map(({ node, storeApi, problem }) => ({
            id: node.id,
            name: node.name ?? '',
            trouble: node.trouble,
            problem,
            ...(storeApi === null ? { ready: false } : { ready: true, ...storeApi.overview() }),
        }));
    }

    /** Each store as a report looks into it. */
    reported(): ReportedStore[] {
        return [...this.counters.values()].map(({ node, storeApi, problem }) => ({
            id: node.id,
            sync: node.sync,
            problem,
            overview: storeApi?.overview() ?? null,
        }));
    }

    /** @throws ServiceError 404, 503 */
    storeApi(id: string): StoreApi {
        const counter = this.counterOf(id);
        if (counter === undefined) throw new ServiceError(404, 'This store is no longer running');
        if (counter.storeApi === null) throw new ServiceError(503, counter.problem ?? 'The store is not open yet');
        return counter.storeApi;
    }

    private counterOf(id: string): Counter | undefined {
        return [...this.counters.values()].find(({ node }) => node.id === id);
    }

    private open(node: SyncStoreNode): void {
        const counter: Counter = { node, storeApi: null, problem: null, leave: () => undefined };
        this.counters.set(node, counter);
        const changed = (): void => this.publisher.changed(node.id);
        node.ready.then(
            (sync) => {
                if (this.counters.get(node) !== counter) return;
                counter.storeApi = new StoreApi(
                    sync,
                    () => this.sourcesOf(node),
                    (source, error) => this.nodeOf(source)?.error(error.message),
                );
                const leave = [
                    sync.delivery.ledger.onPrint(changed),
                    // what came of a job that has ended
                    sync.delivery.ledger.onPrint(() => {
                        if (counter.storeApi?.printers.any === true) this.publisher.printingChanged(node.id);
                    }),
                    sync.destination.breaker.watch(changed),
                    sync.bambuddyBreaker?.watch(changed),
                ];
                counter.leave = () => leave.forEach((end) => end?.());
                this.publisher.storesChanged();
            },
            (error: unknown) => {
                counter.problem = error instanceof Error ? error.message : String(error);
                this.publisher.storesChanged();
            },
        );
        this.publisher.storesChanged();
    }

    private close(node: SyncStoreNode): void {
        this.counters.get(node)?.leave();
        this.counters.delete(node);
        this.publisher.forget(node.id);
        this.publisher.storesChanged();
    }

    private attach(node: SourceAdapterNode): void {
        const changed = (): void => {
            if (node.store !== null) this.publisher.changed(node.store.id);
        };
        const printingChanged = (): void => {
            if (node.store !== null) this.publisher.printingChanged(node.store.id);
        };
        this.sources.set(
            node,
            new SourceHandle(
                node.id,
                node.name ?? '',
                node.kind,
                node.hasHistory,
                node.adapter,
                changed,
                printingChanged,
            ),
        );
        this.publisher.storesChanged();
    }

    private detach(node: SourceAdapterNode): void {
        this.sources.get(node)?.close();
        this.sources.delete(node);
        this.publisher.storesChanged();
    }

    private sourcesOf(store: SyncStoreNode): SourceHandle[] {
        return [...this.sources].filter(([node]) => node.store === store).map(([, source]) => source);
    }

    private nodeOf(id: string): SourceAdapterNode | undefined {
        return [...this.sources.keys()].find((node) => node.id === id);
    }
}
