import type { OctoFile } from './answers';

/** What the filament is; null: not known. */
export interface Filament {
    /** mm */
    diameter: number | null;
    /** g/cm³ */
    density: number | null;
}

/**
 * Grams of filament that a file takes, by OctoPrint's analysis of it: the volume where it knows one (0 means that the
 * slicer did not write the diameter), else the length with the diameter. There is no weight anywhere
 * in OctoPrint.
 * @returns null where it cannot be known
 */
export function gramsOf(file: Pick<OctoFile, 'gcodeAnalysis'>, { diameter, density }: Filament): number | null {
    const tools = Object.values(file.gcodeAnalysis?.filament ?? {});
    if (density === null || tools.length === 0) return null;
    let volume = 0;
    for (const tool of tools) {
        const own = tool.volume ?? 0;
        const length = tool.length ?? 0;
        if (own > 0) volume += own;
        else if (length > 0 && diameter !== null) volume += (length * Math.PI * (diameter / 2) ** 2) / 1000;
        else if (length > 0) return null;
    }
    return volume > 0 ? Number((volume * density).toFixed(3)) : null;
}
