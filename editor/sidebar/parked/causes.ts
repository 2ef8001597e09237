// Why prints are parked, over all stores, and which of these causes a person has seen to.
import type { ParkedReason, StoreOverview } from '../../../lib/admin/sidebar/wire';

const KEY = 'print-to-stock-dismissed';
/** of a browser; the oldest are forgotten first */
const MOST = 200;

/** A cause for which prints of a store are parked. */
export interface Cause extends ParkedReason {
    /** the same for the same cause: what differs by print (numbers of Parts and items) is left out of it */
    key: string;
    store: string;
}

/** The causes of all stores, the most frequent first. */
export function causesOf(stores: readonly StoreOverview[]): Cause[] {
    return stores
        .flatMap((store) => (store.ready ? store.parked.map((each) => causeOf(store.id, each)) : []))
        .sort((a, b) => b.count - a.count);
}

function causeOf(store: string, { reason, count }: ParkedReason): Cause {
    // "answered 400" and "answered 403" are two causes
    const alike = reason.replace(/(?<!answered )\b\d+\b/g, '#').slice(0, 300);
    return { key: `${store} ${alike}`, store, reason, count };
}

/** How many prints of a store are parked, as its list counts them. */
export const parkedOf = (store: StoreOverview): number => (store.ready ? store.counts.parked : 0);

/** The causes that a user has dismissed in this browser; in each of its windows. */
export class DismissedCauses {
    private readonly item: string;

    /** @param user null: nobody is logged in */
    constructor(user: string | null) {
        this.item = user === null ? KEY : `${KEY}-${user}`;
    }

    /** @returns those of them that are not dismissed */
    newOf(causes: readonly Cause[]): Cause[] {
        const dismissed = new Set(this.keys());
        return causes.filter(({ key }) => !dismissed.has(key));
    }

    dismiss(causes: readonly Cause[]): void {
        const keys = [...new Set([...this.keys(), ...causes.map(({ key }) => key)])];
        localStorage.setItem(this.item, JSON.stringify(keys.slice(-MOST)));
    }

    /** Runs when they were dismissed in another window. */
    onElsewhere(run: () => void): void {
        globalThis.addEventListener('storage', ({ key }) => {
            if (key === this.item) run();
        });
    }

    private keys(): string[] {
        try {
            const kept: unknown = JSON.parse(localStorage.getItem(this.item) ?? '[]');
            return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : [];
        } catch {
            return [];
        }
    }
}
