// The card of one printer. It is brought up to date in place, so that its bar moves and a link in it keeps the focus.
import type { PrinterCard } from '../../../lib/admin/sidebar/wire';
import { fill, link, make, type Child } from '../page/elements';
import { duration, number, percent } from '../page/format';
import { t } from '../page/texts';
import { thumbnail } from '../page/thumbnails';
import { runtime } from '../runtime';

const ENDED: ReadonlySet<PrinterCard['phase']> = new Set(['finished', 'failed']);

/** @returns the card, and what brings it up to date */
export function printerCard(store: string): { element: HTMLElement; show: (card: PrinterCard) => void } {
    const picture = make('div', { class: 'pts-printer-picture' });
    const job = make('strong', { class: 'pts-printer-job' });
    const printer = make('span', { class: 'pts-printer-name' });
    const done = make('div', { class: 'pts-bar-done' });
    const bar = make('div', { role: 'progressbar', class: 'pts-bar' }, [done]);
    const line = make('div', { class: 'pts-printer-line' });
    const element = make('li', { class: 'pts-printer-card' }, [
        picture,
        make('div', { class: 'pts-printer-text' }, [
            make('div', { class: 'pts-printer-head' }, [job, printer]),
            bar,
            line,
        ]),
    ]);
    let shownPicture: string | null | undefined;
    let shownLine = '';
    return {
        element,
        show: (card) => {
            const of = card.picture ?? (card.print?.picture ? `${store}/${card.print.batch}` : null);
            if (of !== shownPicture) {
                shownPicture = of;
                fill(picture, [pictureOf(store, card)]);
            }
            const name = card.job ?? card.print?.name ?? t('printing.nameless');
            job.textContent = job.title = name;
            printer.textContent = printer.title = card.printer ?? card.sourceLabel;
            element.className = `pts-printer-card pts-printer-${card.phase}`;
            showBar(bar, done, card, name);
            const shown = JSON.stringify([card.phase, lineOf(card), card.print]);
            if (shown === shownLine) return;
            shownLine = shown;
            fill(line, ENDED.has(card.phase) ? ended(card, name) : [lineOf(card)]);
        },
    };
}

/** While the printer has it, the picture of the job; afterwards that of the print. */
function pictureOf(store: string, { picture, print }: PrinterCard): HTMLElement {
    if (picture !== null) return thumbnail(picture, () => runtime.jobPicture(store, picture));
    if (!print?.picture) return thumbnail(null, () => runtime.thumbnail(store, ''));
    return thumbnail(`${store}/${print.batch}`, () => runtime.thumbnail(store, print.batch));
}

function showBar(bar: HTMLElement, done: HTMLElement, card: PrinterCard, name: string): void {
    const { phase, percent: share } = card;
    const isKnown = share !== null && phase !== 'preparing';
    bar.hidden = ENDED.has(phase);
    bar.setAttribute('aria-label', name);
    bar.classList.toggle('pts-bar-unknown', !isKnown);
    done.style.width = isKnown ? `${share}%` : '';
    if (isKnown) {
        bar.setAttribute('aria-valuenow', String(Math.round(share)));
        bar.setAttribute('aria-valuetext', lineOf(card));
    } else bar.removeAttribute('aria-valuenow');
}

/** `42 % · Layer 48 of 120 · 36 min left` */
function lineOf({ phase, percent: share, layer, layers, secondsLeft }: PrinterCard): string {
    const isLayered = layer !== null && layer > 0;
    const parts = [
        phase === 'printing' ? null : t(`printing.phase.${phase}`),
        share === null || phase === 'preparing' ? null : percent(Math.floor(share) / 100),
        !isLayered
            ? null
            : layers === null
              ? t('printing.layer', { layer: number(layer) })
              : t('printing.layerOf', { layer: number(layer), layers: number(layers) }),
        secondsLeft === null || phase === 'preparing' ? null : t('history.left', { time: duration(secondsLeft) }),
    ];
    return parts.filter(Boolean).join(' · ');
}

/** What came of it. */
function ended({ phase, print }: PrinterCard, name: string): Child[] {
    if (print === null) return [t(phase === 'finished' ? 'printing.coming' : 'printing.phase.failed')];
    const { stock, part, quantity, state } = print;
    if (stock === null) {
        const isComing = state === 'accepted' || state === 'part' || state === 'stock';
        const why = print.reason ? ` · ${print.reason}` : '';
        return [isComing ? t('printing.coming') : `${t(`state.${state}`)}${why}`];
    }
    const what = part?.name ?? print.name;
    const text = quantity === null ? what : `${what} ×${number(quantity)}`;
    return [t('printing.inStock'), ' ', link(text, stock.url, t('link.stockOf', { pk: stock.pk, name }))];
}
