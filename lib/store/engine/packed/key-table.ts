const EMPTY = 0;
/** Something stood here: a search goes on. */
const GONE = 0xffffffff;
/** Parts of a table, each with a size of its own: to enlarge all at once would hold up the whole process. */
const PARTS = 64;

interface Part {
    /** number + 1 */
    slots: Uint32Array;
    hashes: Uint32Array;
    /** slots that are not empty */
    taken: number;
}

/** Finds the number of a record by its key, in typed arrays: eight bytes a record and up to twice the room. */
export class KeyTable {
    size = 0;
    private readonly parts = Array.from({ length: PARTS }, (): Part => partOf(16));

    /** @param keyOf the key that a record with this number is kept under; null: it has none any more */
    constructor(private readonly keyOf: (id: number) => string | null) {}

    find(key: string, hash: number): number | null {
        const { slots } = this.partAt(hash);
        const slot = this.slotOf(key, hash);
        return slot === null ? null : slots[slot]! - 1;
    }

    /** Of a key that may be here: from now on it leads to this record. */
    put(id: number, key: string, hash: number): void {
        const slot = this.slotOf(key, hash);
        if (slot === null) this.add(id, hash);
        else this.partAt(hash).slots[slot] = id + 1;
    }

    /** Of a key that is not here. */
    add(id: number, hash: number): void {
        let part = this.partAt(hash);
        if ((part.taken + 1) * 4 > part.slots.length * 3) this.parts[hash % PARTS] = part = enlarged(part);
        enter(part, id + 1, hash);
        this.size++;
    }

    remove(key: string, hash: number): void {
        const slot = this.slotOf(key, hash);
        if (slot === null) return;
        this.partAt(hash).slots[slot] = GONE;
        this.size--;
    }

    private partAt(hash: number): Part {
        return this.parts[hash % PARTS]!;
    }

    private slotOf(key: string, hash: number): number | null {
        const { slots, hashes } = this.partAt(hash);
        const mask = slots.length - 1;
        for (let at = startOf(hash) & mask; slots[at] !== EMPTY; at = (at + 1) & mask) {
            const slot = slots[at]!;
            if (hashes[at] === hash && slot !== GONE && this.keyOf(slot - 1) === key) return at;
        }
        return null;
    }
}

function partOf(size: number): Part {
    return { slots: new Uint32Array(size), hashes: new Uint32Array(size), taken: 0 };
}

/** With what was removed left out. */
function enlarged({ slots, hashes }: Part): Part {
    const live = slots.reduce((count, slot) => count + (slot === EMPTY || slot === GONE ? 0 : 1), 0);
    const part = partOf(live * 2 < slots.length ? slots.length : slots.length * 2);
    for (let at = 0; at < slots.length; at++) {
        if (slots[at] !== EMPTY && slots[at] !== GONE) enter(part, slots[at]!, hashes[at]!);
    }
    return part;
}

function enter(part: Part, value: number, hash: number): void {
    const mask = part.slots.length - 1;
    let at = startOf(hash) & mask;
    while (part.slots[at] !== EMPTY) at = (at + 1) & mask;
    part.slots[at] = value;
    part.hashes[at] = hash;
    part.taken++;
}

/** The lowest bits choose the part. */
function startOf(hash: number): number {
    return Math.floor(hash / PARTS);
}

/** FNV-1a, mixed once more: keys that count up differ in their last digits alone. */
export function hashOf(text: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
}
