import { lineBelow, say } from './lines.js';
import { problemText } from './problems.js';
import { ask, whenGone } from './routes.js';
import { chosenStore } from './stores.js';
import { shared } from './texts.js';

const PAUSE_MS = 500;
/** What stands there as it is needs no preview. */
const PLAIN = ['num', 'str'];
/** Not worth a word: the flow was not deployed yet or does not run, or has no print to show. */
const QUIET = ['notDeployed', 'notReady', 'noPrint', 'closing', 'noRoute', 'notAllowed', 'nodeRed'];

/**
 * Shows below the fields of a dialog what the newest print would give.
 * @param node the node whose dialog it is: its flow has variables of its own
 * @param options.fields names of typed inputs
 * @param options.more () → further `{ id, value, type }`
 * @param options.source () → the rule for the same Part; default: that of the source of the same sync store
 * @param options.ipnPrefix () → the prefix, where it is a fixed one
 * @param options.show (answer) → shows what is no field: the identity, the IPN, rows of a table
 */
export function startPreview(node, { fields = [], more = () => [], source = sourceOf, ipnPrefix = prefixOf, show }) {
    const dialog = $('#node-input-name').closest('.print-to-stock');
    const about = $('<div class="print-to-stock-line" aria-live="polite">').insertAfter(
        $('#node-input-sync').closest('.form-row'),
    );
    let asking = null;
    let last = '';
    let timer = null;

    const valuesOf = () => [...fields.map(fieldValue).filter(({ type }) => !PLAIN.includes(type)), ...more()];

    async function look() {
        const body = {
            store: chosenStore()?.id ?? '',
            node: node.id,
            source: source(),
            ipnPrefix: ipnPrefix(),
            perPiece: nodesOfStore('inventree-stock-create').some(({ quantityType }) => quantityType === 'plate'),
            values: valuesOf(),
        };
        const key = JSON.stringify(body);
        if (key === last) return;
        last = key;
        asking?.stop();
        if (body.store === '') return tell({ print: null, results: {}, problem: null });
        asking = ask('preview', body);
        const mine = asking;
        const answer = await mine.answer;
        if (mine === asking && key === last) tell(answer);
    }

    function tell(answer) {
        const problem = answer.problem && !QUIET.includes(answer.problem.kind) ? answer.problem : null;
        say(about, problem ? { text: problemText(problem), bad: true } : printLine(answer.print));
        for (const field of fields) {
            // a fixed number of InvenTree's has its name there
            if (PLAIN.includes(fieldValue(field).type)) {
                if (!isPlace(field)) say(lineOf(field), null);
            } else say(lineOf(field), resultLine(answer.results?.[field]));
        }
        show?.(answer);
    }

    const soon = () => {
        clearTimeout(timer);
        timer = setTimeout(() => void look(), PAUSE_MS);
    };
    dialog.on('change keyup input', soon);
    whenGone(dialog, () => {
        clearTimeout(timer);
        asking?.stop();
    });
    soon();
}

/** A result as it is shown in a line. */
export function resultLine(result) {
    if (!result) return null;
    if (result.error) return { text: result.error, bad: true };
    return { text: `→ ${result.text === '' ? shared('preview.empty') : result.text}` };
}

const lineOf = (field) => lineBelow(`#node-input-${field}`);
const isPlace = (field) => $(`#node-input-${field}`).next().find('.red-ui-typedInput-option-expand').length > 0;

function fieldValue(field) {
    const input = $(`#node-input-${field}`);
    return { id: field, value: String(input.typedInput('value') ?? ''), type: input.typedInput('type') };
}

/** Which print it is, said once. */
function printLine(print) {
    if (!print) return null;
    const when = print.completedAt ? new Date(print.completedAt).toLocaleString(RED.i18n.lang()) : '';
    const words = [print.name, print.printer, when].filter(Boolean).join(' · ');
    return { text: shared('preview.print', { print: words }), title: print.batch };
}

/** The rule by which the source of the same sync store tells Parts apart. */
function sourceOf() {
    const [source] = nodesOfStore('bambuddy-archive-in');
    if (!source) return undefined;
    const { samePart, keyFields, platesApart } = source;
    return { samePart, keyFields, platesApart };
}

function prefixOf() {
    const [part] = nodesOfStore('inventree-part-upsert');
    return part?.ipnPrefixType === 'str' ? part.ipnPrefix : undefined;
}

function nodesOfStore(type) {
    const store = chosenStore()?.id;
    return RED.nodes.filterNodes({ type }).filter((node) => node.sync === store && !node.d);
}
