const EMPTY = 0;
/** Something stood here: a search goes on. */
const GONE = 0xffffffff;

/** Finds the number of a record by its key, in typed arrays: eight bytes a record and twice the room. */
export class KeyTable {
    size = 0;
    /** number + 1 */
    private slots = new Uint32Array(1024);
    private hashes = new Uint32Array(1024);
    /** slots that are not empty */
    private taken = 0;

    /** @param keyOf the key that a record with this number is kept under; null: it has none any more */
    constructor(private readonly keyOf: (id: number) => string | null) {}

    find(key: string, hash: number): number | null {
        const slot = this.slotOf(key, hash);
        return slot === null ? null : this.slots[slot]! - 1;
    }

    /** Of a key that may be here: from now on it leads to this record. */
    put(id: number, key: string, hash: number): void {
        const slot = this.slotOf(key, hash);
        if (slot === null) this.add(id, hash);
        else this.slots[slot] = id + 1;
    }

    /** Of a key that is not here. */
    add(id: number, hash: number): void {
        if ((this.taken + 1) * 4 > this.slots.length * 3) this.grow();
        this.enter(id + 1, hash);
        this.size++;
        this.taken++;
    }

    remove(key: string, hash: number): void {
        const slot = this.slotOf(key, hash);
        if (slot === null) return;
        this.slots[slot] = GONE;
        this.size--;
    }

    private slotOf(key: string, hash: number): number | null {
        const mask = this.slots.length - 1;
        for (let at = hash & mask; this.slots[at] !== EMPTY; at = (at + 1) & mask) {
            const slot = this.slots[at]!;
            if (this.hashes[at] === hash && slot !== GONE && this.keyOf(slot - 1) === key) return at;
        }
        return null;
    }

    private enter(value: number, hash: number): void {
        const mask = this.slots.length - 1;
        let at = hash & mask;
        while (this.slots[at] !== EMPTY) at = (at + 1) & mask;
        this.slots[at] = value;
        this.hashes[at] = hash;
    }

    private grow(): void {
        const { slots, hashes } = this;
        this.slots = new Uint32Array(slots.length * 2);
        this.hashes = new Uint32Array(slots.length * 2);
        for (let at = 0; at < slots.length; at++) {
            if (slots[at] !== EMPTY && slots[at] !== GONE) this.enter(slots[at]!, hashes[at]!);
        }
        this.taken = this.size;
    }
}

/** FNV-1a, mixed once more: keys that count up differ in their last digits alone. */
export function hashOf(text: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
}
