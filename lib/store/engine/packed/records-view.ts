import { PackedRecords } from './packed-records';

const PACKED = Symbol('packed');

type View = Record<string, object> & { [PACKED]?: PackedRecords };

/** Packed records that are used like an object: lowdb and whoever reads `data` need not know. */
export function viewOf(packed: PackedRecords): Record<string, object> {
    return new Proxy(Object.create(null) as View, {
        get: (_, key) => (typeof key === 'string' ? packed.get(key) : key === PACKED ? packed : undefined),
        has: (_, key) => typeof key === 'string' && packed.has(key),
        set: (_, key, record: object) => typeof key === 'string' && (packed.set(key, record), true),
        deleteProperty: (_, key) => (typeof key === 'string' && packed.delete(key), true),
        ownKeys: () => [...packed.keys()],
        getOwnPropertyDescriptor: (_, key) => {
            const value = typeof key === 'string' ? packed.get(key) : undefined;
            return value && { value, writable: true, enumerable: true, configurable: true };
        },
    });
}

/** Records of a collection one by one: the names of all of them at once would hold up the whole process. */
export function* entriesOf<R extends object>(records: Readonly<Record<string, R>>): IterableIterator<[string, R]> {
    const packed = packedOf(records);
    if (packed !== undefined) yield* packed.entries() as IterableIterator<[string, R]>;
    else for (const key in records) yield [key, records[key]!];
}

/** Those of a collection that are not cold; where none is packed, all. */
export function* warmOf<R extends object>(records: Readonly<Record<string, R>>): IterableIterator<R> {
    const packed = packedOf(records);
    if (packed !== undefined) yield* packed.warm() as IterableIterator<R>;
    else for (const key in records) yield records[key]!;
}

/** How many records a collection has. */
export function sizeOf(records: Readonly<Record<string, object>>): number {
    return packedOf(records)?.size ?? Object.keys(records).length;
}

/** @returns undefined: the collection is not packed */
export function packedOf(records: object): PackedRecords | undefined {
    return (records as View)[PACKED];
}
