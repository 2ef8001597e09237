import type { ParameterTemplate } from '../../../clients/inventree/answers';
import { parameterData, type Measure } from '../../../print/units';
import { numberOfText } from '../../../text/number-text';

/** What a checkbox holds (measured on 479): any other text would mean no. */
const YES_NO: readonly [RegExp, string][] = [
    [/^(true|yes|on|1)$/i, 'True'],
    [/^(false|no|off|0)$/i, 'False'],
];

/**
 * A value as its template keeps it: in its unit; of a checkbox `True` or `False`; of a list of choices the one that is
 * meant, whatever its case, as the template writes it.
 * @returns null where it does not fit the template
 */
export function templateData(value: Measure | string, template: ParameterTemplate): string | null {
    const data = parameterData(value, template.units);
    if (data === null || data === '') return data;
    if (template.checkbox === true) return YES_NO.find(([form]) => form.test(data.trim()))?.[1] ?? null;
    const choices = choicesOf(template);
    return choices.length === 0 ? data : (choiceOf(choices, data) ?? null);
}

/** Why a value does not fit. */
export function misfit({ name, units, checkbox, choices }: ParameterTemplate): string {
    const template = `The parameter template "${name}"`;
    if (checkbox === true) return `${template} is a checkbox`;
    return (choices ?? '') === '' ? `${template} has the unit ${units}` : `${template} has the choices ${choices}`;
}

function choicesOf({ choices }: ParameterTemplate): string[] {
    return (choices ?? '')
        .split(',')
        .map((choice) => choice.trim())
        .filter((choice) => choice !== '');
}

/** A figure is the choice of the same number: 0.40 is 0.4. */
function choiceOf(choices: readonly string[], data: string): string | undefined {
    const number = numberOfText(data);
    return (
        choices.find((choice) => choice === data) ??
        choices.find((choice) => choice.toLowerCase() === data.trim().toLowerCase()) ??
        (number === null ? undefined : choices.find((choice) => numberOfText(choice) === number))
    );
}
