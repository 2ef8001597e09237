import type { StockSettings } from '../../lib/sources/inventree/read-lists';
import type { Product } from '../../lib/product/product';
import { numberOfText } from '../../lib/text/number-text';
import type { Message } from '../runtime/node-red';
import type { ValuesOf } from '../runtime/settings/read-settings';
import { SettingError, type TypedValues } from '../runtime/settings/typed-value';
import type { SETTINGS } from './settings';

type Values = ValuesOf<typeof SETTINGS.settings>;

/** Which Parts and which stock a node is to read. @throws SettingError where a list holds what is no number */
export function stockSettings({ categories, locations, statuses, salableOnly }: Values): StockSettings {
    const chosen = numbersIn('statuses', statuses);
    return {
        categories: numbersIn('categories', categories),
        locations: numbersIn('locations', locations),
        statuses: chosen.length === 0 ? [10] : chosen,
        salableOnly,
    };
}

function numbersIn(setting: string, text: string): number[] {
    const pieces = text
        .split(',')
        .map((piece) => piece.trim())
        .filter((piece) => piece !== '');
    const wrong = pieces.find((piece) => !/^[1-9]\d*$/.test(piece));
    if (wrong !== undefined)
        throw new SettingError(setting, `must hold numbers, separated by commas, and has ${wrong}`);
    return pieces.map(Number);
}

/**
 * What a product costs by the setting of a node.
 * @returns null: unknown. @throws SettingError where the value is no number
 */
export async function priceFor(setting: Values['price'], typed: TypedValues, product: Product): Promise<number | null> {
    // an expression sees what a message would carry
    const value = await typed.value(setting, { payload: product } as unknown as Message, product);
    if (value === undefined || value === null || value === '') return null;
    const number = typeof value === 'string' ? numberOfText(value) : value;
    if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
    throw new SettingError(setting.label, `must be a number from 0, and is ${JSON.stringify(value)}`);
}
