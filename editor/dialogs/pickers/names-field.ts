import type { NameKind, Names } from '../../../lib/admin/dialogs/wire';
import { namesOf } from '../requests/choices';
import { problemText } from '../requests/problems';
import { whenGone } from '../requests/routes';
import { shared } from '../texts';
import { nameByLabel } from '../fields/labels';
import { lineBelow } from '../fields/lines';
import { openNames } from './names-picker';

const PAUSE_MS = 300;

/** What is known of a name in the field. `unchecked`: nobody could be asked, or a variable stands there. */
export type NameState = 'known' | 'unknown' | 'unchecked';

/** `a, b ,,c` as a list, as the runtime reads it. */
export const listOf = (text: string): string[] =>
    text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);

/**
 * Judges a name as the runtime matches it: a number, or a name in whatever case.
 * @param known null: nobody could be asked
 */
export function stateOf(name: string, known: Names['items'] | null): NameState {
    if (known === null || /\$\{\S+\}/.test(name)) return 'unchecked';
    return found(name, known) === undefined ? 'unknown' : 'known';
}

const found = (name: string, known: Names['items']): Names['items'][number] | undefined =>
    known.find((item) => name === String(item.id) || name.toLowerCase() === item.name.trim().toLowerCase());

/**
 * Gives a field for names that are separated by commas its choices, and says of each name below it whether Bambuddy knows
 * it: a mistyped one would leave out every print.
 */
export function namesField(property: string, kind: NameKind): void {
    const input = $(`#node-input-${property}`);
    const line = lineBelow(input).addClass('print-to-stock-names');
    const button = $('<button type="button" class="red-ui-button print-to-stock-names-open">')
        .append($('<i class="fa fa-ellipsis-h" aria-hidden="true">'))
        .insertAfter(input);
    input.addClass('print-to-stock-names-input');
    nameByLabel(`node-input-${property}`, (label) => {
        button.attr('aria-label', shared('names.open', { label }));
    });
    let timer: number | undefined;
    let asked = 0;

    async function look(): Promise<void> {
        const mine = ++asked;
        const names = listOf(input.val());
        const answer = names.length > 0 ? await namesOf(kind) : null;
        if (mine !== asked) return;
        const known = answer === null || answer.problem ? null : (answer.items ?? []);
        const why = answer?.problem ? problemText(answer.problem) : shared('names.notAsked');
        show(line, names, known, kind, why);
        const isWrong = names.some((name) => stateOf(name, known) === 'unknown');
        input.attr('aria-invalid', String(isWrong));
    }

    const soon = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => void look(), PAUSE_MS);
    };
    input.on('input change', soon);
    $('#node-input-sync').on('change', soon);
    button.on('click', () => openNames(kind, { button, input, list: () => listOf(input.val()) }));
    whenGone(input, () => {
        clearTimeout(timer);
        asked = NaN;
    });
    soon();
}

function show(line: JQuery, names: readonly string[], known: Names['items'] | null, kind: NameKind, why: string): void {
    line.empty().toggle(names.length > 0);
    for (const name of names) {
        const state = stateOf(name, known);
        const item = known === null ? undefined : found(name, known);
        const text =
            state === 'unknown'
                ? shared(`names.unknown.${kind}`, { name })
                : state === 'unchecked'
                  ? shared('names.unchecked', { name })
                  : item!.id === null
                    ? item!.name
                    : `${item!.name} (${item!.id})`;
        $('<span>')
            .addClass(`print-to-stock-name-${state}`)
            .text(text)
            .attr('title', state === 'unchecked' ? why : null)
            .appendTo(line);
    }
}
