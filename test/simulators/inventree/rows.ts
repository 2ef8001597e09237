/** Rows by pk, with look-ups that stay right however a row is changed through `change`. */
export class IndexedRows<Row extends { pk: number }, Index extends string = string> {
    readonly byPk = new Map<number, Row>();
    private readonly indexes: { name: Index; keyOf: (row: Row) => string; rows: Map<string, Set<Row>> }[];

    constructor(keys: Record<Index, (row: Row) => string>) {
        this.indexes = (Object.entries(keys) as [Index, (row: Row) => string][]).map(([name, keyOf]) => ({
            name,
            keyOf,
            rows: new Map(),
        }));
    }

    add(row: Row): Row {
        this.byPk.set(row.pk, row);
        this.enter(row);
        return row;
    }

    change(row: Row, changes: Partial<Row>): Row {
        this.leave(row);
        Object.assign(row, changes);
        this.enter(row);
        return row;
    }

    remove(row: Row): void {
        this.byPk.delete(row.pk);
        this.leave(row);
    }

    /** rows with that key, lowest pk first */
    find(name: Index, key: string): Row[] {
        const rows = this.indexes.find((index) => index.name === name)?.rows.get(key);
        return rows ? [...rows].sort((a, b) => a.pk - b.pk) : [];
    }

    private enter(row: Row): void {
        for (const { keyOf, rows } of this.indexes) {
            const key = keyOf(row);
            const found = rows.get(key);
            if (found) found.add(row);
            else rows.set(key, new Set([row]));
        }
    }

    private leave(row: Row): void {
        for (const { keyOf, rows } of this.indexes) {
            const key = keyOf(row);
            const found = rows.get(key);
            found?.delete(row);
            if (found?.size === 0) rows.delete(key);
        }
    }
}

/** pks of a row of a tree and of all below it */
export function branchOf(rows: ReadonlyMap<number, { pk: number; parent: number | null }>, root: number): Set<number> {
    const found = new Set([root]);
    for (let grown = true; grown;) {
        const before = found.size;
        for (const { pk, parent } of rows.values()) if (parent !== null && found.has(parent)) found.add(pk);
        grown = found.size > before;
    }
    return found;
}
