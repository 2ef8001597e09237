// A question in a row itself: what is meant stays in sight, and Escape leads back.
import { button, make, pressable } from './elements';
import { t } from './texts';

/** Asks whether what the row shows is to be forgotten. @param forget called where the answer is yes */
export function askToForget(row: HTMLElement, question: string, forget: () => void): void {
    askBack(row, question, { act: 'forget', yes: t('forget.yes') }, forget);
}

/** What may be answered to a question in a row. */
export interface RowAnswer {
    text: string;
    /** `data-act` of its button */
    act: string;
    icon: string;
    primary?: boolean;
    go: () => void;
}

/**
 * Asks in a row, or a part of the tab, whether one means it.
 * @param act `data-act` of the button that was pressed: Escape leads back to it
 * @param yes text of the button that does it, and its icon
 * @param back leads back where no button was pressed
 * @param go called where the answer is yes
 */
export function askBack(
    row: HTMLElement,
    question: string,
    { act, yes, icon = 'fa-trash-o', back }: { act: string; yes: string; icon?: string; back?: () => void },
    go: () => void,
): void {
    const answer = { text: yes, act: `${act}-yes`, icon, primary: true, go };
    askIn(row, question, [answer], back ?? (() => pressable(row, act)?.focus()));
}

/**
 * Asks in a row, or a part of the tab, what one means; the first button changes nothing, and so does Escape.
 * @param back leads the focus back
 */
export function askIn(row: HTMLElement, question: string, answers: readonly RowAnswer[], back: () => void): void {
    const id = `pts-ask-${Math.random().toString(36).slice(2)}`;
    const leave = (): void => {
        place.remove();
        row.classList.remove('pts-asking');
        back();
    };
    const escape = (event: KeyboardEvent): void => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        leave();
    };
    const keep = button(t('forget.keep'), { 'data-act': 'keep' }, leave);
    const buttons = answers.map(({ text, act, icon, primary, go }) =>
        button(text, { icon, primary, 'data-act': act }, () => {
            leave();
            go();
        }),
    );
    const box = make('div', { role: 'alertdialog', 'aria-labelledby': id, class: 'pts-ask', on: { keydown: escape } }, [
        make('span', { id, text: question }),
        make('span', { class: 'pts-ask-buttons' }, [keep, ...buttons]),
    ]);
    // a row has cells alone
    const place =
        row.getAttribute('role') === 'row' ? make('div', { role: 'cell', class: 'pts-ask-cell' }, [box]) : box;
    for (const other of document.querySelectorAll('.pts-ask-cell, .pts-ask')) other.remove();
    row.classList.add('pts-asking');
    row.append(place);
    keep.focus();
}
