/** What new Parts are variants by: nothing, the plates of one file, or the material or colour of one name. */
export const VARIANTS = ['none', 'plates', 'material', 'colour'] as const;
export type Variants = (typeof VARIANTS)[number];

/** What of a print decides of which template its Part is a variant. */
interface Variant {
    identity: string;
    name: string | null;
    filamentType: string | null;
    filamentColor: string | null;
}

const PLATE = /:plate:\d+$/;

/**
 * The identity of the template Part that a print's new Part is a variant of. No print has it: stock never comes to it.
 * @returns null where its Part is one of its own: it has no plate, no name, or what it would differ by is not known
 */
export function templateIdentity(print: Variant, variants: Variants): string | null {
    if (variants === 'none') return null;
    if (variants === 'plates')
        return PLATE.test(print.identity) ? `template:${print.identity.replace(PLATE, '')}` : null;
    const name = print.name?.normalize('NFC').trim().toLowerCase() ?? '';
    return name === '' || differenceOf(print, variants) === null ? null : `template:name:${name}`;
}

/** What the name of a variant says beside that of its template: `PETG`, `#FF0000`; null: nothing. */
export function differenceOf(print: Variant, variants: Variants): string | null {
    const text = variants === 'material' ? print.filamentType : variants === 'colour' ? print.filamentColor : null;
    return text === null || text.trim() === '' ? null : text.trim().replace(/(#[0-9a-f]{6})[0-9a-f]{2}\b/gi, '$1');
}
