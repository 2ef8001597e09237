import type { Choice, ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { whenGone } from '../requests/routes';
import type { ShownConnection } from '../requests/stores';
import { shared } from '../texts';
import { openTree } from './picker-tree';
import { nameOf, openText, resolve, suggest } from './resolve';

let ids = 0;

interface PlaceFieldOptions {
    kind: ChoiceKind;
    /** its name for screen readers, and its label */
    label: string;
    /** of the InvenTree whose entries they are; null: nowhere to ask */
    connection: () => ShownConnection | null;
    /** runs when something else is chosen */
    changed: () => void;
}

/** A field for something in InvenTree: its name stands in it, its number beside it. */
export interface PlaceField {
    readonly element: JQuery;
    /** @returns what is chosen, after what was typed last was looked up; null: nothing, or something that is not there */
    readonly value: () => Promise<Choice | null>;
    readonly focus: () => void;
    /** Shows what is chosen. */
    readonly choose: (choice: Choice) => void;
    /** Says below the field that it is still empty. */
    readonly missing: (text: string) => void;
}

/** Makes the field. A name is suggested while it is typed, and one that fits exactly is taken; so is a number. */
export function placeField({ kind, label, connection, changed }: PlaceFieldOptions): PlaceField {
    const id = `print-to-stock-place-${++ids}`;
    const element = $('<div class="print-to-stock-place">');
    $('<label>').attr('for', id).text(label).appendTo(element);
    const row = $('<div class="print-to-stock-place-row">').appendTo(element);
    const input = $('<input type="text">')
        .attr({
            id,
            placeholder: shared(`picker.search.${kind}`),
            'aria-describedby': `${id}-line`,
            autocomplete: 'off',
        })
        .appendTo(row);
    const number = $('<span class="print-to-stock-place-number">').hide().appendTo(row);
    const button = $('<button type="button" class="red-ui-button" data-act="choose">')
        .attr('aria-label', openText(kind, label))
        .append($('<i class="fa fa-ellipsis-h" aria-hidden="true">'))
        .appendTo(row);
    const line = $('<div class="print-to-stock-line" aria-live="polite">').attr('id', `${id}-line`).hide();
    line.appendTo(element);
    let chosen: Choice | null = null;
    let asked = 0;

    const say = (text: string, bad = true): void =>
        void line
            .text(text)
            .toggleClass('print-to-stock-bad', bad)
            .toggle(text !== '');

    function show(choice: Choice | null): void {
        chosen = choice;
        number.text(choice === null ? '' : String(choice.pk)).toggle(choice !== null);
        if (choice !== null) input.val(nameOf(choice));
        changed();
    }

    function choose(choice: Choice): void {
        asked++;
        say('');
        input.attr('aria-invalid', 'false');
        show(choice);
    }

    async function settle(): Promise<void> {
        const text = input.val().trim();
        if (chosen !== null && text === nameOf(chosen)) return;
        const mine = ++asked;
        show(null);
        say('');
        if (text === '') return;
        const settled = await resolve(kind, text, connection());
        if (mine !== asked || settled === null) return;
        if ('choice' in settled) return void choose(settled.choice);
        const isWrong = 'wrong' in settled;
        input.attr('aria-invalid', String(isWrong));
        say(isWrong ? settled.wrong : shared('picker.unchecked', { why: settled.unchecked }), isWrong);
    }

    input.autoComplete({
        minLength: 1,
        search: (text, done) =>
            void suggest(kind, text, connection()).then((found) =>
                done(found.map((each) => ({ value: nameOf(each), label: `${nameOf(each)} (${each.pk})` }))),
            ),
    });
    input.on('change', () => void settle());
    button.on('click', () => openTree(kind, { button, field: input, connection: connection(), choose }));
    whenGone(input, () => (asked = NaN));
    return {
        element,
        value: async () => {
            await settle();
            return chosen;
        },
        focus: () => void input.trigger('focus'),
        choose,
        missing: (text) => {
            input.attr('aria-invalid', 'true').trigger('focus');
            say(text);
        },
    };
}
