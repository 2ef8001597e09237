import type { Preview, PreviewResult } from '../../../lib/admin/dialogs/wire';
import { lineBelow, say, type Line } from '../fields/lines';
import { shared } from '../texts';
import { problemText } from './problems';
import { ask, whenGone, type Answer, type Asking } from './routes';
import { chosenStore } from './stores';

const PAUSE_MS = 500;
/** What stands there as it is needs no preview. */
const PLAIN = ['num', 'str'];
/** Not worth a word: the flow was not deployed yet or does not run, or has no print to show. */
const QUIET = ['notDeployed', 'notReady', 'noPrint', 'closing', 'noRoute', 'notAllowed', 'nodeRed'];

/** A setting as the dialog shows it; a row of the parameter table has its template, or an empty type. */
export interface Asked {
    id: string;
    value: string;
    type: string;
    template?: string;
}

/** By id of what was asked, what it gives. */
export type Results = Readonly<Record<string, PreviewResult>>;

interface PreviewOptions {
    /** names of typed inputs */
    fields?: readonly string[];
    /** further settings */
    more?: () => readonly Asked[];
    /** the rule for the same Part; default: that of the source of the same sync store */
    source?: () => object | undefined;
    /** the prefix, where it is a fixed one */
    ipnPrefix?: () => unknown;
    /** the settings of quantities; default: those of the *add to stock* node of the same sync store */
    stock?: () => object | undefined;
    /** shows what is no field: the identity, the IPN, rows of a table */
    show?: (answer: Answer<'preview'>) => void;
}

/**
 * Shows below the fields of a dialog what the newest print would give.
 * @param node the node whose dialog it is: its flow has variables of its own
 */
export function startPreview(
    node: EditorNode,
    { fields = [], more = () => [], source = sourceOf, ipnPrefix = prefixOf, stock = stockOf, show }: PreviewOptions,
): void {
    const dialog = $('#node-input-name').closest('.print-to-stock');
    const about = $('<div class="print-to-stock-line" aria-live="polite">').insertAfter(
        $('#node-input-sync').closest('.form-row'),
    );
    let asking: Asking<'preview'> | null = null;
    let last = '';
    let timer: number | undefined;

    const valuesOf = (): Asked[] => [...fields.map(fieldValue).filter(({ type }) => !PLAIN.includes(type)), ...more()];

    async function look(): Promise<void> {
        const body = {
            store: chosenStore()?.id ?? '',
            node: node.id,
            source: source(),
            ipnPrefix: ipnPrefix(),
            stock: stock(),
            values: valuesOf(),
        };
        const key = JSON.stringify(body);
        if (key === last) return;
        last = key;
        asking?.stop();
        if (body.store === '') return void tell({ print: null, results: {}, problem: null });
        const mine = (asking = ask('preview', body));
        const answer = await mine.answer;
        if (mine === asking && key === last) tell(answer);
    }

    function tell(answer: Answer<'preview'>): void {
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

    const soon = (): void => {
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
export function resultLine(result: PreviewResult | undefined): Line | null {
    if (!result) return null;
    if ('error' in result) return { text: result.error, bad: true };
    return { text: `→ ${result.text === '' ? shared('preview.empty') : result.text}` };
}

const lineOf = (field: string): JQuery => lineBelow(`#node-input-${field}`);
const isPlace = (field: string): boolean =>
    $(`#node-input-${field}`).next().find('.red-ui-typedInput-option-expand').length > 0;

function fieldValue(field: string): Asked {
    const input = $(`#node-input-${field}`);
    return { id: field, value: input.typedInput('value') ?? '', type: input.typedInput('type') };
}

/** Which print it is, said once. */
function printLine(print: Preview['print'] | undefined): Line | null {
    if (!print) return null;
    const when = print.completedAt ? new Date(print.completedAt).toLocaleString(RED.i18n.lang()) : '';
    const words = [print.name, print.printer, when].filter(Boolean).join(' · ');
    return { text: shared('preview.print', { print: words }), title: print.batch };
}

/** The rule by which the source of the same sync store tells Parts apart. */
function sourceOf(): object | undefined {
    const [source] = nodesOfStore('bambuddy-archive-in');
    if (!source) return undefined;
    const { samePart, keyFields, platesApart } = source;
    return { samePart, keyFields, platesApart };
}

/** Quantities of the stock node to which Parts of the same sync store go. */
function stockOf(): object | undefined {
    const [node] = nodesOfStore('inventree-stock-create');
    if (!node) return undefined;
    const { quantity, quantityType, messageQuantity, pieces, piecesParameter, packSize } = node;
    return { quantity, quantityType, messageQuantity, pieces, piecesParameter, packSize };
}

function prefixOf(): unknown {
    const [part] = nodesOfStore('inventree-part-upsert');
    return part?.['ipnPrefixType'] === 'str' ? part['ipnPrefix'] : undefined;
}

function nodesOfStore(type: string): EditorNode[] {
    const store = chosenStore()?.id;
    return RED.nodes.filterNodes({ type }).filter((node) => node['sync'] === store && !node.d);
}
