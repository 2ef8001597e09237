import type { DeliveryRecord } from './delivery-record';
import type { DeliveryStore } from './delivery-store';
import type { ParkedDelivery, ParkedPage } from './parked-delivery';

/** What is parked, oldest first: ids sort by the time at which they were taken. The records are in the store. */
export class DeadLetters {
    private readonly ids: string[] = [];
    private changed = 0;
    private gone = 0;

    /** @param most as many are kept for a person */
    constructor(
        private readonly store: DeliveryStore,
        private readonly most: number,
    ) {}

    get size(): number {
        return this.ids.length;
    }

    /** How often something was put here or taken away. */
    get changes(): number {
        return this.changed;
    }

    /** How many had to make room for others. */
    get dropped(): number {
        return this.gone;
    }

    /** Puts one where it belongs; most are the newest. */
    put(id: string): void {
        const at = this.placeOf(id);
        if (this.ids[at] === id) return;
        this.ids.splice(at, 0, id);
        this.changed++;
    }

    /**
     * Takes one off, or all (null), and does `work` with each; what that fails with stays here. Of two who ask for the same
     * at the same time one gets it.
     * @returns how many
     */
    async takeOff(id: string | null, work: (id: string) => Promise<void>): Promise<number> {
        let taken = 0;
        for (const each of id === null ? [...this.ids] : [id]) {
            if (!this.take(each)) continue;
            try {
                await work(each);
            } catch (error) {
                this.put(each);
                throw error;
            }
            taken++;
        }
        return taken;
    }

    /** The oldest make room for the newest, once there are too many. */
    async makeRoom(
        remove: (id: string) => Promise<void>,
        onDropped: (record: Readonly<DeliveryRecord>) => void,
    ): Promise<void> {
        while (this.ids.length > this.most) {
            const oldest = this.ids[0]!;
            const record = this.store.get(oldest)!;
            await this.takeOff(oldest, remove);
            this.gone++;
            onDropped(record);
        }
    }

    list(): ParkedDelivery[] {
        return this.ids.flatMap((id) => this.shown(id));
    }

    /** Newest first. @param after the last id of the page before; it may be gone meanwhile */
    page(after: string | null, limit: number): ParkedPage {
        const end = after === null ? this.ids.length : this.placeOf(after);
        const start = Math.max(0, end - limit);
        const ids = this.ids.slice(start, end).reverse();
        const next = start > 0 ? ids.at(-1)! : null;
        return { deliveries: ids.flatMap((id) => this.shown(id)), total: this.ids.length, next };
    }

    private take(id: string): boolean {
        const at = this.placeOf(id);
        if (this.ids[at] !== id) return false;
        this.ids.splice(at, 1);
        this.changed++;
        return true;
    }

    private shown(id: string): ParkedDelivery[] {
        const record = this.store.get(id);
        if (record === undefined) return [];
        const { topic, device, at, reason, status } = record;
        return [{ id, topic, device, at, reason: reason ?? '', status: status ?? null }];
    }

    /** The first place whose id is not before this one. */
    private placeOf(id: string): number {
        let [low, high] = [0, this.ids.length];
        if (high > 0 && this.ids[high - 1]! < id) return high;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.ids[middle]! < id) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
