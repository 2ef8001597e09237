import { FewTexts } from './few-texts';

/** How a value begins: small integers follow their tag directly. */
const TAG = {
    null: 0,
    false: 1,
    true: 2,
    /** the text that the record is kept under */
    key: 3,
    /** a text of the dictionary */
    few: 4,
    text: 5,
    /** `2026-01-01T00:00:00.000Z` as milliseconds */
    time: 6,
    /** a text that ends with a hash: its beginning, and two digits a byte */
    hex: 7,
    integer: 8,
    negative: 9,
    double: 10,
    list: 11,
    object: 12,
    json: 13,
    /** a text that ends with a number, as a batch does, and begins with one of the dictionary */
    numbered: 14,
} as const;

/** Objects of more kinds than this are kept as JSON. */
const MOST_SHAPES = 4096;
const NUMBER_END = /^(.{0,63}[^0-9])([1-9][0-9]{0,14})$/s;
/** UTF-8 has none, JSON escapes it. */
const LONE_SURROGATE = /\p{Cs}/u;
const HEX_END = /^(.{0,100}?)((?:[0-9a-f]{2}){12,})$/s;

/**
 * Records as bytes: names of fields once for all objects that have the same, repeated texts once, times and hashes in
 * binary. What comes back is what JSON would give.
 */
export class Codec {
    private readonly few = new FewTexts();
    private readonly shapes: string[][] = [];
    private readonly shapeNumbers = new Map<string, number>();
    private bytes = Buffer.allocUnsafe(4096);
    private end = 0;
    private at = 0;
    private key = '';

    /** @returns bytes that are valid until the next call */
    encode(key: string, record: object): Buffer {
        this.end = 0;
        this.key = '';
        this.writeText(key);
        this.key = key;
        this.writeObject(record);
        return this.bytes.subarray(0, this.end);
    }

    /** The key of a record. @param at where its bytes begin */
    keyAt(bytes: Buffer, at: number): string {
        this.at = at;
        return this.readValue(bytes) as string;
    }

    /** @param at where its bytes begin */
    recordAt(bytes: Buffer, at: number): object {
        this.key = this.keyAt(bytes, at);
        return this.readValue(bytes) as object;
    }

    private writeValue(value: unknown): void {
        if (value === null || value === undefined) this.writeByte(TAG.null);
        else if (typeof value === 'string') this.writeText(value);
        else if (typeof value === 'number') this.writeNumber(value);
        else if (typeof value === 'boolean') this.writeByte(value ? TAG.true : TAG.false);
        else if (Array.isArray(value)) {
            this.writeByte(TAG.list);
            this.writeCount(value.length);
            for (const each of value) this.writeValue(each);
        } else this.writeObject(value);
    }

    private writeObject(object: object): void {
        const names = Object.keys(object).filter((name) => isKept((object as Record<string, unknown>)[name]));
        const shape = 'toJSON' in object ? null : this.shapeOf(names);
        if (shape === null) return this.writeBytes(TAG.json, Buffer.from(JSON.stringify(object)));
        this.writeByte(TAG.object);
        this.writeCount(shape);
        for (const name of names) this.writeValue((object as Record<string, unknown>)[name]);
    }

    /** @returns null: there are too many, or a name that an assignment would not take */
    private shapeOf(names: string[]): number | null {
        const common = names.join('\n');
        const known = this.shapeNumbers.get(common);
        if (known !== undefined) return known;
        if (this.shapes.length === MOST_SHAPES || names.some((name) => name === '__proto__' || name.includes('\n')))
            return null;
        this.shapeNumbers.set(common, this.shapes.length);
        return this.shapes.push(names) - 1;
    }

    private writeText(text: string): void {
        if (text === this.key && text !== '') return this.writeByte(TAG.key);
        const time = timeOf(text);
        if (time !== null) {
            this.reserve(7);
            this.bytes[this.end++] = TAG.time;
            this.end = this.bytes.writeUIntLE(time, this.end, 6);
            return;
        }
        const few = this.few.numberOf(text);
        if (few !== null) {
            this.writeByte(TAG.few);
            return this.writeCount(few);
        }
        if (this.writeNumbered(text)) return;
        if (LONE_SURROGATE.test(text)) return this.writeBytes(TAG.json, Buffer.from(JSON.stringify(text)));
        const [, start, digits] = text.length < 24 ? [] : (HEX_END.exec(text) ?? []);
        if (digits === undefined) return this.writeBytes(TAG.text, Buffer.from(text));
        this.writeBytes(TAG.hex, Buffer.from(digits, 'hex'));
        this.writeText(start!);
    }

    /** @returns whether it is such a text */
    private writeNumbered(text: string): boolean {
        const [, start, digits] = NUMBER_END.exec(text) ?? [];
        const few = start === undefined ? null : this.few.numberOf(start);
        if (few === null) return false;
        this.writeByte(TAG.numbered);
        this.writeCount(few);
        this.writeCount(Number(digits));
        return true;
    }

    private writeNumber(value: number): void {
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
            this.writeByte(value < 0 ? TAG.negative : TAG.integer);
            return this.writeCount(Math.abs(value));
        }
        if (!Number.isFinite(value)) return this.writeByte(TAG.null);
        this.reserve(9);
        this.bytes[this.end++] = TAG.double;
        // JSON has no -0
        this.end = this.bytes.writeDoubleLE(value === 0 ? 0 : value, this.end);
    }

    private writeBytes(tag: number, content: Buffer): void {
        this.writeByte(tag);
        this.writeCount(content.length);
        this.reserve(content.length);
        this.end += content.copy(this.bytes, this.end);
    }

    /** Seven bits a byte, the lowest first. */
    private writeCount(count: number): void {
        this.reserve(8);
        let rest = count;
        for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.end++] = (rest % 128) | 128;
        this.bytes[this.end++] = rest;
    }

    private writeByte(byte: number): void {
        this.reserve(1);
        this.bytes[this.end++] = byte;
    }

    private reserve(more: number): void {
        if (this.end + more <= this.bytes.length) return;
        const larger = Buffer.allocUnsafe((this.end + more) * 2);
        this.bytes.copy(larger, 0, 0, this.end);
        this.bytes = larger;
    }

    private readValue(bytes: Buffer): unknown {
        const tag = bytes[this.at++]!;
        switch (tag) {
            case TAG.false:
            case TAG.true:
                return tag === TAG.true;
            case TAG.key:
                return this.key;
            case TAG.few:
                return this.few.textOf(this.readCount(bytes));
            case TAG.numbered: {
                const start = this.few.textOf(this.readCount(bytes));
                return `${start}${this.readCount(bytes)}`;
            }
            case TAG.text:
                return this.readContent(bytes, 'utf8');
            case TAG.time:
                this.at += 6;
                return new Date(bytes.readUIntLE(this.at - 6, 6)).toISOString();
            case TAG.hex: {
                const digits = this.readContent(bytes, 'hex');
                return `${this.readValue(bytes) as string}${digits}`;
            }
            case TAG.integer:
                return this.readCount(bytes);
            case TAG.negative:
                return -this.readCount(bytes);
            case TAG.double:
                this.at += 8;
                return bytes.readDoubleLE(this.at - 8);
            case TAG.list:
                return Array.from({ length: this.readCount(bytes) }, () => this.readValue(bytes));
            case TAG.object:
                return this.readObject(bytes);
            case TAG.json:
                return JSON.parse(this.readContent(bytes, 'utf8'));
            default:
                return null;
        }
    }

    private readObject(bytes: Buffer): object {
        const record: Record<string, unknown> = {};
        for (const name of this.shapes[this.readCount(bytes)]!) record[name] = this.readValue(bytes);
        return record;
    }

    private readContent(bytes: Buffer, encoding: 'utf8' | 'hex'): string {
        const length = this.readCount(bytes);
        this.at += length;
        return bytes.toString(encoding, this.at - length, this.at);
    }

    private readCount(bytes: Buffer): number {
        let count = 0;
        for (let unit = 1; ; unit *= 128) {
            const byte = bytes[this.at++]!;
            count += (byte & 127) * unit;
            if (byte < 128) return count;
        }
    }
}

/** JSON leaves out such a field. */
function isKept(value: unknown): boolean {
    return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/** @returns ms; null: it is no time, or not written as we write it */
function timeOf(text: string): number | null {
    if (text.length !== 24 || text[10] !== 'T' || text[23] !== 'Z') return null;
    const time = Date.parse(text);
    return time >= 0 && new Date(time).toISOString() === text ? time : null;
}
