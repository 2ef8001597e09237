import { Codec } from './codec';
import { hashOf, KeyTable } from './key-table';

const PAGE = 256 * 1024;
/** Larger records stay objects. */
const LARGEST = PAGE / 8;

const OBJECT = 0xffffffff;
const REMOVED = 0xfffffffe;

/**
 * Records of one collection by their key, in the order in which they came. Those that are cold are bytes in pages and become
 * an object when somebody asks; the others stay objects. A look-up and a change cost the same, whatever the number.
 */
export class PackedRecords {
    private readonly codec = new Codec();
    private readonly table = new KeyTable((id) => this.keyOf(id));
    private readonly pages: (Buffer | null)[] = [];
    /** bytes of each page that a record still has */
    private readonly used: number[] = [];
    private end = PAGE;
    /** by id: where its bytes begin */
    private places = new Uint32Array(1024);
    private readonly objects = new Map<number, [string, object]>();
    private next = 0;
    /** the page that a record left last */
    private sparse: number | null = null;

    /** @param isCold whether a record is rarely asked for, and not changed soon */
    constructor(private readonly isCold: (record: object) => boolean) {}

    get size(): number {
        return this.table.size;
    }

    /** bytes of the pages */
    get bytes(): number {
        return this.pages.filter((page) => page !== null).length * PAGE;
    }

    has(key: string): boolean {
        return this.table.find(key, hashOf(key)) !== null;
    }

    get(key: string): object | undefined {
        const id = this.table.find(key, hashOf(key));
        return id === null ? undefined : this.recordOf(id);
    }

    set(key: string, record: object): void {
        const hash = hashOf(key);
        const known = this.table.find(key, hash);
        const id = known ?? this.next++;
        if (known !== null) this.release(known);
        else this.reserve();
        this.place(id, key, record);
        if (known === null) this.table.add(id, hash);
        else this.tidy();
    }

    delete(key: string): void {
        const id = this.table.find(key, hashOf(key));
        if (id === null) return;
        this.table.remove(key, hashOf(key));
        this.release(id);
        this.places[id] = REMOVED;
        this.tidy();
    }

    /** @returns a number that stays the record's own until it is deleted; null: there is none under this key */
    idOf(key: string): number | null {
        return this.table.find(key, hashOf(key));
    }

    /** @returns undefined: it was deleted */
    byId(id: number): object | undefined {
        return this.places[id] === REMOVED ? undefined : this.recordOf(id);
    }

    /** Those that came while one reads are read as well. */
    *entries(): IterableIterator<[string, object]> {
        for (let id = 0; id < this.next; id++) {
            if (this.places[id] !== REMOVED) yield [this.keyOf(id), this.recordOf(id)];
        }
    }

    *keys(): IterableIterator<string> {
        for (let id = 0; id < this.next; id++) if (this.places[id] !== REMOVED) yield this.keyOf(id);
    }

    /** Those that are not cold. */
    *warm(): IterableIterator<object> {
        for (const [, record] of this.objects.values()) yield record;
    }

    private keyOf(id: number): string {
        const place = this.places[id]!;
        if (place === OBJECT) return this.objects.get(id)![0];
        return this.codec.keyAt(this.pages[Math.floor(place / PAGE)]!, (place % PAGE) + 2);
    }

    private recordOf(id: number): object {
        const place = this.places[id]!;
        if (place === OBJECT) return this.objects.get(id)![1];
        return this.codec.recordAt(this.pages[Math.floor(place / PAGE)]!, (place % PAGE) + 2);
    }

    private place(id: number, key: string, record: object): void {
        const bytes = this.isCold(record) ? this.codec.encode(key, record) : null;
        if (bytes !== null && bytes.length <= LARGEST && this.mayAppend(bytes.length + 2))
            return this.append(id, bytes);
        this.places[id] = OBJECT;
        this.objects.set(id, [key, record]);
    }

    /** Whether a place can be told by 32 bits. */
    private mayAppend(length: number): boolean {
        return this.end + length <= PAGE || (this.pages.length + 1) * PAGE < REMOVED;
    }

    private append(id: number, bytes: Buffer): void {
        const length = bytes.length + 2;
        if (this.end + length > PAGE) {
            this.pages.push(Buffer.allocUnsafeSlow(PAGE));
            this.used.push(0);
            this.end = 0;
        }
        const number = this.pages.length - 1;
        const page = this.pages[number]!;
        page.writeUInt16LE(bytes.length, this.end);
        bytes.copy(page, this.end + 2);
        this.places[id] = number * PAGE + this.end;
        this.used[number]! += length;
        this.end += length;
    }

    /** The bytes or the object that a record has now are no longer its own. */
    private release(id: number): void {
        if (this.objects.delete(id)) return;
        const place = this.places[id]!;
        const number = Math.floor(place / PAGE);
        this.used[number]! -= this.pages[number]!.readUInt16LE(place % PAGE) + 2;
        this.sparse = number;
    }

    /** Gives up a page of which less than half is used: what is left moves to the last one. */
    private tidy(): void {
        const number = this.sparse;
        this.sparse = null;
        if (number === null || number === this.pages.length - 1 || this.used[number]! > PAGE / 2) return;
        const page = this.pages[number]!;
        for (let at = 0, left = this.used[number]!; left > 0;) {
            const length = page.readUInt16LE(at);
            const id = this.idAt(page, number, at);
            if (id !== null) {
                left -= length + 2;
                this.append(id, page.subarray(at + 2, at + 2 + length));
            }
            at += length + 2;
        }
        this.pages[number] = null;
    }

    /** @returns null: no record has these bytes any more */
    private idAt(page: Buffer, number: number, at: number): number | null {
        const key = this.codec.keyAt(page, at + 2);
        const id = this.table.find(key, hashOf(key));
        return id !== null && this.places[id] === number * PAGE + at ? id : null;
    }

    private reserve(): void {
        if (this.next <= this.places.length) return;
        const larger = new Uint32Array(this.places.length * 2);
        larger.set(this.places);
        this.places = larger;
    }
}
