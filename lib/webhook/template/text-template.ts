import type { Look } from './path';

/** A piece of a compiled text: as it stands, or a parameter by its path. */
export type Piece = string | readonly string[];

/** A text with parameters, read once. */
export type TextTemplate = readonly Piece[];

const PARAMETER = /@(?:\{([^{}@\s][^{}@]*)\}|([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*))/uy;
const WORD = /[\p{L}\p{N}_]$/u;

/**
 * Reads a text with parameters: `@name`, `@name.key.0`, `@{name}`; `@@` is an `@`. A parameter ends where an identifier
 * ends. An `@` behind a letter or digit is one of an e-mail address and stays.
 */
export function compileText(text: string): TextTemplate {
    const pieces: Piece[] = [];
    let plain = '';
    let at = 0;
    while (at < text.length) {
        const next = text.indexOf('@', at);
        if (next < 0) break;
        plain += text.slice(at, next);
        if (text[next + 1] === '@') {
            plain += '@';
            at = next + 2;
            continue;
        }
        PARAMETER.lastIndex = next;
        const found = WORD.test(plain) ? null : PARAMETER.exec(text);
        if (found === null) {
            plain += '@';
            at = next + 1;
            continue;
        }
        if (plain !== '') pieces.push(plain);
        plain = '';
        pieces.push((found[1] ?? found[2]!).split('.').map((key) => key.trim()));
        at = next + found[0].length;
    }
    plain += text.slice(at);
    return plain === '' ? pieces : [...pieces, plain];
}

/** A text that is one parameter keeps the parameter's JSON type; missing is an empty text. */
export function renderWhole(template: TextTemplate, look: Look): unknown {
    const [only] = template;
    if (template.length !== 1 || typeof only === 'string') return renderText(template, look);
    const value = look(only!);
    return value === undefined ? '' : value;
}

/** @param encode is given each value, as a text; what stands in the template itself is left as it is */
export function renderText(template: TextTemplate, look: Look, encode = (text: string): string => text): string {
    let text = '';
    for (const piece of template) text += typeof piece === 'string' ? piece : encode(wordsOf(look(piece)));
    return text;
}

/** A value inside a text: numbers and true/false as JSON writes them, lists and objects as JSON, nothing for null. */
export function wordsOf(value: unknown): string {
    if (typeof value === 'string') return value;
    if (value === undefined || value === null) return '';
    if (typeof value === 'bigint') return String(value);
    // functions and symbols have no JSON
    return JSON.stringify(value) ?? '';
}

/** The paths of all parameters in a text. */
export function pathsOf(template: TextTemplate): (readonly string[])[] {
    return template.filter((piece) => typeof piece !== 'string');
}
