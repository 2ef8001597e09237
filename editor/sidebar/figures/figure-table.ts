// Figures by name: each with a bar of what is looked at, or with all that is added up.
import type { PrintSums } from '../../../lib/admin/prints/wire';
import { make, type Child } from '../page/elements';
import { t } from '../page/texts';
import { SHOWN, unknownOf, written, type Shown } from './measures';

export interface FigureRow {
    name: string;
    sums: PrintSums;
    /** called when a person chooses it; missing: it cannot be chosen */
    choose?: () => void;
}

interface TableLook {
    /** what has a bar, and where there is one figure, which */
    shown: Shown;
    /** all that is added up */
    isWide: boolean;
}

/** @param caption name of the table. @param head of the first column */
export function figureTable(
    caption: string,
    head: string,
    rows: readonly FigureRow[],
    { shown, isWide }: TableLook,
): HTMLElement {
    const columns = isWide ? SHOWN : [shown];
    const most = Math.max(...rows.map(({ sums }) => sums[shown]), 0);
    const table = make('table', { class: `pts-figure-table${isWide ? ' pts-wide' : ''}`, 'aria-label': caption }, [
        make('thead', { class: isWide ? undefined : 'pts-unseen' }, [
            make('tr', {}, [
                make('th', { scope: 'col', text: head }),
                ...columns.map((each) => make('th', { scope: 'col', text: t(`figures.measure.${each}`) })),
            ]),
        ]),
        make(
            'tbody',
            {},
            rows.map((row) => {
                const name = make('th', { scope: 'row' }, [nameOf(row)]);
                const share = most === 0 ? 0 : row.sums[shown] / most;
                if (!isWide) name.style.setProperty('--pts-share', `${share * 100}%`);
                return make('tr', {}, [name, ...columns.map((each) => figure(row.sums, each))]);
            }),
        ),
    ]);
    return make(
        'div',
        {
            class: 'pts-figure-scroll',
            tabindex: isWide ? 0 : null,
            role: isWide ? 'region' : null,
            'aria-label': isWide ? caption : null,
        },
        [rows.length === 0 ? make('p', { class: 'pts-none', text: t('figures.none') }) : table],
    );
}

function nameOf({ name, choose }: FigureRow): Child {
    if (choose === undefined) return make('span', { text: name });
    return make('button', {
        type: 'button',
        class: 'pts-figure-name',
        text: name,
        title: t('figures.choose', { name }),
        on: { click: choose },
    });
}

function figure(sums: PrintSums, shown: Shown): HTMLElement {
    const unknown = unknownOf(sums, shown);
    const title = unknown === 0 ? null : t('figures.unknownOf', { n: unknown, all: sums.prints });
    return make('td', { text: written(sums, shown), title });
}
