import { numberOfText } from '../../../lib/text/number-text';
import { type ParameterRow } from '../../../lib/destinations/inventree/part/parameter-step';
import { isNoFigure, isOfPlate, printMeasure, unitOfNew } from '../../../lib/destinations/inventree/part/print-measure';
import type { Print } from '../../../lib/print/print';
import { textOf, type Message } from '../node-red';
import type { ParameterConfig } from './parameter-table';
import { SettingError, type TypedValues } from './typed-value';

/**
 * A row of the parameter table for one print. Without a type the value is one of the names the table always had
 * (`weight`, `time` …); `print` knows these and every field; numbers are written plainly, whatever they come from.
 * @throws SettingError
 */
export async function parameterRow(
    { template, value, valueType = 'print' }: ParameterConfig,
    values: TypedValues,
    msg: Message,
    print: Print,
): Promise<ParameterRow> {
    const name = textOf(template);
    if (valueType === 'print') {
        const field = textOf(value).trim();
        return {
            template: name,
            value: printMeasure(print, field),
            ofPlate: isOfPlate(field),
            units: unitOfNew(field),
            ...(isNoFigure(print, field)
                ? { problem: `${field} of the print is an object: name one of its fields` }
                : {}),
        };
    }
    const label = `parameters: ${name}`;
    const found = await values.value({ value, type: valueType, label }, msg, print);
    return { template: name, value: written(found, valueType, label) };
}

function written(value: unknown, type: string, label: string): ParameterRow['value'] {
    if (value === undefined || value === null || value === '') return null;
    const number = type === 'num' && typeof value === 'string' ? (numberOfText(value) ?? NaN) : value;
    if (typeof number === 'number') {
        if (!Number.isFinite(number)) throw new SettingError(label, 'must be a number');
        return { value: number, of: 'number' };
    }
    if (typeof value === 'string' || typeof value === 'boolean') return String(value);
    throw new SettingError(label, 'must be a text or a number');
}
