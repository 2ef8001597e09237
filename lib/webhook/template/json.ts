import { Why, type MistakeKey } from './mistakes';

/** What is wrong in a JSON text, and where. Lines and columns count from 1. */
export class JsonMistake extends Error {
    readonly code = 'JSON';
    constructor(
        readonly why: Why,
        readonly line: number,
        readonly column: number,
    ) {
        super(`line ${line}, column ${column}: ${why.text}`);
        this.name = 'JsonMistake';
    }
}

/** How a number that JSON writes is kept, by its text. */
export type NumberReader = (text: string) => unknown;

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const ESCAPES: Readonly<Record<string, string>> = {
    '"': '"',
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
};
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y; // eslint-disable-line no-control-regex
/** Deeper than anybody nests, and shallow enough for every stack. */
const DEEPEST = 200;

/**
 * Reads JSON as `JSON.parse` does, with a place for each mistake and a choice of how numbers are kept.
 * Duplicate keys: the last value, at the place of the first (as Python and JavaScript do).
 * @throws JsonMistake
 */
export function parseJson(text: string, number: NumberReader = Number): unknown {
    return new Reader(text, number).whole();
}

class Reader {
    private at = 0;

    constructor(
        private readonly text: string,
        private readonly number: NumberReader,
    ) {}

    whole(): unknown {
        if (this.text.trim() === '') this.wrong('jsonEmpty');
        const value = this.value(0);
        this.space();
        if (this.at < this.text.length) this.wrong('jsonTooMuch', { char: this.shown() });
        return value;
    }

    private value(depth: number): unknown {
        if (depth > DEEPEST) this.wrong('jsonTooDeep', { most: String(DEEPEST) });
        this.space();
        const first = this.text[this.at];
        if (first === '{') return this.object(depth);
        if (first === '[') return this.list(depth);
        if (first === '"') return this.string();
        NUMBER.lastIndex = this.at;
        const number = NUMBER.exec(this.text)?.[0];
        if (number !== undefined) {
            this.at += number.length;
            return this.number(number);
        }
        for (const word in WORDS) {
            if (!this.text.startsWith(word, this.at)) continue;
            this.at += word.length;
            return WORDS[word];
        }
        if (first === '@') this.wrong('jsonParameter');
        if (first === "'") this.wrong('jsonSingleQuote');
        if (first === undefined) this.wrong('jsonValueEnd');
        return this.wrong('jsonValue', { char: this.shown() });
    }

    private object(depth: number): Record<string, unknown> {
        const result: Record<string, unknown> = {};
        this.at++;
        if (this.next('}')) return result;
        for (;;) {
            this.space();
            if (this.text[this.at] === '}') this.wrong('jsonSpareComma', { char: '}' });
            if (this.text[this.at] !== '"') this.missing('jsonName');
            const key = this.string();
            if (!this.next(':')) this.missing('jsonColon');
            // not by assignment: a key "__proto__" is a key
            const value = this.value(depth + 1);
            Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
            if (this.next('}')) return result;
            if (!this.next(',')) this.missing('jsonComma', { close: '}' });
        }
    }

    private list(depth: number): unknown[] {
        const result: unknown[] = [];
        this.at++;
        if (this.next(']')) return result;
        for (;;) {
            this.space();
            if (this.text[this.at] === ']') this.wrong('jsonSpareComma', { char: ']' });
            result.push(this.value(depth + 1));
            if (this.next(']')) return result;
            if (!this.next(',')) this.missing('jsonComma', { close: ']' });
        }
    }

    private string(): string {
        const start = this.at++;
        let result = '';
        for (;;) {
            PLAIN.lastIndex = this.at;
            const plain = PLAIN.exec(this.text)![0];
            result += plain;
            this.at += plain.length;
            const char = this.text[this.at];
            if (char === '"') {
                this.at++;
                return result;
            }
            if (char === undefined) {
                this.at = start;
                this.wrong('jsonTextEnd');
            }
            if (char !== '\\') this.wrong('jsonLineBreak');
            result += this.escape();
        }
    }

    private escape(): string {
        const kind = this.text[this.at + 1] ?? '';
        const hex = /^[0-9a-fA-F]{4}$/.exec(this.text.slice(this.at + 2, this.at + 6));
        if (kind === 'u' && hex !== null) {
            this.at += 6;
            return String.fromCharCode(parseInt(hex[0], 16));
        }
        const char = ESCAPES[kind];
        if (char === undefined) this.wrong('jsonEscape', { char: kind });
        this.at += 2;
        return char;
    }

    private next(char: string): boolean {
        this.space();
        if (this.text[this.at] !== char) return false;
        this.at++;
        return true;
    }

    private space(): void {
        SPACE.lastIndex = this.at;
        this.at += SPACE.exec(this.text)![0].length;
    }

    /** Something is expected, and here is another character or the end. */
    private missing(key: 'jsonName' | 'jsonColon' | 'jsonComma', values: Record<string, string> = {}): never {
        if (this.at >= this.text.length) this.wrong(`${key}End`, values);
        this.wrong(key, { ...values, char: this.shown() });
    }

    private shown(): string {
        return String.fromCodePoint(this.text.codePointAt(this.at) ?? 32);
    }

    private wrong(key: MistakeKey, values: Record<string, string> = {}): never {
        const before = this.text.slice(0, this.at).split('\n');
        throw new JsonMistake(new Why(key, values), before.length, before.at(-1)!.length + 1);
    }
}
