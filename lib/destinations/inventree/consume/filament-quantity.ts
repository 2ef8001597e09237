import { stockQuantity } from '../../../clients/inventree/quantity/change';
import { densityOf, lengthOf } from '../../../print/filament';
import { inUnit } from '../../../print/units';

/** What lengths are reckoned from. */
export interface FilamentMeasures {
    /** mm */
    diameter: number;
    /** g/cm³; null: by the material */
    density: number | null;
}

/**
 * Grams in the unit of a Part, rounded as InvenTree takes it: a weight, or a length by density and diameter.
 * @param unit of the Part; empty: it counts pieces
 * @returns what is wrong, where they cannot be had in that unit
 */
export function filamentQuantity(
    grams: number,
    unit: string,
    material: string | null,
    { diameter, density }: FilamentMeasures,
): number | { problem: string } {
    const weight = inUnit(grams, 'grams', unit);
    if (weight !== null) return stockQuantity(weight);
    if (inUnit(1, 'millimetres', unit) === null) {
        const is = unit.trim() === '' ? 'has no unit' : `has the unit ${unit}`;
        return { problem: `its Part ${is}: set g, kg or m in InvenTree` };
    }
    const known = density ?? densityOf(material);
    if (known === null)
        return {
            problem: `its Part has the unit ${unit}, and the density of ${material ?? 'its material'} is not known`,
        };
    return stockQuantity(inUnit(lengthOf(grams, known, diameter), 'millimetres', unit)!);
}

/** The grams that so much of the unit is, of what `filamentQuantity` made of some grams. */
export function gramsOf(grams: number, whole: number, part: number): number {
    return whole === 0 ? 0 : Math.round(((grams * part) / whole) * 100) / 100;
}
