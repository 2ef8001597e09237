import { ClosedError } from '../../lib/http/errors';
import type { DeliveryRecord } from '../../lib/webhook/outbox/delivery-record';
import type { DeliveryStore } from '../../lib/webhook/outbox/delivery-store';
import type { WebhookSender } from '../../lib/webhook/webhook-sender';
import { fetchPicture, fitted, pictureOf } from '../../lib/webhook/picture/picture';
import type { Picture } from '../../lib/http/picture-type';
import type { SyncStoreNode } from '../runtime/flow/server-nodes';

/** A camera's picture of later says nothing of what was. */
const MOMENT_MS = 2 * 60_000;

/** Takes the picture of an event at once, and keeps it beside the queue until the event was sent. */
export class Pictures {
    private readonly taking = new Map<string, Promise<void>>();

    constructor(
        private readonly store: DeliveryStore,
        private readonly sender: WebhookSender,
        private readonly snapshotUrl: string,
        private readonly sync: () => SyncStoreNode | null,
        private readonly signal: AbortSignal,
        private readonly warn: (text: string) => void,
    ) {}

    /** @param given a picture that the message brings itself */
    take(id: string, given?: unknown): void {
        const work = this.keep(id, given)
            .catch((error: unknown) => {
                if (!(error instanceof ClosedError)) this.warn(error instanceof Error ? error.message : String(error));
            })
            .finally(() => this.taking.delete(id));
        this.taking.set(id, work);
    }

    /** The picture of a webhook that is to be sent now; null: there is none. */
    async of(id: string): Promise<Picture | null> {
        if (this.store.get(id)?.picture === 'now' && !this.taking.has(id)) this.take(id);
        await this.taking.get(id);
        return this.store.picture(this.store.get(id)?.picture);
    }

    private async keep(id: string, given: unknown): Promise<void> {
        const record = this.store.get(id);
        if (record === undefined) return;
        let picture: Picture | null = null;
        try {
            const found = Buffer.isBuffer(given) ? pictureOf(given) : await this.find(record);
            picture = found === null ? null : await fitted(found);
        } finally {
            const name = picture === null ? 'none' : await this.store.keepPicture(id, picture);
            const now = this.store.get(id);
            if (now !== undefined && !this.signal.aborted) await this.store.put(id, { ...now, picture: name });
        }
    }

    private async find(record: Readonly<DeliveryRecord>): Promise<Picture | null> {
        if (this.snapshotUrl !== '') {
            if (Date.now() - Date.parse(record.at) > MOMENT_MS) return null;
            return fetchPicture(this.snapshotUrl, this.sender.sendOptions([], this.signal));
        }
        const print = (record.values['print'] ?? {}) as Record<string, unknown>;
        const sync = await this.sync()?.ready;
        const source = sync?.delivery.printSource(String(print['source']));
        return (await source?.pictureOfValues?.(print, this.signal)) ?? null;
    }
}
