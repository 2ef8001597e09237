import { shared, sharedOrNull } from './texts.js';

/** What is wrong and what to do, in the editor's language. @param problem `{ kind, values, message, whatToDo, advice }` */
export function problemText(problem) {
    return [whatIsWrong(problem), whatToDo(problem)]
        .filter(Boolean)
        .join('. ')
        .replace(/([.?!])\. /g, '$1 ');
}

/** The same, and the words of the server or of the network. */
export function problemElement(problem) {
    const element = $('<div class="print-to-stock-problem">');
    const line = (className, text) => text && $('<div>').addClass(className).text(text).appendTo(element);
    line('print-to-stock-wrong', whatIsWrong(problem));
    line('', whatToDo(problem));
    line('print-to-stock-words', problem.message);
    return element;
}

const whatIsWrong = ({ kind, values }) => sharedOrNull(`problem.${kind}`, values) ?? shared('problem.unknown');
const whatToDo = ({ kind, values }) => sharedOrNull(`whatToDo.${kind}`, values) ?? '';
