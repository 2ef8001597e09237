// One row of the table: a print with its links.
import type { PrintRow } from '../../../lib/admin/sidebar/wire';
import { link, make, type Child } from '../page/elements';
import { number, when, wholeTime } from '../page/format';
import { t } from '../page/texts';
import { thumbnail } from '../page/thumbnails';
import { runtime } from '../runtime';
import { actionsOf, type PrintAction } from './print-actions';

/** The colour of each state, by the names that Node-RED has for its status dots. */
const DOTS: Readonly<Record<PrintRow['state'], string>> = {
    accepted: 'blue',
    part: 'blue',
    stock: 'blue',
    done: 'green',
    parked: 'red',
    passed: 'yellow',
    skipped: 'grey',
};

/** @param act called with the action that a person asks for */
export function printRow(store: string, print: PrintRow, act: (action: PrintAction) => void): HTMLElement {
    const name = print.name || print.batch;
    const actions = make('div', { role: 'cell', class: 'pts-actions' });
    const row = make('div', { role: 'row', class: classOf(print), 'data-key': print.batch }, [
        make('div', { role: 'cell', class: 'pts-print' }, [
            thumbnail(print.picture ? `${store}/${print.batch}` : null, () => runtime.thumbnail(store, print.batch)),
            make('div', { class: 'pts-title' }, [
                make('span', { class: 'pts-name', text: name, title: `${name}\n${print.batch}` }),
                links(print, name),
            ]),
        ]),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make('div', { role: 'cell', class: 'pts-printer', text: print.printer || '' }),
            make('div', { role: 'cell', class: 'pts-when' }, [
                make('time', { datetime: print.when, title: wholeTime(print.when), text: when(print.when) }),
            ]),
            make('div', { role: 'cell', class: 'pts-quantity' }, [quantity(print)]),
        ]),
        make('div', { role: 'cell', class: 'pts-state' }, [
            make('span', {
                class: `pts-dot pts-${print.question ? 'yellow' : DOTS[print.state]}`,
                'aria-hidden': 'true',
            }),
            make('span', { text: t(`state.${shownState(print)}`), title: stateHint(print) }),
        ]),
        actions,
        make('div', { role: 'cell', class: 'pts-reason' }, remarks(print)),
    ]);
    actionsOf(row, actions, print, name, act);
    return row;
}

function links(print: PrintRow, name: string): HTMLElement | null {
    const { part, stock, page } = print;
    const list = make('span', { class: 'pts-links' }, [
        part && link(t('link.part', { pk: part.pk }), part.url, t('link.partOf', { pk: part.pk, name })),
        stock && link(t('link.stock', { pk: stock.pk }), stock.url, t('link.stockOf', { pk: stock.pk, name })),
        page && (print.archiveId === null ? folder : archive)(print, page, name),
    ]);
    return list.childNodes.length === 0 ? null : list;
}

function archive({ archiveId, sourceLabel }: PrintRow, page: string, name: string): Child {
    return link(t('link.archive', { id: archiveId }), page, t('link.archiveOf', { name, source: sourceLabel }));
}

/** A source without archives has no page for a print: the link leads to where its file is. */
function folder({ sourceLabel }: PrintRow, page: string, name: string): Child {
    return link(sourceLabel, page, t('link.sourceOf', { name, source: sourceLabel }));
}

function classOf({ state, question }: PrintRow): string {
    return `pts-row ${question ? 'pts-question' : `pts-state-${state}`}`;
}

/** The state's name; of a print that a person is asked about, that of the question. */
function shownState({ state, question }: PrintRow): string {
    if (question === 'outcome') return state === 'accepted' ? 'waiting' : state;
    return question ?? state;
}

function stateHint({ state, question }: PrintRow): string {
    return t(`stateHint.${question === 'outcome' ? 'waiting' : (question ?? state)}`);
}

function quantity(print: PrintRow): Child {
    if (print.quantity === null) return null;
    const n = number(print.quantity);
    return make('span', { text: `×${n}`, 'aria-label': t('quantity', { n }) });
}

/** Why it is not in stock, and what failed beside it. */
function remarks(print: PrintRow): HTMLElement[] {
    const texts = [
        waiting(print),
        print.question === 'offered' ? t('stateHint.offered') : print.reason,
        print.image === 'failed' ? t('remark.imageFailed') : null,
        print.link === 'failed' ? t('remark.linkFailed') : null,
    ];
    return texts.filter(Boolean).map((text) => make('span', { class: 'pts-remark', text }));
}

/** Since when it waits for its outcome, and until when. */
function waiting({ question, waits }: PrintRow): string | null {
    if (question !== 'outcome' || waits === null || waits.since === null) return null;
    const since = when(waits.since);
    if (waits.until === null) return t('waits.since', { since });
    return t('waits.until', { since, until: when(waits.until) });
}
