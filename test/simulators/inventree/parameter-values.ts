import { toUnit } from './units';
import { wrong } from './fields';
import type { State } from './state';
import type { Template } from './types';

/** A parameter's text as a number in its template's unit, null where it is none. */
export function toNumber(data: string, units: string): number | null {
    if (units !== '') return toUnit(data, units);
    return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(data) ? Number(data) : null;
}

/** What is stored for a text: its rule is the template's. */
export function parameterValue(
    state: State,
    template: Template,
    data: string,
): { data: string; data_numeric: number | null } {
    if (template.checkbox) {
        // any text passes, and what does not mean yes means no (recording 324)
        const yes = ['1', 'y', 'yes', 't', 'true', 'ok', 'on'].includes(data.toLowerCase());
        return { data: yes ? 'True' : 'False', data_numeric: yes ? 1 : 0 };
    }
    const choices = template.choices
        .split(',')
        .map((choice) => choice.trim())
        .filter((choice) => choice !== '');
    if (choices.length > 0 && !choices.includes(data)) throw wrong('Invalid choice for parameter value');
    const data_numeric = toNumber(data, template.units);
    if (template.units !== '' && data_numeric === null && state.setting('PARAMETER_ENFORCE_UNITS') === true) {
        throw wrong(`Could not convert ${data} to ${template.units}`);
    }
    return { data, data_numeric };
}
