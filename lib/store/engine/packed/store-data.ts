import { emptyData, type CollectionOf, type Collections, type StoreSchema } from '../schema';
import { PackedRecords } from './packed-records';
import { entriesOf, viewOf } from './records-view';

/** Data without a record, as a store has it in memory: packed where the schema says what is cold. */
export function storeData<T extends Collections<T>>({ collections, isCold }: StoreSchema<T>): T {
    const data = emptyData<T>(collections);
    for (const name of collections) {
        const rule = isCold?.[name];
        if (rule !== undefined)
            data[name] = viewOf(
                new PackedRecords((record) => rule(record as T[typeof name][string])),
            ) as T[typeof name];
    }
    return data;
}

/** All records, collection by collection. */
export function* recordsOf<T extends Collections<T>>(
    collections: readonly CollectionOf<T>[],
    data: T,
): Generator<[CollectionOf<T>, string, object]> {
    for (const collection of collections) {
        const records: Record<string, object> = data[collection];
        for (const [key, record] of entriesOf(records)) yield [collection, key, record];
    }
}
