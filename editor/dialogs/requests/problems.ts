import type { Problem } from '../../../lib/admin/dialogs/problem';
import { shared, sharedOrNull } from '../texts';

/** What is wrong, as the runtime says it, or because the runtime did not answer: then `kind` is one of the editor's. */
export type ShownProblem = Pick<Problem, 'values' | 'message'> &
    Partial<Pick<Problem, 'advice' | 'whatToDo'>> & { kind: string };

/** What is wrong and what to do, in the editor's language. */
export function problemText(problem: ShownProblem): string {
    return [whatIsWrong(problem), whatToDo(problem)]
        .filter(Boolean)
        .join('. ')
        .replace(/([.?!])\. /g, '$1 ');
}

/** The same, and the words of the server or of the network. */
export function problemElement(problem: ShownProblem): JQuery {
    const element = $('<div class="print-to-stock-problem">');
    const line = (className: string, text: string): void => {
        if (text) $('<div>').addClass(className).text(text).appendTo(element);
    };
    line('print-to-stock-wrong', whatIsWrong(problem));
    line('', whatToDo(problem));
    line('print-to-stock-words', problem.message);
    return element;
}

const whatIsWrong = ({ kind, values }: ShownProblem): string =>
    sharedOrNull(`problem.${kind}`, values) ?? shared('problem.unknown');
const whatToDo = ({ kind, values, whatToDo: key = `print-to-stock.whatToDo.${kind}` }: ShownProblem): string =>
    sharedOrNull(key.replace('print-to-stock.', ''), values) ?? '';
