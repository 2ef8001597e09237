import type { Product } from './product';
import { oneLine, plainText, withoutLinks } from './plain-text';
import { cutToLength, shopLength } from './text-length';

/** Of a name, by `shopLength` (market.add: "length limitation is encoded in cp1251"). */
export const NAME = { least: 4, most: 100 } as const;
/** Of a description; the most is not documented, and what is longer nobody reads. */
export const DESCRIPTION = { least: 10, most: 4000 } as const;

/** Why there is no name to put on sale. */
export type NameRefusal = 'noName' | 'nameTooShort';
export type ShopName = { name: string; refusal: null } | { name: null; refusal: NameRefusal };

/**
 * The name in the shop, with what is chosen of a modification, as tills show it: `Boots (Blue, 42)`.
 * @param options attribute → choice; a choice that the name has already is not repeated
 */
export function shopName(name: string, options: Readonly<Record<string, string>> = {}): ShopName {
    const base = oneLine(name);
    if (base === '') return { name: null, refusal: 'noName' };
    const choices = Object.values(options)
        .map(oneLine)
        .filter((choice) => choice !== '' && !hasWords(base, choice));
    const suffix = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
    // characters, not their entities: one emoji is no name
    if (Array.from(base + suffix).length < NAME.least) return { name: null, refusal: 'nameTooShort' };
    const left = NAME.most - shopLength(suffix);
    // a choice as long as a name is cut with it
    const isShort = left < NAME.most / 2;
    return { name: isShort ? cutToLength(base + suffix, NAME.most) : cutToLength(base, left) + suffix, refusal: null };
}

/** Whether a text has these words, as words, whatever their case. */
function hasWords(text: string, words: string): boolean {
    const [all, sought] = [text, words].map((each) => each.toLocaleLowerCase('ru')) as [string, string];
    for (let at = all.indexOf(sought); at >= 0; at = all.indexOf(sought, at + 1)) {
        const around = [all.slice(0, at).at(-1) ?? ' ', all.slice(at + sought.length).at(0) ?? ' '];
        if (around.every((character) => !/[\p{L}\p{N}]/u.test(character))) return true;
    }
    return false;
}

/**
 * The description in the shop: plain text without links. One that is too short is filled up with what is known of the
 * product, since the shop takes none of less than 10 characters.
 * @param text the product's own, or what a template made of it; may be HTML
 */
export function shopDescription(
    text: string | null,
    { name, group, storeName, article, options }: Pick<Product, 'name' | 'group' | 'storeName' | 'article' | 'options'>,
): string {
    const own = withoutLinks(plainText(text ?? ''));
    if (own.length >= DESCRIPTION.least) return cutToLength(own, DESCRIPTION.most);
    const choices = Object.entries(options).map(([attribute, choice]) => `${attribute}: ${choice}`);
    const known = [own, name, ...choices, group?.name ?? '', article ?? '', storeName].map((each) =>
        withoutLinks(oneLine(each)),
    );
    let filled = '';
    for (const part of new Set(known.filter((each) => each !== ''))) {
        filled = filled === '' ? part : `${filled} · ${part}`;
        if (filled.length >= DESCRIPTION.least) break;
    }
    // names of four letters in a store of two
    while (filled !== '' && filled.length < DESCRIPTION.least) filled = `${filled} · ${oneLine(name)}`;
    return cutToLength(filled, DESCRIPTION.most);
}
