// A bar for each of the last days, or the same as a table.
import type { Figures } from '../../../lib/admin/prints/wire';
import { make } from '../page/elements';
import { dayName } from '../page/format';
import { t } from '../page/texts';
import { figureTable } from './figure-table';
import { brief, written, type Shown } from './measures';
import type { Days } from './period';
import { limitsOf } from './period';

type Day = Figures['days'][number];

const beginOf = ({ from }: Day): Date => new Date(from);

/**
 * @param meant the days of the filter: the others are paler
 * @param isTable as a table, newest first, with all that is added up
 */
export function dayBars(days: Figures['days'], shown: Shown, meant: Days, isTable: boolean): HTMLElement {
    if (isTable)
        return figureTable(
            t('figures.days'),
            t('figures.day'),
            [...days].reverse().map((day) => ({ name: dayName(beginOf(day)), sums: day })),
            { shown, isWide: true },
        );
    const most = Math.max(...days.map((day) => day[shown]), 0);
    const { from, to } = limitsOf(meant);
    const bars = days.map((day) => {
        const begin = beginOf(day);
        const isMeant = (from === null || begin >= from) && (to === null || begin < to);
        const bar = make('div', { class: 'pts-day-bar' });
        bar.style.height = `${most === 0 ? 0 : (day[shown] / most) * 100}%`;
        const label = `${dayName(begin)}: ${written(day, shown)}`;
        return make('div', { class: `pts-day-column${isMeant ? '' : ' pts-day-other'}`, title: label }, [
            make('div', { class: 'pts-day-room' }, [
                make('span', { class: 'pts-day-value', text: day[shown] === 0 ? '' : brief(day, shown) }),
                bar,
            ]),
            make('span', { class: 'pts-day-name', text: dayName(begin, true) }),
        ]);
    });
    const told = days.filter((day) => day.prints > 0).map((day) => `${dayName(beginOf(day))}: ${written(day, shown)}`);
    return make(
        'div',
        {
            class: 'pts-day-bars',
            role: 'img',
            'aria-label': `${t('figures.days')}, ${t(`figures.measure.${shown}`)}: ${told.join('; ') || t('figures.none')}`,
        },
        bars,
    );
}
