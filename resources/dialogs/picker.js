import { choices, choicesFrom } from './choices.js';
import { lineBelow, say } from './lines.js';
import { openTree } from './picker-tree.js';
import { problemText } from './problems.js';
import { whenGone } from './routes.js';
import { shared } from './texts.js';

const PAUSE_MS = 300;
const SUGGESTIONS = 20;
const isPk = (value) => /^[1-9]\d*$/.test(String(value).trim());

/**
 * The type of a typed input that holds the number of something in InvenTree: typed in, found by typing its name, or
 * chosen from a tree. Without a connection it is a number like any other.
 * @param kind `categories`, `locations` or `statuses`
 */
export function place(kind) {
    let input = null;
    return {
        value: 'num',
        label: shared('type.num'),
        icon: 'red/images/typedInput/09.svg',
        validate: isPk,
        autoComplete: (text, done) => void suggest(kind, text).then(done),
        expand: () => openTree(kind, input),
        attach: (field) => {
            input = field;
            followName(kind, field);
        },
    };
}

/** What is found by its name; nothing for a number, which Enter would replace by the first suggestion. */
async function suggest(kind, text) {
    const search = text.trim();
    if (search === '' || isPk(search)) return [];
    const answer = await choices(kind, { search, limit: SUGGESTIONS });
    return (answer?.items ?? [])
        .filter((item) => !item.structural)
        .map((item) => ({ value: String(item.pk), label: `${item.path || item.name} (${item.pk})` }));
}

/** Below the field: the name of what the number stands for, and whether it is still there. */
function followName(kind, input) {
    const line = lineBelow(input);
    let timer = null;
    let asked = 0;
    whenGone(input, () => {
        clearTimeout(timer);
        asked = NaN;
    });
    const look = async () => {
        const mine = ++asked;
        if (input.typedInput('type') !== 'num') return;
        const pk = String(input.typedInput('value')).trim();
        const answer = isPk(pk) ? await choices(kind, { pk: Number(pk) }) : null;
        if (mine === asked && input.typedInput('type') === 'num') say(line, nameOf(kind, pk, answer));
    };
    const soon = () => {
        clearTimeout(timer);
        timer = setTimeout(() => void look(), PAUSE_MS);
    };
    const update = () => {
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

function nameOf(kind, pk, answer) {
    if (answer === null) return null;
    if (answer.problem) return { text: shared('picker.unknown', { why: problemText(answer.problem) }) };
    const item = answer.items.find((each) => String(each.pk) === pk);
    if (!item) return { text: shared(`picker.gone.${kind}`, { pk }), bad: true };
    const name = item.path || item.name;
    if (item.structural) return { text: shared('picker.structural', { name }), bad: true };
    return { text: name };
}
