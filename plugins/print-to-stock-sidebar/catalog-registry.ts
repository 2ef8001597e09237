import type { CatalogOverview } from '../../lib/admin/sidebar/catalog/wire';
import { AccountsApi } from '../../lib/admin/sidebar/catalog/accounts-api';
import { CatalogApi } from '../../lib/admin/sidebar/catalog/catalog-api';
import { SourceOfCatalog } from '../../lib/admin/sidebar/catalog/catalog-source';
import { ServiceError } from '../../lib/admin/http-api/service-error';
import { PICTURE_MS, PictureCache, type Thumbnail } from '../../lib/admin/sidebar/picture-cache';
import { systemClock } from '../../lib/concurrency/clock';
import { EvotorAccounts } from '../../lib/sources/evotor/accounts/accounts';
import type { CatalogCollection } from '../../lib/store/catalog/records';
import type { CatalogStoreNode } from '../../nodes/runtime/flow/catalog-nodes';
import { readPicture } from '../../nodes/runtime/flow/product-pictures';
import { runningProductSources, type ProductSourceNode } from '../../nodes/runtime/flow/product-route';
import { runningCatalogs } from '../../nodes/runtime/flow/registry';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { Publisher } from './publisher';

/** What is told under `print-to-stock/…` when catalogs or sources come or go; no node has such an id. */
const ALL = 'catalogs';
/** What of a catalog is shown. */
const SHOWN: ReadonlySet<CatalogCollection> = new Set([
    'stores',
    'groups',
    'products',
    'albums',
    'items',
    'links',
    'switches',
    'accounts',
    'meta',
]);

interface RunningCatalog {
    node: CatalogStoreNode;
    api: CatalogApi | null;
    /** changes of groups and switches so far: a tree is asked for anew where it differs */
    tree: number;
    leave: () => void;
}

/** The catalogs that run now with their sources; tells browsers of what changes. */
export class CatalogRegistry {
    private readonly catalogs = new Map<CatalogStoreNode, RunningCatalog>();
    private readonly sources = new Map<ProductSourceNode, SourceOfCatalog>();
    private readonly pictures = new PictureCache();
    private readonly publisher: Publisher;

    constructor(RED: NodeAPI) {
        this.publisher = new Publisher(
            (topic, data) => RED.comms.publish(topic, data, false),
            (about) => this.noteOf(about),
        );
        runningCatalogs.watch((node, runs) => (runs ? this.open(node) : this.close(node)));
        runningProductSources.watch((node, runs) => (runs ? this.attach(node) : this.detach(node)));
    }

    overview(): CatalogOverview[] {
        return [...this.catalogs.values()].map(({ node, api }) => ({
            id: node.id,
            name: node.name ?? '',
            trouble: node.trouble,
            problem: node.problem,
            ...(api === null ? { ready: false } : { ready: true, ...api.overview() }),
        }));
    }

    /** @throws ServiceError 404, 503 */
    api(id: string): CatalogApi {
        const found = this.found(id);
        if (found === undefined) throw new ServiceError(404, 'This catalog is no longer running');
        if (found.api === null) throw new ServiceError(503, found.node.problem ?? 'The catalog is not open yet');
        return found.api;
    }

    /**
     * The first picture of a product.
     * @param product key of its record
     * @returns null: it has none. @throws ServiceError; Failure
     */
    async picture(id: string, product: string): Promise<Thumbnail | null> {
        const record = this.api(id).reader.catalog.get('products', product);
        const [first] = record?.pictures ?? [];
        if (record === undefined || first === undefined) return null;
        const of = { account: record.account, storeId: record.store, id: record.id };
        return this.pictures.of(`${id}/${product}/${first.url}`, () =>
            readPicture(of, { url: first.url, hash: first.hash ?? null }, AbortSignal.timeout(PICTURE_MS)),
        );
    }

    private found(id: string): RunningCatalog | undefined {
        return [...this.catalogs.values()].find(({ node }) => node.id === id);
    }

    private noteOf(about: string): object | null {
        if (about === ALL) return {};
        const found = this.found(about.slice(ALL.length + 1));
        return found === undefined ? null : { tree: found.tree };
    }

    private open(node: CatalogStoreNode): void {
        const running: RunningCatalog = { node, api: null, tree: 0, leave: () => undefined };
        this.catalogs.set(node, running);
        node.ready.then(
            ({ catalog, vault }) => {
                if (this.catalogs.get(node) !== running) return;
                const api = new CatalogApi(
                    catalog,
                    new AccountsApi(new EvotorAccounts({ catalog, vault, clock: systemClock })),
                    () => this.sourcesOf(node),
                    (source, error) => this.nodeOf(source)?.error(error.message),
                    () => this.changed(node),
                );
                const unlisten = catalog.onChange((collection) => {
                    if (collection === 'groups' || collection === 'switches') running.tree++;
                    if (SHOWN.has(collection)) this.changed(node);
                });
                running.api = api;
                running.leave = () => {
                    unlisten();
                    api.close();
                };
                this.publisher.changed(ALL);
            },
            () => this.publisher.changed(ALL),
        );
        this.publisher.changed(ALL);
    }

    private close(node: CatalogStoreNode): void {
        this.catalogs.get(node)?.leave();
        this.catalogs.delete(node);
        this.publisher.forget(`${ALL}/${node.id}`);
        this.publisher.changed(ALL);
    }

    private attach(node: ProductSourceNode): void {
        const changed = (): void => {
            if (node.store !== null) this.changed(node.store);
        };
        node.state.watchers.add(changed);
        this.sources.set(node, new SourceOfCatalog(node.id, node.name ?? '', node.kind, () => node.state, node.opened));
        this.publisher.changed(ALL);
    }

    private detach(node: ProductSourceNode): void {
        this.sources.delete(node);
        this.publisher.changed(ALL);
    }

    private changed(node: CatalogStoreNode): void {
        this.publisher.changed(`${ALL}/${node.id}`);
    }

    private sourcesOf(store: CatalogStoreNode): SourceOfCatalog[] {
        return [...this.sources].filter(([node]) => node.store === store).map(([, source]) => source);
    }

    private nodeOf(id: string): ProductSourceNode | undefined {
        return [...this.sources.keys()].find((node) => node.id === id);
    }
}
