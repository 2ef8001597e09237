import { numberOfText } from '../../../lib/text/number-text';
import { shownValue } from '../../../lib/print/fields';

/** What a setting may be, as its dialog says it. */
export interface NumberLimits {
    least: number;
    most: number;
    /** where nothing is entered, and in the place of what is no number */
    otherwise: number;
}

/**
 * A number of a node's settings. Flows made by hand and variables of the environment pass by the dialog: what it would not
 * take is said, and the nearest value that it would is used.
 * @param config of the node; a number may be a text, with a point or a comma
 * @param warn is told what is wrong, and what is used
 */
export function numberSetting(
    config: Readonly<Record<string, unknown>>,
    name: string,
    { least, most, otherwise }: NumberLimits,
    warn: (text: string) => void,
): number {
    const value = config[name];
    if (value === undefined || value === null || value === '') return otherwise;
    const number = typeof value === 'string' ? numberOfText(value) : value;
    const isNumber = typeof number === 'number' && Number.isFinite(number);
    const used = isNumber ? Math.min(most, Math.max(least, number)) : otherwise;
    if (used !== number)
        warn(
            `The setting "${name}" must be a number from ${least} to ${most}, and is ${shownValue(value)}: ${used} is used`,
        );
    return used;
}

/** An amount above 0 that may be left out. @returns null where it is, or is no such number; that is told */
export function amountSetting(
    config: Readonly<Record<string, unknown>>,
    name: string,
    warn: (text: string) => void,
): number | null {
    const value = config[name];
    if (value === undefined || value === null || value === '') return null;
    const number = typeof value === 'string' ? numberOfText(value) : value;
    if (typeof number === 'number' && Number.isFinite(number) && number > 0) return number;
    warn(`The setting "${name}" must be a number above 0, or empty, and is ${shownValue(value)}: it is ignored`);
    return null;
}
