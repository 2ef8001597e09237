import { isFresh } from './clock';

/** How long a look-up of the same pass is taken for true. */
const LIFE_MS = 30_000;
const MOST = 1000;

/** Look-ups of a moment ago, for the steps that follow: what was asked for in packs, or by the step before. */
export class TtlCache<T> {
    private readonly entries = new Map<string, { rows: T[]; at: number }>();

    constructor(private readonly now: () => number) {}

    /** @returns undefined where it was not looked for lately */
    get(key: string): T[] | undefined {
        const entry = this.entries.get(key);
        return entry === undefined || !isFresh(entry.at, LIFE_MS, this.now()) ? undefined : entry.rows;
    }

    /** Keeps a look-up; one that is there already does not become younger by being handed on. */
    keep(key: string, rows: T[]): void {
        if (this.get(key) === rows) return;
        if (this.entries.size >= MOST) this.entries.clear();
        this.entries.set(key, { rows, at: this.now() });
    }

    /** All of it may no longer be true. */
    clear(): void {
        this.entries.clear();
    }

    /** From here on it is no longer true: something was sent. */
    drop(key: string): void {
        this.entries.delete(key);
    }
}
