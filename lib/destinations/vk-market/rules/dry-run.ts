import type { Planned } from '../batch-plan';
import type { PassCounts } from './cost';

/** What a dry run would do to a product. */
interface Intended {
    add: boolean;
    /** an item that is there fits: it would be linked */
    link: boolean;
    /** several fit: a person would be asked */
    ask: boolean;
    edit: boolean;
    hide: boolean;
    photo: boolean;
    /** titles of albums that it would be put into */
    albums: readonly string[];
}

/** Of a planned product what a dry run notes. */
type Looked = Pick<Planned, 'plan' | 'would'> & { entry: Pick<Planned['entry'], 'upsert' | 'sku'> };

/** What the dry runs of a community would do, by node and product: the last state of each counts. */
export class DryRuns {
    private readonly nodes = new Map<string, Map<string, Intended>>();

    /** @param hasPhoto its picture is uploaded already. @param isIn it is in its albums already */
    note({ entry, plan: now, would }: Looked, hasPhoto: boolean, isIn: boolean): void {
        const products = this.nodes.get(entry.upsert) ?? new Map<string, Intended>();
        this.nodes.set(entry.upsert, products);
        const { plan, fits } = would ?? { plan: now, fits: 'none' };
        if (plan.do === 'nothing') return void products.delete(entry.sku);
        const isAdd = plan.do === 'add' && fits === 'none';
        const picture = isAdd ? plan.item.picture : plan.do === 'edit' ? plan.picture : null;
        products.set(entry.sku, {
            add: isAdd,
            link: fits === 'one',
            ask: fits === 'several',
            edit: plan.do === 'edit',
            hide: plan.do === 'hide',
            photo: picture !== null && !hasPhoto,
            albums: plan.do === 'hide' || fits !== 'none' || isIn ? [] : plan.item.albums,
        });
    }

    has(upsert: string): boolean {
        return this.nodes.has(upsert);
    }

    /** A node is gone, or writes from now on. */
    forget(upsert: string): void {
        this.nodes.delete(upsert);
    }

    /** @param isThere whether an album of that title is there */
    counts(upsert: string, isThere: (title: string) => boolean): PassCounts {
        const all = [...(this.nodes.get(upsert)?.values() ?? [])];
        const count = (of: (each: Intended) => boolean): number => all.filter(of).length;
        const titles = [...new Set(all.flatMap(({ albums }) => albums))];
        return {
            add: count(({ add }) => add),
            link: count(({ link }) => link),
            ask: count(({ ask }) => ask),
            edit: count(({ edit }) => edit),
            hide: count(({ hide }) => hide),
            photos: count(({ photo }) => photo),
            newAlbums: titles.filter((title) => !isThere(title)).length,
            albums: titles.length,
        };
    }
}
