/** How many of a template's unit one gram or one second is (template units accepted by the server: recordings 281 to 301). */
const PER_GRAM: Record<string, number> = {
    g: 1,
    gram: 1,
    grams: 1,
    kg: 1e-3,
    kilogram: 1e-3,
    kilograms: 1e-3,
    mg: 1e3,
    oz: 1 / 28.349523125,
    lb: 1 / 453.59237,
};
const PER_SECOND: Record<string, number> = {
    s: 1,
    sec: 1,
    second: 1,
    seconds: 1,
    min: 1 / 60,
    minute: 1 / 60,
    minutes: 1 / 60,
    h: 1 / 3600,
    hr: 1 / 3600,
    hour: 1 / 3600,
    hours: 1 / 3600,
    d: 1 / 86400,
    day: 1 / 86400,
    days: 1 / 86400,
};

/** A value of a print with what it measures. */
export interface Measure {
    value: number;
    of: 'grams' | 'seconds' | 'number';
}

/**
 * A parameter's data as the template wants it: with a unit, converted, a plain number with a point (a comma would
 * be read as a thousand: recording 314); without, grams as a number and time as `4h 07m`.
 * @returns null where the template's unit does not fit what is measured
 */
export function parameterData(measure: Measure | string, units: string): string | null {
    if (typeof measure === 'string') return measure;
    const unit = units.trim();
    if (unit === '') return measure.of === 'seconds' ? hoursAndMinutes(measure.value) : plainNumber(measure.value);
    if (measure.of === 'number') return plainNumber(measure.value);
    const factors = measure.of === 'grams' ? PER_GRAM : PER_SECOND;
    const name = unit.toLowerCase();
    return Object.hasOwn(factors, name) ? plainNumber(measure.value * factors[name]!) : null;
}

/** `4h 07m`; below an hour `12m`, below a minute `45s`. */
export function hoursAndMinutes(seconds: number): string {
    if (Math.round(seconds) < 60) return `${Math.round(seconds)}s`;
    const minutes = Math.round(seconds / 60);
    const rest = minutes % 60;
    return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h ${String(rest).padStart(2, '0')}m`;
}

/** Four decimals at most, never an exponent. */
function plainNumber(value: number): string {
    return String(Number(value.toFixed(4)));
}
