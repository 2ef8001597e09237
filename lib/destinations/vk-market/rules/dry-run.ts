import type { PlannedAction, PlannedChange } from '../../../delivery/products/actions/planned-changes';
import type { LinkRecord } from '../../../store/catalog/records';
import type { Planned } from '../batch-plan';
import type { PassCounts } from './cost';
import { albumsDiffer, baseOf } from './plan';
import { plannedFields } from './planned-fields';

/** Of a planned product what a dry run notes. */
type Looked = Pick<Planned, 'plan' | 'would'> & {
    entry: Pick<Planned['entry'], 'upsert' | 'sku' | 'productKey'>;
};

/** An item that fits is linked; where several fit a person is asked. */
const FITS = { none: null, one: 'link', several: 'ask' } as const;

/** What the dry runs of a community would do, by node and product: the last state of each counts. */
export class DryRuns {
    private readonly nodes = new Map<string, Map<string, PlannedChange>>();

    /** @param link what is known of the product in the shop */
    note({ entry, plan: now, would }: Looked, link: Readonly<LinkRecord> | undefined): void {
        const { upsert, sku, productKey: product } = entry;
        const products = this.nodes.get(upsert) ?? new Map<string, PlannedChange>();
        this.nodes.set(upsert, products);
        const { plan, fits } = would ?? { plan: now, fits: 'none' };
        if (plan.do === 'nothing') return void products.delete(sku);
        const does: PlannedAction = FITS[fits] ?? plan.do;
        const isIn = 'item' in plan && !albumsDiffer(plan.item, link);
        const picture =
            does === 'add' && plan.do === 'add' ? plan.item.picture : plan.do === 'edit' ? plan.picture : null;
        products.set(sku, {
            sku,
            product,
            does,
            itemId: link?.item ?? null,
            reason: plan.do === 'hide' ? plan.reason : null,
            fields: plannedFields(plan, baseOf(link), isIn),
            photo: picture !== null && link?.photos?.[picture] === undefined,
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

    /** What a node would do about each product, those that were looked at first in front. */
    changes(upsert: string): PlannedChange[] {
        return [...(this.nodes.get(upsert)?.values() ?? [])];
    }
}

/** @param isThere whether an album of that title is there */
export function countsOf(changes: readonly PlannedChange[], isThere: (title: string) => boolean): PassCounts {
    const counts = { add: 0, link: 0, ask: 0, edit: 0, hide: 0 };
    const titles = new Set<string>();
    let photos = 0;
    for (const { does, photo, albums } of changes) {
        counts[does]++;
        if (photo) photos++;
        for (const title of albums) titles.add(title);
    }
    const newAlbums = [...titles].filter((title) => !isThere(title)).length;
    return { ...counts, photos, newAlbums, albums: titles.size };
}
