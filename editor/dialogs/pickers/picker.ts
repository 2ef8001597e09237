import type { ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { choices, choicesFrom, type FoundChoices } from '../requests/choices';
import { problemText } from '../requests/problems';
import { whenGone } from '../requests/routes';
import { shared } from '../texts';
import { lineBelow, say, type Line } from '../fields/lines';
import { openTree } from './picker-tree';
import type { OwnType } from '../fields/typed-fields';

const PAUSE_MS = 300;
const SUGGESTIONS = 20;
const isPk = (value: string): boolean => /^[1-9]\d*$/.test(value.trim());

/**
 * The type of a typed input that holds the number of something in InvenTree: typed in, found by typing its name, or
 * chosen from a tree. Without a connection it is a number like any other.
 */
export function place(kind: ChoiceKind): OwnType {
    let input: JQuery | null = null;
    return {
        value: 'num',
        label: shared('type.num'),
        icon: 'red/images/typedInput/09.svg',
        validate: isPk,
        autoComplete: (text: string, done: (found: RedOption[]) => void) => void suggest(kind, text).then(done),
        expand: () => {
            if (input !== null) openBeside(kind, input);
        },
        attach: (field) => {
            input = field;
            followName(kind, field);
        },
    };
}

function openBeside(kind: ChoiceKind, input: JQuery): void {
    openTree(kind, {
        button: input.next().find('.red-ui-typedInput-option-expand'),
        field: input,
        connection: choicesFrom(),
        choose: ({ pk }) => input.typedInput('value', String(pk)),
    });
}

/** What is found by its name; nothing for a number, which Enter would replace by the first suggestion. */
async function suggest(kind: ChoiceKind, text: string): Promise<RedOption[]> {
    const search = text.trim();
    if (search === '' || isPk(search)) return [];
    const answer = await choices(kind, { search, limit: SUGGESTIONS });
    return (answer?.items ?? [])
        .filter((item) => !item.structural)
        .map((item) => ({ value: String(item.pk), label: `${item.path || item.name} (${item.pk})` }));
}

/** Below the field: the name of what the number stands for, and whether it is still there. */
function followName(kind: ChoiceKind, input: JQuery): void {
    const line = lineBelow(input);
    let timer: number | undefined;
    let asked = 0;
    whenGone(input, () => {
        clearTimeout(timer);
        asked = NaN;
    });
    const look = async (): Promise<void> => {
        const mine = ++asked;
        if (input.typedInput('type') !== 'num') return;
        const pk = input.typedInput('value').trim();
        const answer = isPk(pk) ? await choices(kind, { pk: Number(pk) }) : null;
        if (mine === asked && input.typedInput('type') === 'num') say(line, nameOf(kind, pk, answer));
    };
    const soon = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => void look(), PAUSE_MS);
    };
    const update = (): void => {
        const hasChoices = choicesFrom() !== null;
        input
            .next()
            .find('.red-ui-typedInput-option-expand')
            .toggle(hasChoices && input.typedInput('type') === 'num');
        soon();
    };
    input.on('change keyup', update);
    // pasted and dropped text
    input.next().find('.red-ui-typedInput-input').on('input', update);
    $('#node-input-sync').on('change', update);
    update();
}

function nameOf(kind: ChoiceKind, pk: string, answer: FoundChoices | null): Line | null {
    if (answer === null) return null;
    if (answer.problem) return { text: shared('picker.unknown', { why: problemText(answer.problem) }) };
    const item = answer.items.find((each) => String(each.pk) === pk);
    if (!item) return { text: shared(`picker.gone.${kind}`, { pk }), bad: true };
    const name = item.path || item.name;
    if (item.structural) return { text: shared('picker.structural', { name }), bad: true };
    return { text: name };
}
