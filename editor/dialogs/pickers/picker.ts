import type { ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { lineBelow } from '../fields/lines';
import type { OwnType } from '../fields/typed-fields';
import { shared } from '../texts';
import { OF_STORE, type ChoiceSource } from './choice-source';
import { namesOverField } from './names-over-field';
import { openTree } from './picker-tree';
import { isPk, nameOf, openText, suggest } from './resolve';

/**
 * The type of a typed input that holds the number of something on a server: typed in, found by typing its name, or chosen
 * from a tree. Its name stands in the field. Without a connection it is a number like any other.
 */
export function place(kind: ChoiceKind, source: ChoiceSource = OF_STORE): OwnType {
    let input: JQuery | null = null;
    return {
        value: 'num',
        label: shared('type.num'),
        icon: 'red/images/typedInput/09.svg',
        validate: isPk,
        autoComplete: (text: string, done: (found: RedOption[]) => void) =>
            void suggest(kind, text, source.connection()).then((found) =>
                done(found.map((each) => ({ value: String(each.pk), label: `${nameOf(each)} (${each.pk})` }))),
            ),
        expand: () => {
            if (input !== null) openBeside(kind, input, source);
        },
        openText: (label) => openText(kind, label),
        attach: (field) => {
            input = field;
            followNumber(kind, field, source);
        },
    };
}

function openBeside(kind: ChoiceKind, input: JQuery, source: ChoiceSource): void {
    openTree(kind, {
        button: input.next().find('.red-ui-typedInput-option-expand'),
        field: input,
        connection: source.connection(),
        choose: ({ pk }) => input.typedInput('value', String(pk)),
    });
}

function followNumber(kind: ChoiceKind, input: JQuery, source: ChoiceSource): void {
    const container = input.next();
    const isOn = (): boolean => input.typedInput('type') === 'num';
    const names = namesOverField(
        {
            input: container.find('.red-ui-typedInput-input'),
            line: lineBelow(input),
            several: false,
            read: () => input.typedInput('value').trim(),
            write: (text) => input.typedInput('value', text),
            isOn,
        },
        kind,
        source,
    );
    const update = (): void => {
        container.find('.red-ui-typedInput-option-expand').toggle(source.connection() !== null && isOn());
        names.update();
    };
    input.on('change keyup', update);
    $(source.chosenBy).on('change', update);
    update();
}
