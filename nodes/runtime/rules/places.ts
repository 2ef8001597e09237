import type { Print } from '../../../lib/print/print';
import { firstFit, type RulePart } from '../../../lib/print/rules/rules';
import type { Message } from '../node-red';
import type { RuleColumn, RuleRow } from '../settings/rule-row';
import type { TypedSetting, TypedValues } from '../settings/typed-value';

/** What a message, its print and its Part decide. */
export interface RuleContext {
    values: TypedValues;
    msg: Message;
    print: Print;
    /** null: not known yet */
    part: RulePart | null;
}

/**
 * The setting for one print: what the first rule says that fits and names a value for it, else the setting itself.
 * @returns the setting, with the rule's value in the place of its own
 */
export function byRules(
    rules: readonly RuleRow[],
    column: RuleColumn,
    setting: TypedSetting,
    { print, part }: Pick<RuleContext, 'print' | 'part'>,
): TypedSetting {
    const fit = firstFit(rules, print, part, (rule) => (rule[column] ?? '') !== '');
    return fit === null ? setting : { value: fit.rule[column], type: 'num', label: setting.label };
}

/** The number of something in InvenTree for one print. @throws SettingError */
export function pkByRules(
    rules: readonly RuleRow[],
    column: RuleColumn,
    setting: TypedSetting,
    context: RuleContext,
): Promise<number> {
    const { values, msg, print } = context;
    return values.pk(byRules(rules, column, setting, context), msg, print);
}
