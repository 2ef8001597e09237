import type { RuleTest } from '../../../lib/admin/dialogs/wire';
import type { RuleRow } from '../../../nodes/runtime/settings/rule-row';
import { problemText } from '../requests/problems';
import { ask, whenGone, type Asking } from '../requests/routes';
import { chosenStore } from '../requests/stores';
import { shared } from '../texts';

/**
 * The button below a table of rules that tells which rows fit the newest prints.
 * @param table after which it stands
 * @param rules as they are in the dialog just now
 */
export function ruleTestButton(table: JQuery, rules: () => readonly RuleRow[]): void {
    const row = $('<div class="print-to-stock-rule-test">').insertAfter(table);
    const button = $('<button type="button" class="red-ui-button red-ui-button-small">')
        .append($('<i class="fa fa-flask" aria-hidden="true">'))
        .append($('<span>').text(shared('rules.test')))
        .appendTo(row);
    const result = $('<ul class="print-to-stock-rule-prints" aria-live="polite">').appendTo(row).hide();
    let asking: Asking<'rule-test'> | null = null;

    button.on('click', () => {
        asking?.stop();
        const mine = (asking = ask('rule-test', { store: chosenStore()?.id ?? '', rules: rules() }));
        void mine.answer.then(({ prints = [], problem }) => {
            if (mine !== asking) return;
            const lines = problem ? [problemText(problem)] : prints.map(lineOf);
            result.empty().show();
            for (const text of lines.length > 0 ? lines : [shared('problem.noPrint')])
                $('<li>').text(text).toggleClass('print-to-stock-bad', Boolean(problem)).appendTo(result);
        });
    });
    whenGone(row, () => asking?.stop());
}

/** `Hook · P1S left → row 2` */
function lineOf({ name, printer, rows }: RuleTest['prints'][number]): string {
    const print = [name, printer].filter(Boolean).join(' · ');
    const fit = rows.length === 0 ? shared('rules.noRow') : shared('rules.rows', { rows: rows.join(', ') });
    return `${print} → ${fit}`;
}
