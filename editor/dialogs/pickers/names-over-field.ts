import type { Choice, ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { say } from '../fields/lines';
import { whenGone } from '../requests/routes';
import { shared } from '../texts';
import type { ChoiceSource } from './choice-source';
import { isPk, nameOf, resolve, type Resolved } from './resolve';

const PAUSE_MS = 300;

/** A field whose saved value is the number of something on a server, or several of them with commas. */
export interface NumberField {
    /** where a person types; its parent lies around it alone, and the names are laid over it there */
    readonly input: JQuery;
    /** the quiet line below it */
    readonly line: JQuery;
    /** it holds several, with commas */
    readonly several: boolean;
    readonly read: () => string;
    readonly write: (text: string) => void;
    /** false: it holds something else just now, such as an expression */
    readonly isOn: () => boolean;
}

const hasFocus = (input: JQuery): boolean => input[0] !== undefined && input[0] === document.activeElement;

/**
 * Shows what the numbers of a field are called, in the field and with the number beside it, while nobody types in it. A name
 * that was typed and fits exactly becomes its number. Below the field stands what is wrong, in red, or that it could not be
 * checked, in grey.
 */
export function namesOverField(field: NumberField, kind: ChoiceKind, source: ChoiceSource): { update: () => void } {
    const { input, line } = field;
    const names = $('<span class="print-to-stock-chosen" aria-hidden="true">').hide().insertAfter(input);
    let timer: number | undefined;
    let asked = 0;
    let wasOn = false;
    /** what is known of the text that stands there, as far as it was looked up */
    let known: { text: string; found: readonly Found[] } | null = null;

    const textsOf = (text: string): string[] =>
        (field.several ? text.split(',') : [text]).map((each) => each.trim()).filter(Boolean);

    async function look(): Promise<void> {
        const mine = ++asked;
        const text = field.read();
        const connection = field.isOn() ? source.connection() : null;
        const found = await Promise.all(
            textsOf(text).map(async (each) => ({ text: each, is: await resolve(kind, each, connection) })),
        );
        if (mine !== asked || !field.isOn()) return;
        known = { text, found };
        show();
    }

    /** Shows what is known, if that is still what stands there. */
    function show(): void {
        names.hide();
        if (known === null || !field.isOn() || known.text !== field.read()) return;
        const { found } = known;
        const isTyping = hasFocus(input);
        const choices = found.flatMap(({ is }) => (is !== null && 'choice' in is ? [is.choice] : []));
        const isWhole = choices.length === found.length && found.length > 0;
        if (!isTyping && takeNumbers(found)) return;
        // half a name is no wrong name
        const wrong = found.flatMap(({ text, is }) =>
            is !== null && 'wrong' in is && (!isTyping || isPk(text)) ? [is.wrong] : [],
        );
        input
            .attr('aria-invalid', String(wrong.length > 0))
            .parent()
            .toggleClass('print-to-stock-not-there', wrong.length > 0);
        if (wrong.length > 0) return say(line, { text: wrong.join(' '), bad: true });
        const unchecked = found.flatMap(({ is }) => (is !== null && 'unchecked' in is ? [is.unchecked] : []));
        if (unchecked.length > 0) return say(line, { text: shared('picker.unchecked', { why: unchecked[0] }).trim() });
        say(line, isWhole ? { text: choices.map(nameOf).join(', '), unseen: !isTyping } : null);
        if (isWhole && !isTyping)
            names
                .empty()
                .append(...choices.map(chosen))
                .show();
    }

    /** @returns whether names stood there, in whose place their numbers are now */
    function takeNumbers(found: readonly Found[]): boolean {
        const numbers = found.map(({ text, is }) => (is !== null && 'choice' in is ? String(is.choice.pk) : text));
        if (numbers.every((number, at) => number === found[at]!.text)) return false;
        const text = [...new Set(numbers)].join(', ');
        // known again at once: the same entries, now by their numbers
        known = { text, found: found.map((each, at) => ({ ...each, text: numbers[at]! })) };
        field.write(text);
        return true;
    }

    const update = (): void => {
        clearTimeout(timer);
        show();
        // of something else the line is not ours
        if (field.isOn() ? known?.text !== field.read() : wasOn) say(line, null);
        wasOn = field.isOn();
        timer = setTimeout(() => void look(), PAUSE_MS);
    };
    input.on('focus', () => {
        show();
        // what is typed then takes the number's place
        setTimeout(() => hasFocus(input) && (input[0] as HTMLInputElement).select(), 0);
    });
    input.on('blur', () => setTimeout(show, 0));
    input.on('input', update);
    $(source.chosenBy).on('change', update);
    whenGone(input, () => {
        clearTimeout(timer);
        asked = NaN;
    });
    update();
    return { update };
}

interface Found {
    text: string;
    is: Resolved | null;
}

function chosen(choice: Choice): JQuery {
    return $('<span>').append(
        $('<span class="print-to-stock-chosen-name">').text(nameOf(choice)),
        $('<span class="print-to-stock-chosen-number">').text(`#${choice.pk}`),
    );
}
