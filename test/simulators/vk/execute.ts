import { Refusal } from './errors';

export interface ScriptCall {
    method: string;
    params: Record<string, unknown>;
}

/**
 * The calls of `return [API.a({…}),API.b({…})];`: of VKScript only this form is understood.
 * @throws Refusal 12 for any other
 */
export function callsOf(code: string): ScriptCall[] {
    const body = /^\s*return\s*\[(.*)\]\s*;?\s*$/s.exec(code)?.[1];
    if (body === undefined) throw new Refusal(12);
    const calls: ScriptCall[] = [];
    for (let at = 0; at < body.length;) {
        const head = /^\s*,?\s*API\.([a-zA-Z]+\.[a-zA-Z]+)\(/.exec(body.slice(at, at + 200));
        if (head === null) {
            if (body.slice(at).trim() === '') break;
            throw new Refusal(12, `near character ${at}`);
        }
        const start = at + head[0].length;
        const end = endOfObject(body, start);
        if (body[end] !== ')') throw new Refusal(12, `near character ${end}`);
        try {
            calls.push({ method: head[1]!, params: JSON.parse(body.slice(start, end)) as Record<string, unknown> });
        } catch {
            throw new Refusal(12, `near character ${start}`);
        }
        at = end + 1;
    }
    return calls;
}

/** Behind the brace that closes the object which begins there. */
function endOfObject(text: string, start: number): number {
    let depth = 0;
    let quoted = false;
    for (let at = start; at < text.length; at++) {
        const character = text[at]!;
        if (quoted) {
            if (character === '\\') at++;
            else if (character === '"') quoted = false;
        } else if (character === '"') quoted = true;
        else if (character === '{') depth++;
        else if (character === '}' && --depth === 0) return at + 1;
    }
    return text.length;
}
