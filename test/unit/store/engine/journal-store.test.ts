import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClosedError } from '../../../../lib/concurrency/closed-error';
import { copyStore } from '../../../../lib/store/engine/copy-store';
import { NewerFormat, OtherStore } from '../../../../lib/store/engine/format-errors';
import { JournalStore, type JournalStoreOptions } from '../../../../lib/store/engine/journal-store';
import { NotWritable, StoreReloaded } from '../../../../lib/store/engine/not-writable';
import type { StoreSchema } from '../../../../lib/store/engine/schema';
import { readSnapshot } from '../../../../lib/store/engine/snapshot';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { DeliveryStore } from '../../../../lib/webhook/outbox/delivery-store';
import { StoreFolder } from '../../../fixtures/store-folder';
import { standBetween } from '../../../faults/torture/handles';

/** Records that no other store of this package has. */
interface Library {
    books: Record<string, { title: string; lentTo?: string; place?: { inStock: number } }>;
    readers: Record<string, { name: string }>;
}

/** Version 2 of it knows who has a book, version 3 where it stands. */
const LIBRARIES = [1, 2, 3].map((format): StoreSchema<Library> => ({
    collections: ['books', 'readers'],
    format,
    formatOf: (collection, record) => {
        if (collection !== 'books') return 1;
        const book = record as Library['books'][string];
        return book.place !== undefined ? 3 : book.lentTo !== undefined ? 2 : 1;
    },
    keepEarlier: async (file, journals) => {
        await copyStore(file, `${file}.earlier`, journals);
        return `${file}.earlier`;
    },
}));
const [FIRST, SECOND, THIRD] = LIBRARIES as [StoreSchema<Library>, StoreSchema<Library>, StoreSchema<Library>];

describe('a store of a made-up kind', () => {
    const stores = new StoreFolder('library.json');

    async function open<D = undefined>(
        schema = FIRST,
        options: Partial<JournalStoreOptions<Library, D>> = {},
        path = stores.file,
    ): Promise<JournalStore<Library, D>> {
        const { onWarning } = stores;
        return stores.keep(JournalStore.open<Library, D>(path, schema, { onWarning, ...options }));
    }
    const formatIn = async (path = stores.file): Promise<number | null> => {
        const reading = await readSnapshot(path, THIRD);
        return reading.kind === 'read' ? reading.format : null;
    };

    it('has its records again after it was closed and opened, from the journal and from a snapshot', async () => {
        let store = await open();
        await store.setDurable('books', 'b-1', { title: 'Моби Дик' });
        store.setDeferred('readers', 'r-1', { name: '读者' });
        await store.setDurable('books', '__proto__', { title: 'no prototype' });
        await store.setDurable('books', 'b-2', { title: 'given away' });
        store.remove('books', 'b-2');
        await stores.close(store);
        const before = {
            books: { 'b-1': { title: 'Моби Дик' }, ['__proto__']: { title: 'no prototype' } },
            readers: { 'r-1': { name: '读者' } },
        };
        for (let round = 0; round < 2; round++) {
            store = await open();
            assert.deepEqual(JSON.parse(JSON.stringify(store.data)), JSON.parse(JSON.stringify(before)));
            assert.equal(store.get('books', 'b-2'), undefined);
            assert.equal(store.get('books', 'toString'), undefined);
            assert.equal(store.get('books', '__proto__')?.title, 'no prototype');
            await store.compact();
            await stores.close(store);
        }
        assert.deepEqual(stores.warnings, []);
    });

    it('lists its collections in their order, a line each with its checksum', async () => {
        const store = await open();
        await store.setDurable('readers', 'r-1', { name: 'Ann' });
        await store.setDurable('books', 'b-1', { title: 'A' });
        await store.compact();
        const lines = (await readFile(stores.file, 'utf8')).trim().split('\n');
        assert.deepEqual(
            lines.map((line) => line.replace(/,\d+\]$/, ',N]').replace(/"check":\d+/, '"check":N')),
            [
                '{"format":1,"journal":2,"check":N}',
                '["books","b-1",{"title":"A"},N]',
                '["readers","r-1",{"name":"Ann"},N]',
                '{"end":2}',
            ],
        );
    });

    it('writes what is dirty together in one line, so that a crash tears all of it or nothing', async () => {
        const store = await open();
        store.set('books', 'b-1', { title: 'A' });
        store.set('readers', 'r-1', { name: 'Ann' });
        await store.flush();
        const journal = await readFile(`${stores.file}.journal.1`, 'utf8');
        assert.equal(journal.trim().split('\n').length, 1);
        assert.match(journal, /^\[\["books","b-1",\{"title":"A"\}\],\["readers","r-1",\{"name":"Ann"\}\],\d+\]\n$/);
    });

    it('is compacted by itself after as many changes as its options say', async () => {
        const store = await open(FIRST, { compactAfter: 5 });
        for (let n = 0; n < 5; n++) await store.setDurable('books', 'b-1', { title: `${n}` });
        await stores.close(store);
        assert.equal(await formatIn(), 1);
    });

    it('rises to the format that a record needs, keeps a copy of before, and is refused by the version before', async () => {
        let store = await open(THIRD);
        await store.setDurable('books', 'b-1', { title: 'A' });
        await store.compact();
        assert.equal(await formatIn(), 1);
        await store.setDurable('books', 'b-2', { title: 'B', lentTo: 'r-1' });
        assert.equal(await formatIn(), 2);
        assert.deepEqual(stores.warnings, [
            `${stores.file} has format 2 from now on. Earlier versions of this package cannot read it. The previous version is kept as ${stores.file}.earlier.`,
        ]);
        await stores.close(store);
        await assert.rejects(open(FIRST), NewerFormat);
        const copy = await open(FIRST, {}, `${stores.file}.earlier`);
        assert.deepEqual(Object.keys(copy.data.books), ['b-1']);
        store = await open(SECOND);
        assert.equal(store.get('books', 'b-2')?.lentTo, 'r-1');
    });

    it('has every record in time, where several formats are needed at once', async () => {
        const store = await open(THIRD);
        await Promise.all([
            store.setDurable('books', 'b-1', { title: 'A' }),
            store.setDurable('books', 'b-2', { title: 'B', lentTo: 'r-1' }),
            store.setDurable('books', 'b-3', { title: 'C', place: { inStock: 1 } }),
            store.setDurable('books', 'b-4', { title: 'D', lentTo: 'r-2' }),
        ]);
        await stores.close(store);
        assert.equal(await formatIn(), 3);
        const again = await open(THIRD);
        assert.deepEqual(Object.keys(again.data.books).sort(), ['b-1', 'b-2', 'b-3', 'b-4']);
    });

    it('derives what its owner wants of it, at the opening', async () => {
        let store = await open();
        await store.setDurable('books', 'b-1', { title: 'A' });
        await stores.close(store);
        const titles = (data: Library): Promise<string[]> =>
            Promise.resolve(Object.values(data.books).map(({ title }) => title));
        const counted = await open<string[]>(FIRST, { derive: titles });
        assert.deepEqual(counted.derived, ['A']);
        await stores.close(counted);
        store = await open();
        assert.equal(store.derived, undefined);
    });

    it('is refused where its index cannot be made, and its file is let go', async () => {
        const derive = (): Promise<never> => Promise.reject(new Error('no index'));
        await assert.rejects(open(FIRST, { derive }), /no index/);
        await open();
    });

    it('changes nothing in memory once it is closed', async () => {
        const store = await open();
        await store.setDurable('books', 'b-1', { title: 'A' });
        await stores.close(store);
        await assert.rejects(store.setDurable('books', 'b-1', { title: 'B' }), ClosedError);
        assert.throws(() => store.setDeferred('books', 'b-1', { title: 'B' }), ClosedError);
        assert.equal(store.get('books', 'b-1')?.title, 'A');
    });

    it('reads all again after another process had it, derives anew, and writes nothing older', async () => {
        let now = 0;
        let whenDeriving = (): Promise<void> => Promise.resolve();
        const store = await open<number>(FIRST, {
            lock: { clocks: () => [now], beatMs: 1_000_000, patienceMs: 500, staleMs: 2000 },
            derive: async ({ books }) => {
                await whenDeriving();
                return Object.keys(books).length;
            },
        });
        let reloads = 0;
        store.onReload = () => void reloads++;
        await store.setDurable('books', 'b-1', { title: 'A' });
        await rm(`${stores.file}.lock`, { recursive: true });
        await rm(`${stores.file}.owner`);
        const other = await open();
        await other.setDurable('books', 'b-2', { title: 'B' });
        await stores.close(other);
        now += 3_600_000;
        let meanwhile: Promise<unknown> = Promise.resolve();
        whenDeriving = () => {
            meanwhile = store.setDurable('books', 'b-4', { title: 'older' }).catch((error: unknown) => error);
            return new Promise((resolve) => setImmediate(resolve));
        };
        await assert.rejects(store.setDurable('books', 'b-3', { title: 'older' }), StoreReloaded);
        assert.ok((await meanwhile) instanceof StoreReloaded);
        assert.equal(reloads, 1);
        assert.equal(store.derived, 2);
        assert.deepEqual(Object.keys(store.data.books), ['b-1', 'b-2']);
        await store.setDurable('books', 'b-5', { title: 'E' });
        await stores.close(store);
        assert.deepEqual(Object.keys((await open()).data.books), ['b-1', 'b-2', 'b-5']);
    });

    describe('on a disk that is full', () => {
        let isFull: boolean;
        let restore: () => void;
        beforeEach(async () => {
            isFull = true;
            restore = await standBetween({
                datasync: (_handle, real) =>
                    isFull ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : real(),
            });
        });
        afterEach(() => restore());

        it('goes on by itself where it is told to retry, and says when', async () => {
            const store = await open(FIRST, { retries: true, retryMs: 5 });
            let recovered = 0;
            store.onRecovery(() => void recovered++);
            await assert.rejects(store.setDurable('books', 'b-1', { title: 'A' }), NotWritable);
            const writable = store.writable(new AbortController().signal);
            isFull = false;
            await writable;
            assert.equal(recovered, 1);
            assert.match(stores.warnings[0]!, /the disk is full.* Work continues automatically then\.$/);
            assert.equal(stores.warnings[1], `${stores.file} is written again.`);
            await stores.close(store);
            assert.equal((await open()).get('books', 'b-1')?.title, 'A');
        });

        it('leaves it to the next who writes where it is not told to', async () => {
            const store = await open();
            await assert.rejects(store.setDurable('books', 'b-1', { title: 'A' }), NotWritable);
            await store.writable(new AbortController().signal);
            isFull = false;
            await store.setDurable('books', 'b-2', { title: 'B' });
            await stores.close(store);
            assert.deepEqual(Object.keys((await open()).data.books), ['b-1', 'b-2']);
            assert.deepEqual(stores.warnings, []);
        });
    });
});

describe('a store of another kind', () => {
    const stores = new StoreFolder<Ledger>();
    const onWarning = (text: string): void => assert.fail(text);

    beforeEach(async () => {
        const ledger = await Ledger.open(stores.file, { onWarning });
        await ledger.setCursorDurable('source', { since: null, start: null, before: [] });
        await ledger.close();
    });

    const filesOf = async (): Promise<Record<string, string>> =>
        Object.fromEntries(
            await Promise.all(
                (await readdir(stores.folder)).map(
                    async (name) => [name, await readFile(join(stores.folder, name), 'utf8')] as const,
                ),
            ),
        );

    for (const [where, compact] of [
        ['the journal', false],
        ['the snapshot', true],
    ] as const)
        it(`is refused and stays as it is, told by ${where}`, async () => {
            if (compact) {
                const ledger = await Ledger.open(stores.file, { onWarning });
                await ledger.compact();
                await ledger.close();
            }
            const before = await filesOf();
            await assert.rejects(DeliveryStore.open(stores.file, onWarning), OtherStore);
            assert.deepEqual(await filesOf(), before);
        });

    it('is not what one unchecked line says: that counts as damaged', async () => {
        const copy = join(stores.folder, 'copy.json');
        await cp(`${stores.file}.journal.1`, `${copy}.journal.1`);
        await writeFile(`${copy}.journal.1`, '["books","b-1",{"title":"A"}]\n', { flag: 'a' });
        const warnings: string[] = [];
        const ledger = await Ledger.open(copy, { onWarning: (text) => void warnings.push(text) });
        assert.match(warnings.join(), /1 damaged lines/);
        await ledger.close();
    });
});
