import { has } from './dialect';
import { invalid, invalidField } from './errors';
import type { State } from './state';

/**
 * What the server does to every text before it looks at it: trims, deletes what cannot be printed
 * (newlines and tabs too, except in Markdown), refuses HTML at the first field that has some.
 */
export function cleanTexts(state: State, fields: Record<string, unknown>): Record<string, unknown> {
    const cleaned: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
        cleaned[name] = typeof value === 'string' ? cleanText(state, name, value) : value;
    }
    return cleaned;
}

const markdown = new Set(['notes']);

function cleanText(state: State, field: string, value: string): string {
    if (containsHtml(state, value)) throw invalidField(field, 'Remove HTML tags from this value');
    if (!markdown.has(field)) return deleteUnprintable(value, /[\u0000-\u001f\u007f-\u009f]/g).trim();
    if (/\]\(\s*(javascript|data|vbscript):/i.test(value)) {
        throw invalid({ non_field_errors: ['Data contains prohibited markdown content'] });
    }
    return deleteUnprintable(value, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g).trim();
}

function deleteUnprintable(value: string, characters: RegExp): string {
    return value.replace(characters, '');
}

/** The server strips tags and unescapes; what came out shorter had HTML in it, so entities count too. */
function containsHtml(state: State, value: string): boolean {
    if (/&(lt|gt|amp);/.test(value)) return true;
    const tag = has(state.apiVersion, 'unclosedTagsAreHtml') ? /<[a-z/!?]/i : /<[a-z/!?][^>]*>/i;
    return tag.test(value);
}

const url = new RegExp(
    '^(?:https?|ftps?)://' +
        '(?:[^\\s:@/]+(?::[^\\s:@/]*)?@)?' +
        '(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:.]+\\]|localhost|' +
        '[a-z0-9\\u00a1-\\uffff](?:[a-z0-9\\u00a1-\\uffff-]{0,61}[a-z0-9\\u00a1-\\uffff])?' +
        '(?:\\.(?!-)[a-z0-9\\u00a1-\\uffff-]{1,63}(?<!-))*' +
        '\\.(?!-)(?:[a-z\\u00a1-\\uffff-]{2,63}|xn--[a-z0-9]{1,59})(?<!-)\\.?)' +
        '(?::\\d{1,5})?(?:[/?#]\\S*)?$',
    'i',
);

/** A host of one label (`http://bambuddy:8000`) is no URL, whatever the setting (recordings 610, 611). */
export function isUrl(state: State, value: string): boolean {
    if (value.length > 2048) return false;
    if (url.test(value)) return true;
    return state.setting('INVENTREE_STRICT_URLS') === false && url.test(`http://${value}`);
}
