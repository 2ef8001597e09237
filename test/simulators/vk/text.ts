/** Every character that cp1251 has. */
const CP1251 = new Set(new TextDecoder('windows-1251').decode(Uint8Array.from({ length: 256 }, (_, code) => code)));

/**
 * How long VK takes a name to be: in cp1251 ("length limitation is encoded in cp1251"); what is not in it counts as its
 * HTML entity (inferred: `&#129472;` is 9).
 */
export function lengthInVk(text: string): number {
    return [...text].reduce(
        (sum, character) => sum + (CP1251.has(character) ? 1 : `&#${character.codePointAt(0)};`.length),
        0,
    );
}
