import { parseJson } from './json';
import { Why, type MistakeKey } from './mistakes';
import type { Look } from './path';
import { compileText, pathsOf, renderWhole, type TextTemplate } from './text-template';

/** A JSON template, read once: every text in it may have parameters; names of keys are left as they stand. */
export type JsonTemplate =
    | { kind: 'text'; text: TextTemplate }
    | { kind: 'list'; items: JsonTemplate[] }
    | { kind: 'object'; entries: [string, JsonTemplate][] }
    | { kind: 'fixed'; value: unknown };

/** The template must be a JSON object: the names are the keys of data, headers or form. */
export class TemplateMistake extends Error {
    readonly code = 'TEMPLATE';
    readonly why: Why;
    constructor(key: MistakeKey, values: Record<string, string> = {}) {
        const why = new Why(key, values);
        super(why.text);
        this.why = why;
        this.name = 'TemplateMistake';
    }
}

/**
 * Compiles the text of a JSON object.
 * @throws JsonMistake with line and column; TemplateMistake where it is no object
 */
export function compileObject(text: string): Extract<JsonTemplate, { kind: 'object' }> {
    const template = compileValue(parseJson(text));
    if (template.kind !== 'object') throw new TemplateMistake('notObject');
    return template;
}

export function compileValue(value: unknown): JsonTemplate {
    if (typeof value === 'string') {
        const text = compileText(value);
        return pathsOf(text).length === 0 ? { kind: 'fixed', value: text.join('') } : { kind: 'text', text };
    }
    if (Array.isArray(value)) return { kind: 'list', items: value.map(compileValue) };
    if (typeof value === 'object' && value !== null)
        return { kind: 'object', entries: Object.entries(value).map(([key, each]) => [key, compileValue(each)]) };
    return { kind: 'fixed', value };
}

/** Values are put in and never expanded again. Never throws. */
export function render(template: JsonTemplate, look: Look): unknown {
    switch (template.kind) {
        case 'fixed':
            return template.value;
        case 'text':
            return renderWhole(template.text, look);
        case 'list':
            return template.items.map((item) => render(item, look));
        case 'object':
            return objectOf(template.entries.map(([key, item]) => [key, render(item, look)]));
    }
}

/** An object of entries, where a key `__proto__` is a key as any other. */
export function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    return Object.fromEntries(entries);
}

/** The paths of all parameters in a template. */
export function parametersOf(template: JsonTemplate): (readonly string[])[] {
    switch (template.kind) {
        case 'fixed':
            return [];
        case 'text':
            return pathsOf(template.text);
        case 'list':
            return template.items.flatMap(parametersOf);
        case 'object':
            return template.entries.flatMap(([, item]) => parametersOf(item));
    }
}
