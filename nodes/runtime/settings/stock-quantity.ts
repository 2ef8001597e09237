import type { Print } from '../../../lib/print/print';
import type { Message } from '../node-red';
import type { TypedSetting, TypedValues } from './typed-value';

/**
 * How many pieces a print is. `plate`: the plate's count, and the fixed value (1 where that is empty) where the count is
 * unknown or not above 0.
 * @throws SettingError
 */
export async function stockQuantity(
    setting: TypedSetting,
    values: TypedValues,
    msg: Message,
    print: Print,
): Promise<number> {
    if (setting.type !== 'plate') return values.amount(setting, msg, print);
    if (print.quantity !== null && print.quantity > 0) return print.quantity;
    const { value } = setting;
    if (value === undefined || value === null || value === '') return 1;
    return values.amount({ ...setting, type: 'num' }, msg, print);
}
