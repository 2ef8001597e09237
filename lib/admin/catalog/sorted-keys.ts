import { yieldToEventLoop } from '../../store/engine/lines';

/** A record's key with what it is sorted by. */
export interface Entry {
    sort: string;
    key: string;
}

/** Keys that are put into their place between two yields to the event loop. */
const PORTION = 2000;

/** By code units: a collator takes ten times as long, which tells with 50,000 names. */
export function compareEntries(a: Entry, b: Entry): number {
    if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1;
    return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}

/**
 * The keys of a part of a collection in the order in which people read them. Made when first asked for; what changed since
 * then is put into its place at the next question, so that a pass that changes thousands of records does not wait for it.
 */
export class SortedKeys {
    private list: readonly Entry[] = [];
    private waiting: Set<string>;
    private settling: Promise<unknown> = Promise.resolve();

    /**
     * @param keys all that there are now
     * @param sortOf what a key is sorted by; null: its record is not there any more
     */
    constructor(
        keys: Iterable<string>,
        private readonly sortOf: (key: string) => string | null,
    ) {
        this.waiting = new Set(keys);
    }

    /** A record is new, changed, or gone. */
    touch(key: string): void {
        this.waiting.add(key);
    }

    /** All of them, sorted. The list is never changed in place. */
    async entries(): Promise<readonly Entry[]> {
        const settled = this.settling.then(() => this.settle());
        this.settling = settled;
        await settled;
        return this.list;
    }

    private async settle(): Promise<void> {
        while (this.waiting.size > 0) {
            const some = new Set<string>();
            for (const key of this.waiting) if (some.add(key).size === PORTION) break;
            for (const key of some) this.waiting.delete(key);
            const entries = [...some].flatMap((key) => {
                const sort = this.sortOf(key);
                return sort === null ? [] : [{ sort, key }];
            });
            const kept = this.list.length === 0 ? this.list : this.list.filter(({ key }) => !some.has(key));
            this.list = merged(kept, entries.sort(compareEntries));
            if (this.waiting.size > 0) await yieldToEventLoop();
        }
    }
}

/** The first place in a sorted list that is behind an entry. */
export function placeBehind(list: readonly Entry[], after: Entry): number {
    let [low, high] = [0, list.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (compareEntries(list[middle]!, after) <= 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

function merged(one: readonly Entry[], other: readonly Entry[]): Entry[] {
    const all: Entry[] = [];
    let [i, j] = [0, 0];
    while (i < one.length && j < other.length)
        all.push(compareEntries(one[i]!, other[j]!) <= 0 ? one[i++]! : other[j++]!);
    while (i < one.length) all.push(one[i++]!);
    while (j < other.length) all.push(other[j++]!);
    return all;
}
