/**
 * How Python writes values, for the old rules: `str()` in texts, `json.dumps` in bodies. JavaScript has one kind of
 * number; a Python float that is whole is kept as `Float`.
 */
export class Float {
    constructor(readonly value: number) {}
}

/** A number of a JSON text, as Python's json keeps it. */
export function pythonNumber(text: string): unknown {
    if (/[.eE]/.test(text)) return new Float(Number(text));
    const whole = Number(text);
    return Number.isSafeInteger(whole) ? whole : BigInt(text);
}

/** `str(value)`. */
export function str(value: unknown): string {
    return typeof value === 'string' ? value : repr(value);
}

/** `repr(value)` of what JSON can hold. */
export function repr(value: unknown): string {
    if (value === null || value === undefined) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value === 'string') return quoted(value);
    const number = numberText(value);
    if (number !== null) return number;
    if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
    return `{${Object.entries(value)
        .map(([key, each]) => `${quoted(key)}: ${repr(each)}`)
        .join(', ')}}`;
}

/** `json.dumps(value)`: separators with a space, everything beyond ASCII escaped. NaN is refused. */
export function dumps(value: unknown): string {
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return jsonText(value);
    const number = numberText(value);
    if (number !== null) {
        if (!/\d/.test(number)) throw new RangeError('Out of range float values are not JSON compliant');
        return number;
    }
    if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
    return `{${Object.entries(value)
        .map(([key, each]) => `${jsonText(key)}: ${dumps(each)}`)
        .join(', ')}}`;
}

function numberText(value: unknown): string | null {
    if (value instanceof Float) return floatText(value.value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'number') return null;
    if (!Number.isInteger(value)) return floatText(value);
    return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : BigInt(value).toString();
}

/** `repr(float)`: the shortest digits, as in JavaScript; an exponent below 1e-4 and from 1e16 on, of two digits at least. */
function floatText(value: number): string {
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
    const sign = value < 0 || Object.is(value, -0) ? '-' : '';
    const [digits, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
    const power = Number(exponent);
    if (value !== 0 && (power < -4 || power >= 16)) {
        const size = String(Math.abs(power)).padStart(2, '0');
        return `${sign}${digits}e${power < 0 ? '-' : '+'}${size}`;
    }
    const figures = digits.replace('.', '');
    if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${figures}`;
    const whole = figures.slice(0, power + 1).padEnd(power + 1, '0');
    return `${sign}${whole}.${figures.slice(power + 1) || '0'}`;
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function quoted(text: string): string {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const inside = text.replace(/[\\\n\r\t]|[\p{C}\p{Z}]|['"]/gu, (char) => {
        if (char === ' ') return char;
        if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
        return NAMED[char] ?? escapeOf(char.codePointAt(0)!);
    });
    return `${quote}${inside}${quote}`;
}

function escapeOf(code: number): string {
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** JSON.stringify escapes as Python does below U+0020, and leaves halves of characters escaped. */
function jsonText(text: string): string {
    return JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
