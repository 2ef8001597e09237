// What can be done with one print.
import type { PrintRow, Question } from '../../../lib/admin/sidebar/wire';
import { askBack } from '../page/ask';
import { button, fill } from '../page/elements';
import { mayWrite, t } from '../page/texts';

/** What a button of a row says. */
export type PrintAction = 'again' | 'retry' | 'forget' | 'good' | 'reject' | 'take' | 'import' | 'dismiss';

interface PrintAnswer {
    what: PrintAction;
    sign: string;
    /** one is asked whether one means it */
    asksBack?: boolean;
}

/** What may be answered about a print that a person is asked about. */
const ANSWERS: Readonly<Record<Question, readonly PrintAnswer[]>> = {
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
    { state, question, again }: PrintRow,
    name: string,
    act: (action: PrintAction) => void,
): void {
    if (!mayWrite()) return;
    const parked = state === 'parked';
    const one = (what: PrintAction, sign: string, run: () => void): HTMLElement =>
        button(t(`act.${what}`, { name }), { icon: sign, iconOnly: true, 'data-act': what }, run);
    const ask = (what: PrintAction): void =>
        askBack(row, t(`${what}.question`, { name }), { act: what, yes: t(`${what}.yes`) }, () => act(what));
    // an answer says in words what it is: its name is the words and the print
    const answers = (question === null ? [] : ANSWERS[question]).map(({ what, sign, asksBack }) =>
        button(
            t(`answer.${what}`),
            { icon: sign, 'data-act': what, 'aria-label': t(`act.${what}`, { name }) },
            asksBack ? () => ask(what) : () => act(what),
        ),
    );
    fill(cell, [
        ...answers,
        parked && question === null ? one('retry', 'fa-repeat', () => act('retry')) : null,
        parked && question !== 'double' ? one('forget', 'fa-trash-o', () => ask('forget')) : null,
        !parked && question === null && again ? one('again', 'fa-refresh', () => act('again')) : null,
    ]);
}

/** Some of what a button says is an action with an answer in it. */
const ACTIONS: Partial<Record<PrintAction, object>> = {
    good: { action: 'release', verdict: 'good' },
    reject: { action: 'release', verdict: 'reject' },
    take: { action: 'release', verdict: 'good' },
    import: { action: 'import-offered' },
    dismiss: { action: 'dismiss-offered' },
};

/** The action as the runtime takes it. */
export function actionFor(action: PrintAction, { batch }: PrintRow): object {
    return { action, ...ACTIONS[action], batch };
}
