import { dimensionOf } from '../../../print/figures';
import { fieldOf, type Print } from '../../../print/print';
import type { Dimension, Measure } from '../../../print/units';

/**
 * Names that the parameter table has for fields of a print. What Bambuddy alone knows is in its archive:
 * nozzle and layers as sliced, energy as its plug measured it.
 */
const SHORT_NAMES: Readonly<Record<string, string>> = {
    weight: 'estimate.grams',
    time: 'estimate.seconds',
    actualWeight: 'weightGrams',
    actualTime: 'printSeconds',
    printer: 'printer.name',
    printerModel: 'printer.model',
    project: 'project.name',
    nozzle: 'archive.nozzle_diameter',
    nozzleTemperature: 'archive.nozzle_temperature',
    bed: 'archive.bed_type',
    bedTemperature: 'archive.bed_temperature',
    layers: 'archive.total_layers',
    energy: 'archive.energy_kwh',
};

/** What a slot of filament tells: the name in the table, and Bambuddy's in `extra_data.filament_slots`. */
const SLOT_FIELDS: Readonly<Record<string, string>> = { material: 'type', colour: 'color', grams: 'used_g' };
const SLOT = /^slots\.([1-9]\d?)\.(material|colour|grams)$/;

/** Filament and energy together. */
const TOTAL_COST = 'totalCost';

/** Of the whole plate: divided where a Part is one piece of it. */
const OF_THE_PLATE: ReadonlySet<string> = new Set([
    'estimate.grams',
    'estimate.seconds',
    'weightGrams',
    'printSeconds',
    'archive.energy_kwh',
    TOTAL_COST,
]);

/** Dimensions of which no print has 0: it is what servers write for "not known". */
const NEVER_NOTHING: ReadonlySet<Dimension> = new Set(['seconds', 'grams', 'kilowattHours']);

/**
 * The fields of a print that a parameter can show: each by its path, by a short name, and of a slot of filament
 * `slots.2.material`. A Part's weight and time are the slicer's estimate, the same for every run.
 * @returns null where it is not known
 */
export function printMeasure(print: Print, field: string): Measure | string | null {
    const path = pathOf(field);
    const value = valueOf(print, path);
    if (typeof value === 'number') {
        const of = dimensionAt(path);
        if (!Number.isFinite(value) || (value === 0 && NEVER_NOTHING.has(of))) return null;
        return { value, of };
    }
    if (Array.isArray(value)) return value.length === 0 || value.some(isObject) ? null : value.join(', ');
    if (typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : null;
}

/** Whether a field is of the whole plate. */
export function isOfPlate(field: string): boolean {
    const path = pathOf(field);
    return OF_THE_PLATE.has(path) || SLOT.exec(path)?.[2] === 'grams';
}

/** What a parameter cannot show: an object has fields, of which one must be named. */
export function isNoFigure(print: Print, field: string): boolean {
    const value = valueOf(print, pathOf(field));
    return Array.isArray(value) ? value.some(isObject) : isObject(value);
}

/** The unit that a template gets which is made for a figure; times have none, and are then written readably. */
const UNITS: Readonly<Partial<Record<Dimension, string>>> = {
    grams: 'g',
    millimetres: 'mm',
    celsius: 'degC',
    kilowattHours: 'kWh',
    percent: '%',
};

/** @returns empty: none. All of these were accepted by a real server (479) */
export function unitOfNew(field: string): string {
    return UNITS[dimensionAt(pathOf(field))] ?? '';
}

function valueOf(print: Print, path: string): unknown {
    const [, slot, name] = SLOT.exec(path) ?? [];
    if (slot !== undefined) return slotOf(print, Number(slot))?.[SLOT_FIELDS[name!]!];
    if (path !== TOTAL_COST) return fieldOf(print, path);
    const { cost, energyCost } = print;
    return cost === null || energyCost === null ? null : cost + energyCost;
}

/** By the number that the server gives it; a slot that was not used is not there. */
function slotOf({ archive }: Print, number: number): Record<string, unknown> | undefined {
    const slots = archive === null ? undefined : fieldOf(archive, 'extra_data.filament_slots');
    if (!Array.isArray(slots)) return undefined;
    return (slots as unknown[]).filter(isRecord).find(({ slot_id }) => slot_id === number);
}

function dimensionAt(path: string): Dimension {
    return path === TOTAL_COST ? 'none' : dimensionOf(path);
}

function pathOf(field: string): string {
    return Object.hasOwn(SHORT_NAMES, field) ? SHORT_NAMES[field]! : field;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return isObject(value) && !Array.isArray(value);
}

function isObject(value: unknown): boolean {
    return typeof value === 'object' && value !== null;
}
