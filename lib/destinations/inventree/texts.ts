import { sanitize, sanitizeLink, limits, unescaped } from '../../text/inventree-text';
import { hoursAndMinutes } from '../../print/units';
import { plateOf } from '../../print/part-identity';
import { markOf } from '../../print/stock-marker';
import { bareName, isPlaceholder } from '../../print/placeholder-names';
import type { Print } from '../../print/print';

/** Name of a new Part: the print's, else the file's, where it is no placeholder; with ` - Plate n` where a plate is known and not in it. */
export function partName(print: Print): string {
    const name =
        ownName(print.name) ?? ownName(print.filename === null ? null : bareName(print.filename)) ?? print.batch;
    return (
        sanitize(withPlate(name, plateOf({ plate_id: print.plate, filename: print.filename })), limits.name) ||
        print.batch
    );
}

/** Description of a new Part: `PLA · 0.2 mm · P1S · Gridfinity_Bin.gcode.3mf`, of what is known. */
export function partDescription(print: Print): string {
    const filename = print.filename === null || print.filename.startsWith('/') ? null : print.filename;
    const known = [
        print.filamentType,
        print.layerHeight === null ? null : `${print.layerHeight} mm`,
        print.printer.model ?? print.printer.name,
        filename,
    ];
    return sanitize(known.filter((text) => text !== null).join(' · '), limits.description);
}

/** What a new Part gets, as InvenTree takes it; null: from the print. Already evaluated for this print. */
export interface OwnTexts {
    name: string | null;
    description: string | null;
    keywords: string;
    link: string | null;
}

/** The texts of a new Part. `wanted`: the link there would be, if InvenTree took it. */
export const newPart = {
    name: (print: Print, own: OwnTexts['name']): string =>
        own === null ? partName(print) : sanitize(own, limits.name) || partName(print),
    description: (print: Print, own: OwnTexts['description']): string =>
        own === null ? partDescription(print) : sanitize(own, limits.description),
    keywords: (own: OwnTexts['keywords']): string => sanitize(own, limits.keywords),
    link: (print: Print, own: OwnTexts['link']): { wanted: string | null; link: string | null } => {
        const wanted = own ?? print.makerworldUrl;
        return { wanted, link: sanitizeLink(wanted) };
    },
};

/**
 * Notes of the StockItem: the mark, then the actual figures.
 * @param own a text of the user's, in place of the figures
 * @param quantity the line that says where the quantity comes from
 */
export function stockNotes(print: Print, own: string | null, quantity?: string): string {
    const figures = [
        print.printer.name === null ? null : `Printer: ${print.printer.name}`,
        // 0 is what Bambuddy says of a print whose length it does not know (bambuddy#2592)
        print.printSeconds === null || print.printSeconds === 0
            ? null
            : `Print time: ${hoursAndMinutes(print.printSeconds)}`,
        print.weightGrams === null ? null : `Filament: ${Number(print.weightGrams.toFixed(2))} g`,
    ];
    const told = own ?? figures.filter((text) => text !== null).join('\n');
    const body = [told, quantity ?? ''].filter((text) => text !== '').join(own === null ? '\n' : '\n\n');
    // a blank line, or Markdown would run the mark into the text
    return sanitize(body === '' ? markOf(print) : `${markOf(print)}\n\n${body}`, limits.notes, true);
}

function ownName(name: string | null): string | null {
    return name === null || name.trim() === '' || isPlaceholder(unescaped(name)) ? null : name;
}

function withPlate(name: string, plate: number | null): string {
    if (plate === null || new RegExp(`plate[\\s_-]*${plate}\\b`, 'i').test(name)) return name;
    const suffix = ` - Plate ${plate}`;
    // the plate tells two Parts apart: a long name gives way
    const room = limits.name - suffix.length;
    const characters = Array.from(name);
    return `${characters.length <= room ? name : `${characters.slice(0, room - 1).join('')}…`}${suffix}`;
}
