// One row of the table: a print with its links.
import type { PrintRow } from '../../../lib/admin/sidebar/wire';
import { fill, make, type Child } from '../page/elements';
import { number, when, wholeTime } from '../page/format';
import { t } from '../page/texts';
import { thumbnail } from '../page/thumbnails';
import { runtime } from '../runtime';
import { actionsOf, type Act } from './print-actions';
import { detailsOf, isOpen, turnDetails } from './print-details';
import { strip } from './steps';

/** @param act called with the action that a person asks for */
export function printRow(store: string, print: PrintRow, act: Act): HTMLElement {
    const name = print.name || print.batch;
    const key = `${store}/${print.batch}`;
    const texts = remarks(print);
    const actions = make('div', { role: 'cell', class: 'pts-actions' });
    const detailsId = `pts-details-${key}`;
    const details = make('div', { role: 'cell', class: 'pts-details', id: detailsId, hidden: true });
    const showDetails = (isShown: boolean): void => {
        fill(details, isShown ? detailsOf(store, print, texts) : []);
        row.classList.toggle('pts-open', isShown);
        title.setAttribute('aria-expanded', String(isShown));
    };
    const title = make('button', {
        type: 'button',
        class: 'pts-name',
        text: name,
        title: `${name}\n${print.batch}`,
        'aria-expanded': 'false',
        'aria-controls': detailsId,
        'data-act': 'details',
        on: { click: () => showDetails(turnDetails(key)) },
    });
    const row = make('div', { role: 'row', class: classOf(print, texts), 'data-key': print.batch }, [
        make('div', { role: 'cell', class: 'pts-print' }, [
            thumbnail(print.picture ? key : null, () => runtime.thumbnail(store, print.batch)),
            title,
        ]),
        make('div', { class: 'pts-facts', role: 'presentation' }, [
            make('div', {
                role: 'cell',
                class: 'pts-printer',
                text: print.printer || '',
                title: print.printer || null,
            }),
            make('div', { role: 'cell', class: 'pts-when' }, [
                make('time', { datetime: print.when, title: wholeTime(print.when), text: when(print.when) }),
            ]),
            make('div', { role: 'cell', class: 'pts-quantity' }, [quantity(print)]),
        ]),
        make('div', { role: 'cell', class: 'pts-state', title: stateHint(print) }, [
            make('span', { class: 'pts-state-word', text: t(`state.${shownState(print)}`) }),
            strip(print, name),
        ]),
        actions,
        make('div', { role: 'cell', class: 'pts-reason' }, texts.map(remark)),
        details,
    ]);
    actionsOf(row, actions, print, name, act);
    showDetails(isOpen(key));
    return row;
}

function remark(text: string): HTMLElement {
    return make('span', { class: 'pts-remark', text, title: text });
}

function classOf({ state, question }: PrintRow, texts: readonly string[]): string {
    const remarked = texts.length > 0 ? ' pts-remarked' : '';
    return `pts-row ${question ? 'pts-question' : `pts-state-${state}`}${remarked}`;
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
function remarks(print: PrintRow): string[] {
    const texts = [
        waiting(print),
        print.question === 'offered' ? t('stateHint.offered') : print.reason,
        print.image === 'failed' ? t('remark.imageFailed') : null,
        print.link === 'failed' ? t('remark.linkFailed') : null,
        print.filesFailed ? t('remark.filesFailed') : null,
    ];
    return texts.filter((text): text is string => Boolean(text));
}

/** Since when it waits for its outcome, and until when. */
function waiting({ question, waits }: PrintRow): string | null {
    if ((question !== 'outcome' && question !== 'pieces') || waits === null || waits.since === null) return null;
    const since = when(waits.since);
    if (question === 'pieces') return t('waits.pieces', { since });
    if (waits.until === null) return t('waits.since', { since });
    return t('waits.until', { since, until: when(waits.until) });
}
