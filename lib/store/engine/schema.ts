/** The records of a store, by collection and key: in memory, and in the lines of its files. */
export type Collections<T> = { [C in keyof T]: Record<string, object> };

export type CollectionOf<T> = keyof T & string;

/** What a store of one kind consists of. The engine learns from it all that it knows of records. */
export interface StoreSchema<T extends Collections<T>> {
    /** names of the collections, in the order in which a snapshot lists them */
    collections: readonly CollectionOf<T>[];
    /** The newest format that this version reads and writes, from 1. A file of a later one is refused untouched. */
    format: number;
    /**
     * The lowest format in which a record can be written: an earlier version, which knows lower formats only, must not read
     * it. Missing: 1 for every record.
     */
    formatOf?: (collection: CollectionOf<T>, record: object) => number;
    /**
     * What is wrong with a record that comes from outside, e.g. from a document that is imported; null: nothing. What stands
     * in the store's own files is told by its checksum. Missing: every record is taken.
     */
    faultOf?: (collection: CollectionOf<T>, key: string, record: Readonly<Record<string, unknown>>) => string | null;
    /**
     * Of collections that may be large: whether a record is rarely asked for and changes seldom. Such records are kept as
     * bytes, and each look-up makes an object of its own. Missing: all records are objects.
     */
    isCold?: { [C in CollectionOf<T>]?: (record: T[C][string]) => boolean };
    /**
     * Keeps the store as it is on the disk, before the first record of a later format is written.
     * @param journals numbers of those that lead from the snapshot to now
     * @returns the file of the copy
     */
    keepEarlier?: (file: string, journals: readonly number[]) => Promise<string>;
}

/** Data without a record. The collections have no prototype, so that no key is special. */
export function emptyData<T extends Collections<T>>(collections: readonly CollectionOf<T>[]): T {
    return Object.fromEntries(collections.map((name) => [name, Object.create(null) as object])) as T;
}

/** The lowest format in which all these records can be written. @param records collection, key, record; none: removed */
export function lowestFormat<T extends Collections<T>>(
    schema: StoreSchema<T>,
    records: Iterable<readonly [CollectionOf<T>, string, object | null | undefined]>,
): number {
    let lowest = 1;
    if (schema.formatOf === undefined) return lowest;
    for (const [collection, , record] of records) {
        if (record !== null && record !== undefined) lowest = Math.max(lowest, schema.formatOf(collection, record));
        if (lowest === schema.format) break;
    }
    return lowest;
}
