import { AuthError } from '../../../http/errors';
import { stockByBatch, stockByNotes } from '../../../clients/inventree/stock';
import { goneItems, TRACKING_SINCE } from '../../../clients/inventree/tracking';
import { writtenMinute } from '../../../clients/inventree/zone';
import type { StockItem } from '../../../clients/inventree/answers';
import { ipnOf } from '../../../print/part-identity';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { isMarkedFor, markOf } from '../../../print/stock-marker';
import type { Print } from '../../../print/print';
import type { Sync } from '../../sync';

/** What becomes of a print that ended before the ledger was lost and is not known. */
export type AfterLoss =
    /** InvenTree denies in every way that it ever was in stock, or it has it under its own code */
    | 'take'
    /** it may have been in stock, and merged, renamed or sold since: a person answers */
    | 'offer'
    /** its item, known by the line in its notes, under a code that a person gave it */
    | StockItem;

const MINUTE_MS = 60_000;
/** Written times of a server whose zone is not known are off by no more. */
const FARTHEST_ZONE_MS = 14 * 60 * MINUTE_MS;

/** The ledger began although InvenTree has items of ours: what ended until then may have been in stock. */
export async function noteLoss(sync: Sync, until: string): Promise<void> {
    if (sync.delivery.ledger.meta(noteOf(sync)) === undefined) await sync.delivery.ledger.putMeta(noteOf(sync), until);
}

/** Judges the prints that ended before the ledger was lost: none is made on the strength of its batch alone. */
export class AfterLostLedger {
    private searchesNotes: Promise<boolean> | null = null;

    constructor(
        private readonly sync: Sync,
        private readonly ipnPrefix: string,
        private readonly signal: AbortSignal,
    ) {}

    /** @throws as `retryWhileUnavailable` */
    async judge(print: Print): Promise<AfterLoss> {
        const until = this.sync.delivery.ledger.meta(noteOf(this.sync));
        if (until === undefined || (print.completedAt !== null && Date.parse(print.completedAt) > Date.parse(until)))
            return 'take';
        return retryWhileUnavailable(this.sync.destination.breaker, () => this.ask(print), this.signal);
    }

    private async ask(print: Print): Promise<AfterLoss> {
        const { sync, signal } = this;
        const { apiVersion } = await sync.destination.client.handshake(signal);
        const items = await sync.destination.stockOf(print.batch, true, signal);
        sync.destination.rememberStock(print.batch, items);
        if (items.some(({ notes }) => isMarkedFor(notes, print))) return 'take';
        if (!(await this.canSearchNotes())) return 'offer';
        const named = await stockByNotes(sync.destination.client, markOf(print), signal);
        const own = named.find(({ notes }) => isMarkedFor(notes, print));
        if (own !== undefined) return own;
        if (apiVersion < TRACKING_SINCE) return 'offer';
        return (await this.historyDenies(print)) ? 'take' : 'offer';
    }

    /** Whether nothing that was made for this Part since the print ended is gone. */
    private async historyDenies(print: Print): Promise<boolean> {
        const { sync, signal } = this;
        const ended = Date.parse(print.completedAt ?? print.startedAt ?? '');
        if (!Number.isFinite(ended)) return false;
        const known = sync.delivery.ledger.part(print.identity)?.pk;
        const [parts] =
            known === undefined ? await sync.destination.partsOf(print.identity, [this.ipn(print)], true, signal) : [];
        const pks = known === undefined ? parts!.map(({ pk }) => pk) : [known];
        const zone = sync.destination.zone;
        const from = ended - MINUTE_MS - (zone === null ? FARTHEST_ZONE_MS : 0);
        for (const pk of pks) {
            const gone = await this.readable(
                goneItems(sync.destination.client, pk, new Date(from).toISOString().slice(0, 10), signal),
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
        this.searchesNotes ??= this.findsAKnownOne().catch((error: unknown) => {
            this.searchesNotes = null;
            throw error;
        });
        return this.searchesNotes;
    }

    private async findsAKnownOne(): Promise<boolean> {
        const { sync, signal } = this;
        let tries = 0;
        for (const { stockPk, batch } of sync.delivery.ledger.prints()) {
            if (stockPk === undefined) continue;
            const item = (await stockByBatch(sync.destination.client, batch, signal)).find(({ pk }) => pk === stockPk);
            const line = item?.notes?.split('\n')[0]?.trim();
            if (line !== undefined && line !== '')
                return (await stockByNotes(sync.destination.client, line, signal)).some(({ pk }) => pk === stockPk);
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

function noteOf(sync: Sync): string {
    return `lost:${sync.delivery.batchPrefix}`;
}
