import type { StockItem } from '../../../clients/inventree/answers';
import { same } from '../../../clients/inventree/lookup';
import { stockByBatches } from '../../../clients/inventree/stock';
import { rootsOf } from './adoption';
import { codesOfRun } from '../../../print/batch-codes-of-run';
import { isMarkedFor } from '../../../print/stock-marker';
import type { InvenTreeDestination } from '../destination';

/** So long after the first of a pack: who makes the same at the same time has made it by then. */
const LATER_MS = 20_000;
/** One request takes so many. */
const MOST = 100;

/**
 * Looks once more at the batches that were made here, and at the other codes under which a ledger that began earlier or
 * later makes the same prints. Two that make the same at the same moment do not see one another before: the double is
 * told of as soon as it is seen, and a person decides.
 */
export class LookForDoubles {
    private readonly batches = new Set<string>();
    private timer: NodeJS.Timeout | null = null;

    constructor(private readonly destination: InvenTreeDestination) {}

    add(batch: string): void {
        this.batches.add(batch);
        if (this.batches.size >= MOST) void this.look();
        if (this.timer !== null) return;
        this.timer = setTimeout(() => void this.look(), LATER_MS);
        // does not keep the process alive
        this.timer.unref();
    }

    /** Failed look-ups are repeated with the next batch. */
    async look(): Promise<void> {
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = null;
        const batches = [...this.batches];
        this.batches.clear();
        if (batches.length === 0) return;
        try {
            const codes = [...new Set(batches.flatMap((batch) => this.codesOf(batch)))];
            const found = await stockByBatches(this.destination.client, codes);
            for (const batch of batches) this.warn(batch, rootsOf(this.itemsOf(batch, found)));
        } catch {
            if (batches.length < 10 * MOST) for (const batch of batches) this.batches.add(batch);
        }
    }

    private codesOf(batch: string): string[] {
        const record = this.destination.delivery.ledger.print(batch);
        return record === undefined ? [batch] : codesOfRun(this.destination.delivery.batchPrefix, record);
    }

    /** All under the batch itself, whosever they are; under another code those that carry the mark of its print. */
    private itemsOf(batch: string, found: ReadonlyMap<string, StockItem[]>): StockItem[] {
        const record = this.destination.delivery.ledger.print(batch);
        return this.codesOf(batch)
            .flatMap((code) => found.get(code.toLowerCase()) ?? [])
            .filter((item) => same(item.batch, batch) || (record !== undefined && isMarkedFor(item.notes, record)));
    }

    private warn(batch: string, roots: readonly StockItem[]): void {
        if (roots.length < 2) return;
        const list = roots.map((item) => (same(item.batch, batch) ? `#${item.pk}` : `#${item.pk} as ${item.batch}`));
        this.destination.delivery.warnOnce(
            secondWriter(`InvenTree has ${roots.length} StockItems for ${batch} (${list.join(', ')})`),
        );
    }
}

/** The advice for a person. @param seen the finding */
export function secondWriter(seen: string): string {
    return (
        `${seen}: another Node-RED or sidecar writes to this InvenTree. Stop one of the two, or use different ` +
        'printers (setting "Printers" of "finished prints"), and check the items of these batches.'
    );
}
