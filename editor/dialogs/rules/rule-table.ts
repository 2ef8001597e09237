import type { ChoiceKind } from '../../../lib/admin/dialogs/wire';
import type { RuleField } from '../../../lib/print/rules/rule-fields';
import type { RuleColumn, RuleRow } from '../../../nodes/runtime/settings/rule-row';
import { OF_STORE } from '../pickers/choice-source';
import { withChoices } from '../pickers/numbers-field';
import { openText } from '../pickers/resolve';
import { shared } from '../texts';
import { ruleTestButton } from './rule-test-button';

const FIELDS: readonly RuleField[] = [
    'printer', 'model', 'material', 'colour', 'project', 'tag', 'name', 'file', 'status', 'part',
]; // prettier-ignore
const HEIGHT = 170;

/** What of InvenTree a column holds the number of; the others hold a number of their own. */
const CHOICES: Readonly<Partial<Record<RuleColumn, ChoiceKind>>> = {
    category: 'categories',
    location: 'locations',
    status: 'statuses',
    owner: 'owners',
};

interface RuleTableOptions {
    columns: readonly RuleColumn[];
    /** fields that are not known where the rules are looked at */
    without?: readonly RuleField[];
    addLabel: string;
}

/**
 * The table of rules: when this field fits this pattern, then that. Below it, which rows fit the newest prints.
 * @returns its rows as they are saved
 */
export function ruleTable(
    list: JQuery,
    rows: readonly Partial<RuleRow>[],
    { columns, without = [], addLabel }: RuleTableOptions,
): () => RuleRow[] {
    const fields = FIELDS.filter((field) => !without.includes(field));
    list.editableList<RuleRow>({
        addItem: (container, _index, row) => addRow(container, row, fields, columns),
        addButton: addLabel,
        sortable: true,
        removable: true,
        removeItem: () => list.trigger('change'),
        height: HEIGHT,
    });
    for (const row of rows) list.editableList('addItem', row);
    const saved = (): RuleRow[] =>
        list
            .editableList('items')
            .toArray()
            .map((item) => ($(item).data('saved') as () => RuleRow)());
    ruleTestButton(list.closest('.red-ui-editableList'), saved);
    return saved;
}

/** @returns true, or what is wrong with the rows of a table */
export function checkRules(rows: unknown, columns: readonly RuleColumn[]): Verdict {
    if (!Array.isArray(rows)) return shared('error.rules');
    for (const [index, row] of (rows as Partial<RuleRow>[]).entries()) {
        const n = index + 1;
        if ((row.match ?? '').trim() === '') return shared('error.ruleMatch', { row: n });
        const set = columns.filter((column) => (row[column] ?? '') !== '');
        if (set.length === 0) return shared('error.ruleEmpty', { row: n });
        const bad = set.find((column) => !isValue(column, String(row[column])));
        if (bad) return shared('error.ruleValue', { row: n, column: shared(`rules.${bad}`) });
    }
    return true;
}

function isValue(column: RuleColumn, value: string): boolean {
    return column === 'pieces' ? Number(value.replace(/^(\d+),(\d+)$/, '$1.$2')) > 0 : /^[1-9]\d*$/.test(value);
}

function addRow(
    container: JQuery,
    row: Partial<RuleRow>,
    fields: readonly RuleField[],
    columns: readonly RuleColumn[],
): void {
    container.addClass('print-to-stock-rule');
    const line = $('<div class="print-to-stock-rule-line">').appendTo(container);
    const field = $('<select class="print-to-stock-rule-field">').attr('aria-label', shared('rules.field'));
    for (const name of fields)
        $('<option>')
            .val(name)
            .text(shared(`ruleField.${name}`))
            .appendTo(field);
    field.val(row.field ?? fields[0]!).appendTo(line);
    const match = $('<input type="text" class="print-to-stock-rule-match">')
        .attr({ placeholder: shared('rules.matchExample'), 'aria-label': shared('rules.match') })
        .val(row.match ?? '')
        .appendTo(line);
    const values = columns.length > 1 ? $('<div class="print-to-stock-rule-line">').appendTo(container) : line;
    const inputs = columns.map((column) => [column, valueField(column, row[column] ?? '', values, container)] as const);
    container.data('saved', (): RuleRow => ({
        field: field.val() as RuleField,
        match: match.val().trim(),
        ...Object.fromEntries(inputs.map(([column, input]) => [column, input.val().trim()])),
    }));
}

/** @param container of the row: below it stands what is wrong with a number */
function valueField(column: RuleColumn, value: string, line: JQuery, container: JQuery): JQuery {
    $('<i class="fa fa-long-arrow-right" aria-hidden="true">').appendTo(line);
    const input = $('<input type="text">')
        .addClass(`print-to-stock-rule-value print-to-stock-rule-${column}`)
        .attr({ placeholder: shared(`rules.${column}`), 'aria-label': shared(`rules.${column}`) })
        .val(value)
        .appendTo(line);
    const kind = CHOICES[column];
    if (kind !== undefined) {
        const below = $('<div class="print-to-stock-line" aria-live="polite">').hide().appendTo(container);
        const { button } = withChoices({ input, line: below, several: false, kind, source: OF_STORE });
        button.attr('aria-label', openText(kind, shared(`rules.${column}`)));
    }
    return input;
}
