import type { RuleField } from '../../../lib/print/rules/rule-fields';

/** What a rule may set. */
export type RuleColumn = 'pieces' | 'category' | 'location' | 'status' | 'owner';

/** A row of a table of rules as it is saved; an empty column says nothing. */
export interface RuleRow extends Partial<Record<RuleColumn, string>> {
    field: RuleField;
    match: string;
}
