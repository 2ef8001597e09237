import { ClosedError } from '../../../http/errors';
import { stockFigure } from '../../../product/stock';
import type { CommunityParts, ShopLinks } from '../community';
import type { Entry, ShopResult } from '../entry';
import { stockDueAt } from '../rules/plan';

/** Until the sources of a flow are there. */
const START_MS = 60_000;

/** Stock figures that wait for their day: each goes out by itself when it may, also after a restart. */
export class LaterStock {
    constructor(
        private readonly parts: CommunityParts,
        private readonly links: ShopLinks,
        /** puts a product into the queue, for so long */
        private readonly wait: (entry: Entry, delayMs: number) => void,
        signal: AbortSignal,
    ) {
        this.offerOld(signal).catch(() => undefined);
    }

    /**
     * One that is in step but for its stock figure comes again when that may go out; a newer state takes its place.
     * @param since when its batch began, ms since 1970: a figure whose day ended after that may not have gone out yet
     */
    schedule(entry: Entry, stock: number | null, since: number): void {
        const due = stockDueAt(stock, this.links.get(entry.sku));
        if (due === null || due <= since || entry.settings.dryRun) return;
        // nobody waits for it, and its product is in step as before
        const settle = ({ action }: ShopResult): void => {
            if (action === 'edited' || action === 'shown') this.links.acknowledgeAgain(later);
        };
        // where it fails the product is offered again
        const fail = (error: Error): void => {
            if (!(error instanceof ClosedError)) this.parts.offerAgain([entry.productKey]);
        };
        const later: Entry = { ...entry, attempts: 0, isSettled: false, acknowledged: undefined, settle, fail };
        this.wait(later, Math.max(0, due - this.parts.clock.now()));
    }

    /** After a restart: products whose figure in the shop is not that of the catalog are offered again. */
    private async offerOld(signal: AbortSignal): Promise<void> {
        const { catalog, clock, offerAgain } = this.parts;
        await clock.sleep(START_MS, signal);
        const old = [...this.links.all()].filter((link) => {
            const record = catalog.get('products', link.product);
            return record !== undefined && stockDueAt(stockFigure(record.quantity, record.unit ?? null), link) !== null;
        });
        if (old.length > 0) offerAgain(old.map(({ product }) => product));
    }
}
