import { AuthError } from '../../../http/errors';
import type { StockItem } from '../../../clients/inventree/answers';
import { stockByBatch, stockByNotes } from '../../../clients/inventree/stock';
import { goneItems } from '../../../clients/inventree/tracking';
import { writtenMinute } from '../../../clients/inventree/zone';
import { ipnOf } from '../../../print/part-identity';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { markOf } from '../../../print/stock-marker';
import type { Print } from '../../../print/print';
import { mayHaveBeenKnown } from '../../../delivery/recovery/lost-ledger';
import { isMarkedItem } from './adoption';
import type { AfterLoss } from '../../destination';
import type { InvenTreeDestination } from '../destination';

const MINUTE_MS = 60_000;
/** Written times of a server whose zone is not known are off by no more. */
const FARTHEST_ZONE_MS = 14 * 60 * MINUTE_MS;

export interface NoteSearch {
    works: Promise<boolean> | null;
}

/** Judges the prints that ended before the ledger was lost: none is made on the strength of its batch alone. */
export class AfterLostLedger {
    constructor(
        private readonly destination: InvenTreeDestination,
        private readonly ipnPrefix: string,
        private readonly signal: AbortSignal,
        /** whether this server searches notes, found out once */
        private readonly search: NoteSearch,
    ) {}

    /** @throws as `retryWhileUnavailable` */
    async classify(print: Print): Promise<AfterLoss> {
        if (!mayHaveBeenKnown(this.destination.delivery, print.completedAt)) return 'take';
        return retryWhileUnavailable(this.destination.breaker, () => this.ask(print), this.signal);
    }

    private async ask(print: Print): Promise<AfterLoss> {
        const { destination, signal } = this;
        const { dialect } = await destination.client.handshake(signal);
        const items = await destination.stockOf(print.batch, true, signal);
        destination.rememberStock(print.batch, items);
        for (const item of items) if (await this.isMarked(print, item)) return 'take';
        if (!(await this.canSearchNotes())) return 'offer';
        const named = await stockByNotes(destination.client, markOf(print), signal);
        for (const item of named) if (await this.isMarked(print, item)) return item;
        if (!dialect.keepsTracking) return 'offer';
        return (await this.historyDenies(print)) ? 'take' : 'offer';
    }

    private isMarked(print: Print, item: StockItem): Promise<boolean> {
        return isMarkedItem(this.destination, print, item, this.ipnPrefix, this.signal);
    }

    /** Whether nothing that was made for this Part since the print ended is gone. */
    private async historyDenies(print: Print): Promise<boolean> {
        const { destination, signal } = this;
        const ended = Date.parse(print.completedAt ?? print.startedAt ?? '');
        if (!Number.isFinite(ended)) return false;
        const known = destination.delivery.ledger.part(print.identity)?.pk;
        const [parts] =
            known === undefined ? await destination.partsOf(print.identity, [this.ipn(print)], true, signal) : [];
        const pks = known === undefined ? parts!.map(({ pk }) => pk) : [known];
        const zone = destination.zone;
        const present = Date.now() + (destination.client.clockAheadMs ?? 0);
        // an end ahead of InvenTree's own clock is no time of that clock: whatever is gone may be this print's
        const from = ended - MINUTE_MS > present ? 0 : ended - MINUTE_MS - (zone === null ? FARTHEST_ZONE_MS : 0);
        for (const pk of pks) {
            const gone = await this.readable(
                goneItems(destination.client, pk, new Date(from).toISOString().slice(0, 10), signal),
            );
            if (gone === null) return false;
            for (const { date } of gone) {
                const minute = writtenMinute(date);
                if (minute === null || minute - (zone ?? 0) * MINUTE_MS >= from) return false;
            }
        }
        return true;
    }

    /** An unknown filter is ignored, and then nothing would ever be found: an item that is there has to be. */
    private canSearchNotes(): Promise<boolean> {
        this.search.works ??= this.findsAKnownOne().catch((error: unknown) => {
            this.search.works = null;
            throw error;
        });
        return this.search.works;
    }

    private async findsAKnownOne(): Promise<boolean> {
        const { destination, signal } = this;
        let tries = 0;
        for (const { stockPk, batch } of destination.delivery.ledger.prints()) {
            if (stockPk === undefined) continue;
            const item = (await stockByBatch(destination.client, batch, signal)).find(({ pk }) => pk === stockPk);
            const line = item?.notes?.split('\n')[0]?.trim();
            if (line !== undefined && line !== '')
                return (await stockByNotes(destination.client, line, signal)).some(({ pk }) => pk === stockPk);
            if (++tries >= 5) return false;
        }
        return false;
    }

    private ipn(print: Print): string {
        return ipnOf(print.identity, this.ipnPrefix);
    }

    private async readable<T>(asked: Promise<T>): Promise<T | null> {
        try {
            return await asked;
        } catch (error) {
            if (error instanceof AuthError && error.status === 403) return null;
            throw error;
        }
    }
}
