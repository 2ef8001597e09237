import type { Dimension } from './units';

/**
 * What the figures of a print measure, by the last name of their path: `layerHeight`, `archive.layer_height`,
 * `archive.gcodeAnalysis.filament.tool0.length`. Bambuddy's names tell their unit at the end; OctoPrint's are those of its
 * analysis and of its statistics.
 */
const BY_NAME: Readonly<Record<string, Dimension>> = {
    printSeconds: 'seconds',
    seconds: 'seconds',
    grams: 'grams',
    weightGrams: 'grams',
    layerHeight: 'millimetres',
    layer_height: 'millimetres',
    nozzle_diameter: 'millimetres',
    quantity: 'pieces',
    object_count: 'pieces',
    bed_temperature: 'celsius',
    nozzle_temperature: 'celsius',
    file_size: 'bytes',
    size: 'bytes',
    total_filament_actual_grams: 'grams',
    time_accuracy: 'percent',
    // OctoPrint
    estimatedPrintTime: 'seconds',
    printTime: 'seconds',
    length: 'millimetres',
    volume: 'cubicCentimetres',
    depth: 'millimetres',
    height: 'millimetres',
    width: 'millimetres',
};

const BY_END: readonly (readonly [RegExp, Dimension])[] = [
    [/_(seconds|s)$/, 'seconds'],
    [/_(grams|g)$/, 'grams'],
    [/_mm$/, 'millimetres'],
    [/_kwh$/, 'kilowattHours'],
    [/_celsius$/, 'celsius'],
    [/_bytes$/, 'bytes'],
    [/_percent$/, 'percent'],
];

/** `averagePrintTime._default`: by the printer's profile. */
const BY_FOLDER: Readonly<Record<string, Dimension>> = { averagePrintTime: 'seconds', lastPrintTime: 'seconds' };

/**
 * What a number of a print measures.
 * @param path e.g. `archive.actual_time_seconds`
 * @returns `none` where it has no unit or nobody tells: a template with a unit does not get it then
 */
export function dimensionOf(path: string): Dimension {
    const names = path.trim().split('.');
    const name = names.at(-1)!;
    if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]!;
    const folder = names.at(-2) ?? '';
    if (Object.hasOwn(BY_FOLDER, folder)) return BY_FOLDER[folder]!;
    return BY_END.find(([end]) => end.test(name))?.[1] ?? 'none';
}
