import { Why, type MistakeKey } from '../template/mistakes';
import { own } from '../template/path';
import { Float, str } from './python';

/** Where the plugin itself fails ("Unknown Issue when trying to call API."), or would never end. The message is not sent. */
export class OldRulesError extends Error {
    readonly code = 'OLD_RULES';
    readonly why: Why;
    constructor(key: Extract<MistakeKey, `old${string}`>, values: Record<string, string> = {}) {
        const why = new Why(key, values);
        super(`${why.text} (rules of OctoPrint-Webhooks 3)`);
        this.why = why;
        this.name = 'OldRulesError';
    }
}

/** A text that is expanded so often, or to so much, refers to itself. */
const MOST_STEPS = 1000;
const MOST_CHARACTERS = 1_000_000;

const END_OF_TEXT = / /g;
const END_IN_URL = /[/ ?#]/g;

/**
 * A text by the rules of OctoPrint-Webhooks 3: a parameter goes from an `@` to the next space; every occurrence of the
 * same characters is replaced; what was put in is expanded again.
 * @returns the parameter's own value where the text is only one
 * @throws OldRulesError where the plugin would fail or never end
 */
export function oldText(text: string, parameters: Readonly<Record<string, unknown>>): unknown {
    return expand(text, parameters, END_OF_TEXT);
}

/** An address: parameters also end at `/`, `?` and `#`, not at `&`; nothing is encoded. */
export function oldUrl(text: string, parameters: Readonly<Record<string, unknown>>): string {
    const url = expand(text, parameters, END_IN_URL);
    if (typeof url !== 'string') throw new OldRulesError('oldAddressNoText');
    return url;
}

/** All texts in a JSON value; names of keys are left as they stand. */
export function oldValue(value: unknown, parameters: Readonly<Record<string, unknown>>): unknown {
    if (typeof value === 'string') return oldText(value, parameters);
    if (Array.isArray(value)) return value.map((each) => oldValue(each, parameters));
    if (typeof value !== 'object' || value === null || value instanceof Float) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, oldValue(each, parameters)]));
}

function expand(text: string, parameters: Readonly<Record<string, unknown>>, end: RegExp): unknown {
    let now = text;
    for (let step = 0; ; step++) {
        const start = now.indexOf('@');
        if (start < 0) return now;
        if (step >= MOST_STEPS || now.length > MOST_CHARACTERS) throw new OldRulesError('oldEndless');
        end.lastIndex = start;
        const token = now.slice(start, end.exec(now)?.index ?? now.length);
        const value = lookUp(token.slice(1), parameters);
        if (token === now && typeof value !== 'string') return value;
        // a replacement by function: `$&` in a value is only characters
        now = now.replaceAll(token, () => str(value));
    }
}

/** Python's `key in value` decides: of a text it asks for a part of it, of None or a number it fails. */
function lookUp(path: string, parameters: Readonly<Record<string, unknown>>): unknown {
    let value: unknown = parameters;
    for (const key of path.split('.')) {
        if (typeof value === 'string' ? value.includes(key) : Array.isArray(value) && value.includes(key))
            throw new OldRulesError(typeof value === 'string' ? 'oldIntoText' : 'oldIntoList', { path });
        if (typeof value === 'string' || Array.isArray(value)) return '';
        if (typeof value !== 'object' || value === null || value instanceof Float)
            throw new OldRulesError(value === null ? 'oldIntoNull' : 'oldIntoNumber', { path });
        const next = own(value, key);
        if (next === undefined) return '';
        value = next;
    }
    return value;
}
