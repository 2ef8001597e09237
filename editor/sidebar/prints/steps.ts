// The strip of a row: Part, stock, picture, link, and filament where it is subtracted, each with its state, and a link to
// what it made.
import type { PrintRow } from '../../../lib/admin/sidebar/wire';
import { icon, make } from '../page/elements';
import { t } from '../page/texts';

/** `none`: nothing is to be done there. */
type StepState = 'done' | 'pending' | 'failed' | 'none';
export type StepName = 'part' | 'stock' | 'image' | 'link' | 'filament';

interface Step {
    name: StepName;
    state: StepState;
    /** where it leads to, and the name of that link */
    leads: { url: string; name: string } | null;
}

const SIGNS: Readonly<Record<StepName, string>> = {
    part: 'fa-cube',
    stock: 'fa-archive',
    image: 'fa-picture-o',
    link: 'fa-link',
    filament: 'fa-circle-o-notch',
};

/** The types of the nodes that do the steps. */
const NODES: Readonly<Record<StepName, string>> = {
    part: 'inventree-part-upsert',
    stock: 'inventree-stock-create',
    image: 'inventree-image-upload',
    link: 'bambuddy-link-back',
    filament: 'inventree-stock-consume',
};

/** The strip, and what is said of it in words. */
export function strip(print: PrintRow, name: string): HTMLElement {
    return make('span', { class: 'pts-steps' }, stepsOf(print, name).map(stepBox));
}

/** The step that failed; null: none did. */
export function failedStep(print: PrintRow): StepName | null {
    return stepsOf(print, '').find(({ state }) => state === 'failed')?.name ?? null;
}

/**
 * The node of the flow whose step failed, as far as it can be told.
 * @param store the store of the print: an older record does not name the node, and one of its kind is looked for
 */
export function failedNode(print: PrintRow, store: string): EditorNode | null {
    const step = failedStep(print);
    if (step === null) return null;
    const named = print.details.node === null ? null : RED.nodes.node(print.details.node);
    if (named) return named;
    const alike = RED.nodes.filterNodes({ type: NODES[step] }).filter((node) => node['sync'] === store);
    return alike.length === 1 ? alike[0]! : null;
}

function stepBox({ name, state, leads }: Step): HTMLElement {
    const text = t('step.is', { step: t(`step.${name}`), state: t(`stepState.${state}`) });
    const content = [icon(SIGNS[name])];
    const className = `pts-step pts-step-${state}`;
    if (leads === null)
        return make('span', { class: className, role: 'img', 'aria-label': text, title: text }, content);
    const link = { href: leads.url, target: '_blank', rel: 'noopener noreferrer' };
    return make('a', { class: className, ...link, 'aria-label': leads.name, title: `${text}\n${leads.name}` }, content);
}

function stepsOf(print: PrintRow, name: string): Step[] {
    const { part, stock, page, state, archiveId, sourceLabel } = print;
    const isOut = state === 'skipped' || state === 'passed' || print.filamentOnly;
    const made = (is: boolean, before: boolean): StepState => {
        if (is) return 'done';
        if (state === 'parked' && !isOut) return before ? 'failed' : 'none';
        return isOut ? 'none' : 'pending';
    };
    const beside = (outcome: PrintRow['image']): StepState => {
        if (outcome === 'done' || outcome === 'kept') return 'done';
        if (outcome === 'failed' || outcome === 'none') return outcome;
        return isOut || state === 'parked' || state === 'done' ? 'none' : 'pending';
    };
    const pageName = archiveId === null ? 'link.sourceOf' : 'link.archiveOf';
    return [
        {
            name: 'part',
            state: made(part !== null, true),
            leads: part && { url: part.url, name: t('link.partOf', { pk: part.pk, name }) },
        },
        {
            name: 'stock',
            state: made(stock !== null, part !== null),
            leads: stock && { url: stock.url, name: t('link.stockOf', { pk: stock.pk, name }) },
        },
        { name: 'image', state: beside(print.image), leads: null },
        {
            name: 'link',
            state: beside(print.link),
            leads: page === null ? null : { url: page, name: t(pageName, { name, source: sourceLabel }) },
        },
        // only where a node subtracts it
        ...(print.filament === null ? [] : [{ name: 'filament' as const, state: print.filament, leads: null }]),
    ];
}
