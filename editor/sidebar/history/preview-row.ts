// One row of the preview: what would happen to a print, and a tick where one may leave it out.
import type { PreviewRow } from '../../../lib/admin/sidebar/wire';
import { make } from '../page/elements';
import { number, when, wholeTime } from '../page/format';
import { t } from '../page/texts';
import { thumbnail } from '../page/thumbnails';
import { runtime } from '../runtime';

export interface PreviewQuery {
    store: string;
    source: string;
    /** `startedAt` of the pass */
    at: string;
    /** rows have ticks */
    ticks: boolean;
}

const COLUMNS = ['name', 'printer', 'ended', 'quantity', 'outcome'] as const;

/** @param tick called when a person ticks a row or takes its tick away */
export function previewRow(
    print: PreviewRow,
    { store, source, ticks }: PreviewQuery,
    isTicked: boolean,
    tick: (isTicked: boolean) => void,
): HTMLElement {
    const { key, archiveId, tickable, outcome, reason, printer, quantity } = print;
    const name = print.name || print.batch || t('history.nameless', { id: archiveId ?? '?' });
    const picture = archiveId === null ? null : `${store}/${source}/archive/${archiveId}`;
    const ended = print.completedAt || print.startedAt;
    const fate = t(`history.fate.${outcome}`);
    const cell = (column: string, text: string, title = text): HTMLElement =>
        make('div', { role: 'cell', class: `pts-preview-${column}`, text, title: title || null });
    return make('div', { role: 'row', class: `pts-preview-row pts-fate-${outcome}`, 'data-key': key }, [
        make('div', { role: 'cell', class: 'pts-preview-tick' }, [
            ticks && tickable ? tickBox(key, t('history.tick', { name }), isTicked, tick) : null,
        ]),
        make('div', { role: 'cell', class: 'pts-preview-picture' }, [
            thumbnail(picture, () => runtime.previewPicture(store, source, archiveId ?? 0)),
        ]),
        // in a narrow sidebar the printer has no column
        cell('name', name, printer ? `${name}\n${printer}` : name),
        cell('printer', printer ?? ''),
        make('div', { role: 'cell', class: 'pts-preview-ended' }, [
            ended ? make('time', { datetime: ended, title: wholeTime(ended), text: when(ended) }) : null,
        ]),
        cell('quantity', quantity === null ? '' : `×${number(quantity)}`),
        cell('outcome', reason ? `${fate} · ${reason}` : fate),
    ]);
}

/** @param all the box that ticks all; null: rows have no ticks */
export function previewHead(all: HTMLInputElement | null): HTMLElement {
    return make('div', { role: 'row', class: 'pts-preview-head' }, [
        make('div', { role: 'columnheader', class: 'pts-preview-tick' }, [
            all ?? make('span', { class: 'pts-unseen', text: t('history.column.tick') }),
        ]),
        make('div', { role: 'columnheader', class: 'pts-preview-picture' }, [
            make('span', { class: 'pts-unseen', text: t('history.column.picture') }),
        ]),
        ...COLUMNS.map((name) =>
            make('div', { role: 'columnheader', class: `pts-preview-${name}`, text: t(`history.column.${name}`) }),
        ),
    ]);
}

export function tickBox(
    key: string | null,
    name: string,
    isTicked: boolean,
    tick: (isTicked: boolean) => void,
): HTMLInputElement {
    const box = make('input', {
        type: 'checkbox',
        'aria-label': name,
        title: name,
        'data-tick': key,
        'data-act': 'tick',
        on: { change: () => tick(box.checked) },
    });
    box.checked = isTicked;
    return box;
}
