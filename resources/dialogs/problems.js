import { shared, sharedOrNull } from './texts.js';

/** What is wrong and what to do, in the editor's language where the kind is known. */
export function problemText({ kind, message, whatToDo }, values = {}) {
    return sharedOrNull(`problem.${kind}`, values) ?? (whatToDo || message || shared('problem.unknown'));
}

/** The same with the words of the server or of the library below. */
export function problemElement(problem, values) {
    const element = $('<div class="print-to-stock-problem">');
    $('<div>').text(problemText(problem, values)).appendTo(element);
    if (problem.message) $('<div class="print-to-stock-words">').text(problem.message).appendTo(element);
    return element;
}
