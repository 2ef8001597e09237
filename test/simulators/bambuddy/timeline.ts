import type { NaiveTime } from './time';

export interface Dated {
    id: number;
    created_at: NaiveTime;
}

export interface Page<T> {
    /** smallest and greatest `created_at`, compared as text like SQLite does */
    from?: string;
    to?: string;
    where?: ((row: T) => boolean) | undefined;
    offset: number;
    /** negative: everything */
    limit: number;
}

/**
 * Rows by `created_at`. Read newest first, and where times are equal lowest id first: the server sorts by
 * `created_at` alone and SQLite leaves equals in the order it scans them.
 */
export class Timeline<T extends Dated> {
    /** ascending in time, equal times descending in id, so that new rows are appended and pages read backwards */
    private readonly rows: T[] = [];

    get size(): number {
        return this.rows.length;
    }

    add(row: T): void {
        const last = this.rows.at(-1);
        if (last === undefined || precedes(last, row)) this.rows.push(row);
        else this.rows.splice(this.place(row), 0, row);
    }

    /** Call it before `created_at` changes: rows are found by it. */
    remove(row: T): boolean {
        const index = this.place(row);
        if (this.rows[index] !== row) return false;
        this.rows.splice(index, 1);
        return true;
    }

    clear(): void {
        this.rows.length = 0;
    }

    newest(): T | undefined {
        return this.rows.at(-1);
    }

    *newestFirst(): Generator<T> {
        for (let i = this.rows.length - 1; i >= 0; i--) yield this.rows[i]!;
    }

    page({ from, to, where, offset, limit }: Page<T>): { rows: T[]; total: number } {
        const low = from === undefined ? 0 : this.lowerBound(from);
        const high = to === undefined ? this.rows.length : this.upperBound(to);
        const skip = Math.max(0, offset);
        if (where === undefined) {
            const total = Math.max(0, high - low);
            const end = Math.max(low, high - skip);
            const start = limit < 0 ? low : Math.max(low, end - limit);
            return { rows: this.rows.slice(start, end).reverse(), total };
        }
        const rows: T[] = [];
        let total = 0;
        for (let i = high - 1; i >= low; i--) {
            if (!where(this.rows[i]!)) continue;
            if (total++ >= skip && (limit < 0 || rows.length < limit)) rows.push(this.rows[i]!);
        }
        return { rows, total };
    }

    oldest(): T | undefined {
        const first = this.rows[0];
        return first && this.rows[this.upperBound(first.created_at) - 1];
    }

    /** How many rows are older; of equal times the lower id counts as older. */
    rank(row: T): number {
        const start = this.lowerBound(row.created_at);
        const end = this.upperBound(row.created_at);
        return start + end - 1 - this.place(row);
    }

    private lowerBound(time: string): number {
        return search(this.rows.length, (i) => this.rows[i]!.created_at < time);
    }

    private upperBound(time: string): number {
        return search(this.rows.length, (i) => this.rows[i]!.created_at <= time);
    }

    private place(row: Dated): number {
        return search(this.rows.length, (i) => precedes(this.rows[i]!, row));
    }
}

function precedes(a: Dated, b: Dated): boolean {
    return a.created_at < b.created_at || (a.created_at === b.created_at && a.id > b.id);
}

/** The first index for which `before` is no longer true. */
function search(length: number, before: (index: number) => boolean): number {
    let low = 0;
    let high = length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (before(middle)) low = middle + 1;
        else high = middle;
    }
    return low;
}
