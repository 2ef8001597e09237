import { unescaped } from '../text/inventree-text';

/** Longer texts are cut before anything is looked for in them: a description of 1 MB is a mistake, and costs time. */
const MOST_READ = 100_000;

/** What is not shown of a page. */
const HIDDEN = /<(script|style|template|noscript|head)\b[^>]*>[\s\S]*?(<\/\1\s*>|$)|<!--[\s\S]*?(-->|$)/gi;
/** What ends a line on a page. */
const LINE_ENDS = /<\/?(p|div|br|li|ul|ol|tr|table|h[1-6]|section|article|blockquote)\b[^>]*>/gi;
/** A tag, and nothing that is only "smaller than": that has no letter behind it. */
const TAGS = /<\/?[a-z][^<>]*>|<![^<>]*>/gi;
// eslint-disable-next-line no-control-regex -- control characters are what we are after
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff\ufffd]/g;

/** A text without tags, entities and control characters; what was a paragraph is a line. */
export function plainText(text: string): string {
    const read = text.slice(0, MOST_READ).toWellFormed();
    const page = withoutTags(read);
    // a tag that was written as entities is one, too
    const plain = withoutTags(unescaped(page));
    return plain
        .replace(/\r\n?/g, '\n')
        .replace(CONTROL, '')
        .replace(/[\t\u00a0 ]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{3,}/g, '\n\n')
        .normalize('NFC')
        .trim();
}

function withoutTags(text: string): string {
    if (!text.includes('<')) return text;
    return text.replace(HIDDEN, ' ').replace(LINE_ENDS, '\n').replace(TAGS, '');
}

/** A text on one line. */
export function oneLine(text: string): string {
    return plainText(text).replace(/\s+/g, ' ').trim();
}

/** Up to the sign that ends its sentence, or the bracket that it stands in. */
const SCHEMES = /\b(?:https?|ftp):\/\/[^\s<>"«»()]*[^\s<>"«»().,;:!?]/giu;
/** `www.…`, and a host alone where its ending is one that people write. A figure with a unit (`10.cm`) is none. */
const HOSTS =
    /(?<![\p{L}\p{N}@._-])(?:www\.)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,4}(?:ru|рф|com|net|org|su|by|kz|ua|info|biz|shop|store|online|site|me|io|cc|pro|dev|app|link|ly)(?![\p{L}\p{N}])(?::\d{1,5})?(?:\/(?:[^\s<>"«»()]*[^\s<>"«»().,;:!?])?)?/giu;

/** A text without links: VK refuses some of them in descriptions (error 1408), and does not say which. */
export function withoutLinks(text: string): string {
    return text
        .replace(SCHEMES, '')
        .replace(HOSTS, '')
        .replace(/\(\s*\)|\[\s*\]/g, '')
        .replace(/[ ]+([.,;:!?])/g, '$1')
        .replace(/ {2,}/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .trim();
}
