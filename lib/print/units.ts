import { numberOfText, plainNumber } from '../text/number-text';

/** Units of a template are those of Pint, whose names have a case: Mg is a megagram. All of these were accepted by a real server. */
type Scale = Readonly<Record<string, number>>;

/** How many of a template's unit one unit of ours is. */
const SCALES = {
    grams: {
        ...named(1, 'g', 'gram', 'grams'),
        ...named(1e-3, 'kg', 'kilogram', 'kilograms'),
        ...named(1e3, 'mg', 'milligram', 'milligrams'),
        ...named(1e6, 'µg', 'μg', 'ug', 'microgram', 'micrograms'),
        ...named(1e-6, 't', 'tonne', 'tonnes', 'metric_ton', 'Mg'),
        ...named(1 / 28.349523125, 'oz', 'ounce', 'ounces'),
        ...named(1 / 453.59237, 'lb', 'lbs', 'pound', 'pounds'),
    },
    seconds: {
        ...named(1, 's', 'sec', 'second', 'seconds'),
        ...named(1e3, 'ms', 'millisecond', 'milliseconds'),
        ...named(1 / 60, 'min', 'minute', 'minutes'),
        ...named(1 / 3600, 'h', 'hr', 'hour', 'hours'),
        ...named(1 / 86400, 'd', 'day', 'days'),
        ...named(1 / 604800, 'week', 'weeks'),
    },
    millimetres: {
        ...named(1, 'mm', 'millimeter', 'millimeters', 'millimetre', 'millimetres'),
        ...named(1e3, 'µm', 'μm', 'um', 'micrometer', 'micrometers', 'micrometre', 'micrometres', 'micron', 'microns'),
        ...named(1e6, 'nm', 'nanometer', 'nanometers', 'nanometre', 'nanometres'),
        ...named(1e-1, 'cm', 'centimeter', 'centimeters', 'centimetre', 'centimetres'),
        ...named(1e-3, 'm', 'meter', 'meters', 'metre', 'metres'),
        ...named(1e-6, 'km', 'kilometer', 'kilometers', 'kilometre', 'kilometres'),
        ...named(1 / 25.4, 'in', 'inch', 'inches'),
        ...named(1 / 0.0254, 'mil', 'mils', 'thou'),
        ...named(1 / 304.8, 'ft', 'foot', 'feet'),
    },
    cubicCentimetres: {
        ...named(1, 'cm³', 'cm3', 'cm^3', 'cm**3', 'cc', 'mL', 'ml', 'milliliter', 'milliliters'),
        ...named(1e3, 'mm³', 'mm3', 'mm^3', 'mm**3'),
        ...named(1e-3, 'l', 'L', 'liter', 'liters', 'litre', 'litres'),
    },
    kilowattHours: {
        ...named(1, 'kWh', 'kilowatt_hour', 'kilowatt_hours'),
        ...named(1e3, 'Wh', 'watt_hour', 'watt_hours'),
        ...named(3.6e6, 'J', 'joule', 'joules'),
        ...named(3.6, 'MJ', 'megajoule', 'megajoules'),
    },
    // of °C and K one degree is as large, but they begin elsewhere: only °C is written
    celsius: named(1, '°C', 'degC', 'celsius', 'degree_Celsius'),
    bytes: {
        ...named(1, 'B', 'byte', 'bytes'),
        ...named(1e-3, 'kB', 'kilobyte', 'kilobytes'),
        ...named(1e-6, 'MB', 'megabyte', 'megabytes'),
    },
    percent: named(1, '%', 'percent'),
    pieces: named(1, 'pcs', 'piece', 'pieces', 'each', 'ea'),
    /** money, numbers of things in a database: a figure that no unit is of */
    none: {},
} as const satisfies Record<string, Scale>;

export type Dimension = keyof typeof SCALES;

/** Names of other units that are ours once letters are made small: siemens, henry, debye, tesla, molar, mega… */
const OTHER_UNITS: ReadonlySet<string> = new Set(['S', 'H', 'D', 'T', 'M', 'Mm', 'Ms', 'ML']);

/**
 * A value of a print with what it measures. `number`: a figure that a person gives for this template, so in its unit.
 */
export interface Measure {
    value: number;
    of: Dimension | 'number';
}

/**
 * A parameter's data as the template wants it: with a unit, converted, a plain number with a point; without, the number
 * as it is and time as `4h 07m`. A text for a template with a unit is a number, or a number with a unit that we know.
 * @param units of the template, as InvenTree has it; empty: it has none
 * @returns null where the value cannot be had in the template's unit: InvenTree would take the figure for another
 */
export function parameterData(value: Measure | string, units: string): string | null {
    const unit = units.trim();
    if (typeof value === 'string') return unit === '' ? value : dataOfText(value, unit);
    if (!Number.isFinite(value.value)) return null;
    if (unit === '') return value.of === 'seconds' ? hoursAndMinutes(value.value) : plainNumber(value.value);
    if (value.of === 'number') return plainNumber(value.value);
    const factor = factorOf(value.of, unit);
    return factor === null ? null : plainNumber(value.value * factor);
}

function dataOfText(text: string, unit: string): string | null {
    const whole = numberOfText(text);
    if (whole !== null) return plainNumber(whole);
    const [, figure = '', own = ''] = /^([^\p{L}°%]*)(.*)$/u.exec(text.trim()) ?? [];
    const value = numberOfText(figure);
    if (value === null) return null;
    if (own === unit) return plainNumber(value);
    for (const of of DIMENSIONS) {
        const [from, to] = [factorOf(of, own), factorOf(of, unit)];
        if (from !== null && to !== null) return plainNumber((value / from) * to);
    }
    return null;
}

const DIMENSIONS = Object.keys(SCALES) as Dimension[];

/** A figure of ours in another unit. @returns null where the unit does not measure that */
export function inUnit(value: number, of: Dimension, unit: string): number | null {
    const factor = factorOf(of, unit.trim());
    return factor === null ? null : value * factor;
}

function factorOf(of: Dimension, unit: string): number | null {
    const scale: Scale = SCALES[of];
    if (Object.hasOwn(scale, unit)) return scale[unit]!;
    const small = unit.toLowerCase();
    return !OTHER_UNITS.has(unit) && Object.hasOwn(scale, small) ? scale[small]! : null;
}

function named(factor: number, ...names: string[]): Scale {
    return Object.fromEntries(names.map((name) => [name, factor]));
}

/** `4h 07m`; below an hour `12m`, below a minute `45s`. */
export function hoursAndMinutes(seconds: number): string {
    if (Math.round(seconds) < 60) return `${Math.round(seconds)}s`;
    const minutes = Math.round(seconds / 60);
    const rest = minutes % 60;
    return minutes < 60 ? `${minutes}m` : `${plainNumber(Math.floor(minutes / 60))}h ${String(rest).padStart(2, '0')}m`;
}
