import { LEVELS } from './groups';
import { oneLine } from './plain-text';
import { cutToLength } from './text-length';

/**
 * Which albums a product lies in. VK's have no tree.
 * - `path`: one, whose title is the whole path
 * - `last`: one, called like its group alone
 * - `parents`: one for its group and one for each above it, each by its path
 */
export const ALBUMS = ['path', 'last', 'parents', 'none'] as const;
export type Albums = (typeof ALBUMS)[number];

/** market.addAlbum */
const MOST_TITLE = 128;

/**
 * The titles of a product's albums.
 * @param path names of groups from the root down; empty: the product is in none, so there is no album
 */
export function albumTitles(path: readonly string[], albums: Albums): string[] {
    const levels = path.map(oneLine).filter((level) => level !== '');
    if (levels.length === 0 || albums === 'none') return [];
    if (albums === 'last') return [title(levels.slice(-1))];
    if (albums === 'path') return [title(levels)];
    return [...new Set(levels.map((_level, i) => title(levels.slice(0, i + 1))))];
}

/** A title that is too long loses levels from the left: what is on the right tells more. */
function title(levels: readonly string[]): string {
    for (let from = 0; from < levels.length - 1; from++) {
        const text = levels.slice(from).join(LEVELS);
        // VK counts characters here, not bytes of cp1251
        if (Array.from(text).length <= MOST_TITLE) return text;
    }
    const last = levels.at(-1)!;
    return Array.from(last).length <= MOST_TITLE ? last : cutToLength(last, MOST_TITLE);
}

/** What the titles of albums are compared by: those of a community are people's, too. */
export function albumKey(text: string): string {
    return text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLocaleUpperCase('ru');
}
