import {
    performCatalogAction,
    type CatalogAction,
    type CatalogActionParts,
} from '../../../delivery/products/catalog-actions';
import { inTime } from '../../../delivery/retry/answer-in-time';
import { toldAnswer } from '../../../sources/catalog/pass-report';
import type { Catalog } from '../../../store/catalog/catalog';
import { CatalogReader } from '../../catalog/catalog-reader';
import { slicedPage } from '../../catalog/page';
import { plannedPage, shopOfPlan } from '../../catalog/planned-page';
import type { Answer } from '../answer';
import type { ServedCatalog } from '../served-source';
import { ServiceError } from '../service-error';
import { LOOK_MS, type Waits } from '../waits';
import type { CatalogRead } from './reads';

/** What scripts read and ask of one source of products. */
export class CatalogService {
    private known: { catalog: Catalog; reader: CatalogReader; parts: CatalogActionParts } | null = null;

    /** the last one that came to its end; null: none did */
    private lastPreview: object | null = null;

    constructor(private readonly waits: Waits) {}

    close(): void {
        this.known?.reader.close();
        this.known = null;
    }

    /** A page of the catalog. @throws ServiceError 404 for a store or community that is not known, 503; BadPlace */
    async read(served: ServedCatalog, read: CatalogRead): Promise<Answer> {
        const parts = await this.waits.whenReady(served.opened);
        const reader = this.readerOf(parts);
        return { status: 200, body: await this.bodyOf(parts, reader, read) };
    }

    /** @throws CatalogActionError; as the action */
    async act(
        served: ServedCatalog,
        action: CatalogAction,
        fields: Readonly<Record<string, unknown>>,
    ): Promise<Answer> {
        const parts = await this.waits.whenReady(served.opened);
        const work = inTime(served.breakers(), async () => {
            const done = await performCatalogAction(parts, { action, fields });
            if (action === 'preview') this.lastPreview = { endedAt: new Date().toISOString(), ...done };
            return done;
        });
        const answer = await this.waits.patiently(work);
        if (answer === undefined) return { status: 202, body: { action, state: 'waiting' } };
        return { status: 200, body: toldAnswer(answer) };
    }

    private async bodyOf(parts: CatalogActionParts, reader: CatalogReader, read: CatalogRead): Promise<object> {
        const signal = this.waits.within(LOOK_MS);
        switch (read.of) {
            case 'stores':
                return { stores: reader.stores(parts.accounts()) };
            case 'preview':
                return { preview: this.lastPreview };
            case 'groups': {
                const groups = reader.groups(storeIn(reader, parts, read.store), read.parent, read.search);
                return slicedPage(groups, read);
            }
            case 'products': {
                const store = read.store === null ? null : storeIn(reader, parts, read.store);
                return reader.productPage({ ...read, store }, parts.accounts(), signal);
            }
            case 'albums': {
                const communities = communitiesIn(reader, parts, read.community);
                return { albums: communities.flatMap((community) => reader.albums(community)) };
            }
            case 'planned': {
                const [community] = communitiesIn(reader, parts, read.community);
                const shop = shopOfPlan(parts.shops(), community!);
                return plannedPage(parts.catalog, shop, { ...read, community: community! }, signal);
            }
            case 'items': {
                const [community] = communitiesIn(reader, parts, read.community);
                return reader.itemPage({ ...read, community: community! }, signal);
            }
        }
    }

    /** One for a catalog: a deploy may have opened it anew. */
    private readerOf(parts: CatalogActionParts): CatalogReader {
        if (this.known?.parts === parts) return this.known.reader;
        this.close();
        const { catalog, rules } = parts;
        const reader = new CatalogReader(catalog, () => rules);
        this.known = { catalog, reader, parts };
        return reader;
    }
}

/** @returns the id of a store of the source. @throws ServiceError 404 */
function storeIn(reader: CatalogReader, parts: CatalogActionParts, asked: string): string {
    const found = reader.stores(parts.accounts()).find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    if (found === undefined) throw new ServiceError(404, `There is no store "${asked.slice(0, 100)}"`);
    return found.id;
}

/** @param asked null: every one that products of the source come to. @throws ServiceError 404 where there is none */
function communitiesIn(reader: CatalogReader, parts: CatalogActionParts, asked: string | null): string[] {
    const served = [...new Set(parts.shops().map(({ community }) => community))];
    if (asked === null && served.length > 0) return served;
    if (asked !== null && (served.includes(asked) || reader.communities().includes(asked))) return [asked];
    const why =
        asked === null ? 'No VK product node is wired to the source' : `There is no community "${asked.slice(0, 100)}"`;
    throw new ServiceError(404, why);
}
