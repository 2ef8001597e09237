import type { Print } from '../../lib/sync/print';
import type { Message } from './node-red';
import type { TypedSetting, TypedValues } from './typed-value';

/** How many pieces a print is. `plate`: the plate's count, and the fixed value where that is unknown or not above 0. */
export async function stockQuantity(
    setting: TypedSetting,
    values: TypedValues,
    msg: Message,
    print: Print,
): Promise<number> {
    if (setting.type !== 'plate') return values.amount(setting, msg, print);
    if (print.quantity !== null && print.quantity > 0) return print.quantity;
    const fixed = Number(setting.value);
    return Number.isFinite(fixed) && fixed > 0 ? fixed : 1;
}
