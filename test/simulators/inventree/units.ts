/** Physical units: what they measure, and how much of its base unit one is. */
const units: Record<string, [dimension: string, factor: number]> = {};

function define(dimension: string, factors: Record<string, number>): void {
    for (const [names, factor] of Object.entries(factors)) {
        for (const name of names.split(' ')) units[name] = [dimension, factor];
    }
}

define('mass', {
    'g gram grams': 1,
    'kg kilogram kilograms': 1000,
    'mg milligram milligrams': 0.001,
    't tonne': 1e6,
    'oz ounce': 28.349523125,
    'lb lbs pound': 453.59237,
});
define('time', {
    's sec second seconds': 1,
    'ms millisecond milliseconds': 0.001,
    'min minute minutes': 60,
    'h hr hour hours': 3600,
    'd day days': 86400,
});
define('length', {
    'mm millimeter millimeters millimetre': 1,
    'cm centimeter centimeters centimetre': 10,
    'm meter meters metre': 1000,
    'um µm micrometer micron': 0.001,
    'in inch inches': 25.4,
    'ft foot feet': 304.8,
});
define('volume', { 'ml mL milliliter millilitre': 1, 'l L liter litre': 1000, 'mm^3': 0.001, 'cm^3': 1 });
define('energy', { 'J joule': 1, 'kJ kilojoule': 1000, 'Wh watthour': 3600, 'kWh kilowatthour': 3.6e6 });
define('power', { 'W watt watts': 1, 'kW kilowatt': 1000 });
define('ratio', { '% percent': 0.01, ppm: 1e-6 });
define('temperature', { '°C degC celsius': 1, 'K kelvin': 1 });
define('count', { 'pcs pieces piece each ea': 1, dozen: 12 });

/** What the server's unit library takes for a unit although nobody measures in it (recording 301). */
const oddities = new Set(['h:m']);

export function isUnit(unit: string): boolean {
    return unit in units || oddities.has(unit);
}

/**
 * A text as a number of `unit`, null where it cannot be one. Commas are deleted (`12,5` is 125), and what
 * measures something else is tried again with the unit behind it, so `3 m` in g is 3 mg (recordings 312, 314).
 */
export function toUnit(data: string, unit: string): number | null {
    const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(data.replaceAll(',', ''));
    if (!match) return null;
    const number = Number(match[1]);
    for (const given of [match[2] === '' ? unit : match[2]!, match[2]! + unit]) {
        const [from, to] = [units[given], units[unit]];
        if (given === unit) return number;
        if (from && to && from[0] === to[0]) return Number(((number * from[1]) / to[1]).toPrecision(12));
    }
    return null;
}
