import type { Print } from '../../../lib/print/print';
import {
    hasQuantityRules,
    quantityOf,
    type PiecesRule,
    type Quantity,
    type QuantityRules,
} from '../../../lib/print/rules/quantity';
import type { RulePart } from '../../../lib/print/rules/rules';
import { numberOfText } from '../../../lib/text/number-text';
import { SETTINGS } from '../../inventree-stock-create/settings';
import type { Message } from '../node-red';
import { readSettings } from '../settings/read-settings';
import { SettingError, type TypedSetting, type TypedValues } from '../settings/typed-value';
import type { RuleRow } from '../settings/rule-row';

/** What an *add to stock* node says of quantities. */
export interface QuantitySettings {
    quantity: TypedSetting;
    /** a number in `msg.quantity` counts first */
    messageQuantity: boolean;
    pieces: readonly RuleRow[];
    piecesParameter: string;
    packSize: number | null;
}

/** The types of `quantity` that ask the message. */
const OF_MESSAGE: ReadonlySet<string> = new Set(['msg', 'jsonata']);

/** The settings of an *add to stock* node as its flow has them. */
export function quantitySettingsOf(config: Readonly<Record<string, unknown>>): QuantitySettings {
    return readSettings(SETTINGS.settings, config);
}

/**
 * How many a print is, by the first that has a number: what a person counted, message, table, parameter of the Part, the source's count, the fixed
 * number (1 where that is empty).
 * @param parameter the data of a parameter of the Part; null: it has none
 * @throws SettingError
 */
export async function stockQuantity(
    settings: QuantitySettings,
    values: TypedValues,
    msg: Message,
    print: Print,
    part: RulePart | null,
    parameter: (template: string) => Promise<string | null>,
): Promise<Quantity> {
    const { quantity } = settings;
    const rules = rulesOf(settings);
    const amount = (setting: TypedSetting): Promise<number> => values.amount(setting, msg, print);
    const answers = {
        message: async () => {
            if (settings.messageQuantity && !isEmpty(msg['quantity']))
                return amount({ value: 'quantity', type: 'msg', label: 'quantity' });
            if (!OF_MESSAGE.has(quantity.type)) return null;
            // without rules nobody else has a number: then it must be here
            if (hasQuantityRules(rules) && isEmpty(await values.value(quantity, msg, print))) return null;
            return amount(quantity);
        },
        parameter,
        print: async () => {
            if (quantity.type === 'print') return amount(quantity);
            return quantity.type === 'plate' && print.quantity !== null && print.quantity > 0 ? print.quantity : null;
        },
        fixed: () => {
            if (quantity.type !== 'plate') return amount(quantity);
            return isEmpty(quantity.value) ? Promise.resolve(1) : amount({ ...quantity, type: 'num' });
        },
    };
    try {
        return await quantityOf(rules, print, part, answers);
    } catch (error) {
        if (error instanceof RangeError) throw new SettingError('packSize', `does not fit: ${error.message}`);
        throw error;
    }
}

/** Whether the quantity differs from print to print by a rule or a count, so that a Part's figures are per piece. */
export function isPerPiece(settings: QuantitySettings): boolean {
    return settings.quantity.type === 'plate' || saysMore(settings);
}

/**
 * On how many a Part's weight and time fall. What a node between the two nodes will put into the message is not known yet:
 * then they are left as they are.
 * @param asked as `stockQuantity`
 * @returns null where they stay those of the whole plate
 */
export async function piecesPerPart(...asked: Parameters<typeof stockQuantity>): Promise<number | null> {
    const [settings, values, msg, print, ...others] = asked;
    // the Part is of what a plate yields, and not of what came out well this once
    const { pieces: _good, ...whole } = print;
    try {
        const { value, origin } = await stockQuantity(settings, values, msg, whole, ...others);
        // without rules a number for prints without a count says nothing of the plate
        return saysMore(settings) || origin !== 'fixed' ? value : null;
    } catch (error) {
        if (error instanceof SettingError) return null;
        throw error;
    }
}

/** Whether the notes of an item say where its quantity comes from. */
export function saysMore(settings: QuantitySettings): boolean {
    return settings.messageQuantity || hasQuantityRules(rulesOf(settings));
}

function rulesOf({ pieces, piecesParameter, packSize }: QuantitySettings): QuantityRules {
    const table: PiecesRule[] = [];
    for (const { field, match, pieces: text = '' } of pieces) {
        const number = numberOfText(text);
        if (number !== null && number > 0) table.push({ field, match, pieces: number });
    }
    return { pieces: table, piecesParameter: piecesParameter.trim(), packSize };
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || value === '';
}
