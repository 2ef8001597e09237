import { RULE_FIELDS } from '../../../lib/print/rules/rule-fields';
import { textOf } from '../node-red';
import type { RuleColumn, RuleRow } from '../settings/rule-row';

/** Reads a table from a node's properties; rows without a pattern, and those of a field that does not exist, are left out. */
export function ruleRowsOf(value: unknown, columns: readonly RuleColumn[]): RuleRow[] {
    if (!Array.isArray(value)) return [];
    return (value as Record<string, unknown>[]).flatMap((row) => {
        if (typeof row !== 'object' || row === null) return [];
        const field = RULE_FIELDS.find((name) => name === row['field']);
        const match = textOf(row['match']).trim();
        if (field === undefined || match === '') return [];
        const set = columns.map((column) => [column, textIn(row[column])] as const);
        return [{ field, match, ...Object.fromEntries(set) }];
    });
}

/** Flows made by hand may have a number. */
function textIn(value: unknown): string {
    return typeof value === 'number' ? String(value) : textOf(value).trim();
}
