import type { Choice, ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { choices } from '../requests/choices';
import { problemText } from '../requests/problems';
import { whenGone } from '../requests/routes';
import type { ShownConnection } from '../requests/stores';
import { shared } from '../texts';
import { openTree } from './picker-tree';

const SUGGESTIONS = 20;
let ids = 0;

/** What stands in the field, after it was asked for. */
type Settled = { choice: Choice } | { wrong: string };

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

const isPk = (text: string): boolean => /^[1-9]\d*$/.test(text);

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
        .attr('aria-label', shared('picker.open', { label }))
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
        if (choice !== null) input.val(choice.path || choice.name);
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
        if (chosen !== null && text === (chosen.path || chosen.name)) return;
        const mine = ++asked;
        show(null);
        say('');
        if (text === '') return;
        const settled = await settledOf(kind, text, connection());
        if (mine !== asked || settled === null) return;
        if ('choice' in settled) return void choose(settled.choice);
        input.attr('aria-invalid', 'true');
        say(settled.wrong);
    }

    input.autoComplete({
        minLength: 1,
        search: (text, done) => void suggest(kind, text, connection()).then(done),
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

/** Names as they are typed; a number is its own. */
async function suggest(kind: ChoiceKind, typed: string, connection: ShownConnection | null): Promise<RedOption[]> {
    const search = typed.trim();
    if (search === '' || isPk(search)) return [];
    const answer = await choices(kind, { search, limit: SUGGESTIONS }, connection);
    return (answer?.items ?? [])
        .filter(({ structural }) => !structural)
        .map(({ path, name, pk }) => ({ value: path || name, label: `${path || name} (${pk})` }));
}

/** @returns null where there is nobody to ask */
async function settledOf(kind: ChoiceKind, text: string, connection: ShownConnection | null): Promise<Settled | null> {
    // the last part of a path is what InvenTree searches for
    const search = text.split('/').at(-1)?.trim() ?? text;
    const query = isPk(text) ? { pk: Number(text) } : { search, limit: 200 };
    const answer = await choices(kind, query, connection);
    if (answer === null) return null;
    if (answer.problem) return { wrong: shared('picker.unknown', { why: problemText(answer.problem) }) };
    const fitting = isPk(text) ? answer.items : exactly(answer.items, text);
    const [choice] = fitting;
    if (choice === undefined)
        return {
            wrong: isPk(text)
                ? shared(`picker.gone.${kind}`, { pk: text })
                : shared(`picker.noName.${kind}`, { name: text }),
        };
    if (fitting.length > 1) return { wrong: shared('picker.several', { name: text, n: fitting.length }) };
    if (choice.structural) return { wrong: shared('picker.structural', { name: choice.path || choice.name }) };
    return { choice };
}

/** Those whose path, else whose name is the text, whatever the case. */
function exactly(items: readonly Choice[], text: string): Choice[] {
    const wanted = text.toLowerCase();
    const byPath = items.filter(({ path }) => path.toLowerCase() === wanted);
    return byPath.length > 0 ? byPath : items.filter(({ name }) => name.toLowerCase() === wanted);
}
