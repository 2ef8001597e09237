// What can be done with one print.
import type { PrintRow, Question } from '../../../lib/admin/sidebar/wire';
import { askBack } from '../page/ask';
import { button, fill, icon, make } from '../page/elements';
import { number } from '../page/format';
import { mayWrite, t } from '../page/texts';

/** What a button of a row says. */
export type PrintAction = 'again' | 'retry' | 'forget' | 'good' | 'reject' | 'pieces' | 'take' | 'import' | 'dismiss';

/** Told what a person asks for; of `pieces`, how many are good. */
export type Act = (action: PrintAction, pieces?: number) => void;

/** So many pieces of one print the runtime takes. */
const MOST_PIECES = 1_000_000;

interface PrintAnswer {
    what: PrintAction;
    sign: string;
    /** one is asked whether one means it */
    asksBack?: boolean;
}

/** What may be answered about a print that a person is asked about. */
const ANSWERS: Readonly<Record<Exclude<Question, 'pieces'>, readonly PrintAnswer[]>> = {
    outcome: [
        { what: 'good', sign: 'fa-thumbs-o-up' },
        { what: 'reject', sign: 'fa-thumbs-o-down' },
    ],
    double: [
        { what: 'take', sign: 'fa-check' },
        { what: 'forget', sign: 'fa-trash-o', asksBack: true },
    ],
    offered: [
        { what: 'import', sign: 'fa-download' },
        { what: 'dismiss', sign: 'fa-trash-o', asksBack: true },
    ],
};

/** Fills the cell of the actions of a row. */
export function actionsOf(
    row: HTMLElement,
    cell: HTMLElement,
    { state, question, expected, again }: PrintRow,
    name: string,
    act: Act,
): void {
    if (!mayWrite()) return;
    const parked = state === 'parked';
    const one = (what: PrintAction, sign: string, run: () => void): HTMLElement =>
        button(t(`act.${what}`, { name }), { icon: sign, iconOnly: true, 'data-act': what }, run);
    const ask = (what: PrintAction): void =>
        askBack(row, t(`${what}.question`, { name }), { act: what, yes: t(`${what}.yes`) }, () => act(what));
    // an answer says in words what it is: its name is the words and the print
    const answers = (question === null || question === 'pieces' ? [] : ANSWERS[question]).map(
        ({ what, sign, asksBack }) =>
            button(
                t(`answer.${what}`),
                { icon: sign, 'data-act': what, 'aria-label': t(`act.${what}`, { name }) },
                asksBack ? () => ask(what) : () => act(what),
            ),
    );
    fill(cell, [
        question === 'pieces' ? piecesField(name, expected, act) : null,
        ...answers,
        parked && question === null ? one('retry', 'fa-repeat', () => act('retry')) : null,
        parked && question !== 'double' ? one('forget', 'fa-trash-o', () => ask('forget')) : null,
        !parked && question === null && again ? one('again', 'fa-refresh', () => act('again')) : null,
    ]);
}

/** Asks how many pieces are good: a field with the number of all, as far as it is known. */
function piecesField(name: string, expected: number | null, act: Act): HTMLElement {
    const field = make('input', {
        type: 'number',
        min: 0,
        max: MOST_PIECES,
        step: 1,
        required: true,
        value: expected,
        'data-act': 'pieces-number',
        'aria-label': t('answer.pieces.field', { name }),
    });
    const save = (event: Event): void => {
        event.preventDefault();
        act('pieces', field.valueAsNumber);
    };
    const of = expected === null ? null : make('span', { text: t('answer.pieces.of', { n: number(expected) }) });
    const submit = make(
        'button',
        {
            type: 'submit',
            class: 'red-ui-button red-ui-button-small',
            'data-act': 'pieces',
            'aria-label': t('act.pieces', { name }),
        },
        [icon('fa-check'), make('span', { text: t('answer.pieces.save') })],
    );
    return make('form', { class: 'pts-pieces', on: { submit: save } }, [field, of, submit]);
}

/** Some of what a button says is an action with an answer in it. */
const ACTIONS: Partial<Record<PrintAction, object>> = {
    pieces: { action: 'release' },
    good: { action: 'release', verdict: 'good' },
    reject: { action: 'release', verdict: 'reject' },
    take: { action: 'release', verdict: 'good' },
    import: { action: 'import-offered' },
    dismiss: { action: 'dismiss-offered' },
};

/** The action as the runtime takes it. @param pieces that are good, where that is the answer */
export function actionFor(action: PrintAction, { batch }: PrintRow, pieces?: number): object {
    return { action, ...ACTIONS[action], batch, ...(pieces === undefined ? {} : { pieces }) };
}
