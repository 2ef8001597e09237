import type { ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { nameByLabel } from '../fields/labels';
import { lineBelow } from '../fields/lines';
import type { ChoiceSource } from './choice-source';
import { namesOverField } from './names-over-field';
import { openTree } from './picker-tree';
import { nameOf, openText, suggest } from './resolve';

/** A plain field of numbers, as `numbersField` and the rows of tables have it. */
interface PlainField {
    input: JQuery;
    line: JQuery;
    several: boolean;
    kind: ChoiceKind;
    source: ChoiceSource;
}

/**
 * Gives a field of the dialog that holds numbers with commas, such as categories of InvenTree, its choices: their names
 * stand in it, and names that fit exactly become their numbers.
 */
export function numbersField(property: string, kind: ChoiceKind, source: ChoiceSource): void {
    const input = $(`#node-input-${property}`);
    const line = lineBelow(input);
    const { button, box } = withChoices({ input, line, several: true, kind, source });
    box.addClass('print-to-stock-numbers');
    nameByLabel(`node-input-${property}`, (label) => {
        button.attr('aria-label', openText(kind, label));
    });
}

/** Puts a field into a box with the button for its choices. */
export function withChoices({ input, line, several, kind, source }: PlainField): { box: JQuery; button: JQuery } {
    const box = $('<span class="print-to-stock-with-choices">').insertAfter(input);
    const around = $('<span class="print-to-stock-chosen-in">').appendTo(box).append(input);
    const button = $('<button type="button" class="red-ui-button">')
        .append($('<i class="fa fa-ellipsis-h" aria-hidden="true">'))
        .appendTo(box);
    const write = (text: string): void => void input.val(text).trigger('change');
    const names = namesOverField(
        { input, line, several, read: () => input.val().trim(), write, isOn: () => true },
        kind,
        source,
    );
    if (!several)
        input.autoComplete({
            minLength: 1,
            search: (text, done) =>
                void suggest(kind, text, source.connection()).then((found) =>
                    done(found.map((each) => ({ value: String(each.pk), label: `${nameOf(each)} (${each.pk})` }))),
                ),
        });
    const update = (): void => {
        button.toggle(source.connection() !== null);
        names.update();
    };
    button.on('click', () =>
        openTree(kind, {
            button,
            field: around,
            connection: source.connection(),
            choose: ({ pk }) => write(several ? added(input.val(), String(pk)) : String(pk)),
        }),
    );
    input.on('change', update);
    $(source.chosenBy).on('change', update);
    update();
    return { box, button };
}

function added(list: string, number: string): string {
    const all = list
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean);
    return [...new Set([...all, number])].join(', ');
}
