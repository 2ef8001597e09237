/** What of cp1251 is beyond Latin and the Russian alphabet, in its order from 0x80. */
const CP1251_REST = 'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї';
const CP1251 = new Set(CP1251_REST);

/** Characters that a page writes as an entity, whatever the encoding. */
const ESCAPED: Readonly<Record<string, number>> = { '&': 5, '<': 4, '>': 4, '"': 6 };

/**
 * How long a text is as VK counts it: in cp1251, where a character that this has not stands as its entity (`&#129472;` is 9).
 * Whether `&`, `"`, `<`, `>` count as their entities is not documented; they do here, so that no text turns out too long.
 */
export function shopLength(text: string): number {
    let length = 0;
    for (const character of text) length += cost(character);
    return length;
}

function cost(character: string): number {
    const code = character.codePointAt(0)!;
    if (code < 0x80) return ESCAPED[character] ?? 1;
    if ((code >= 0x410 && code <= 0x44f) || CP1251.has(character)) return 1;
    return `&#${code};`.length;
}

const segmenter = new Intl.Segmenter('ru', { granularity: 'grapheme' });

/** What a cut text ends in; in cp1251 it is one character. */
const ENDING = '…';
/** A word at the end that is longer than this part of the whole is cut through. */
const LONGEST_WORD = 0.4;

/** Cuts a text to a length by `shopLength`, at the end of a word where there is one near, and never through a character. */
export function cutToLength(text: string, most: number): string {
    if (shopLength(text) <= most) return text;
    let [length, end, wordEnd] = [0, 0, 0];
    for (const { segment, index } of segmenter.segment(text)) {
        length += shopLength(segment);
        if (/^\s/u.test(segment)) wordEnd = index;
        if (length > most - ENDING.length) break;
        end = index + segment.length;
    }
    // the cut may fall right behind a word
    if (/^\s/u.test(text.slice(end))) wordEnd = end;
    const isNear = shopLength(text.slice(wordEnd, end)) <= most * LONGEST_WORD;
    const kept = text.slice(0, wordEnd > 0 && isNear ? wordEnd : end);
    return `${kept.replace(/[\s,;:(«"–—-]+$/u, '')}${ENDING}`;
}
