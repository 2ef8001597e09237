// What is added up of prints, and how it is written.
import type { Measure, PrintSums } from '../../../lib/admin/prints/wire';
import { compact, number, rounded, weight } from '../page/format';
import { t } from '../page/texts';

/** In the order in which they stand. */
export const SHOWN = ['prints', 'pieces', 'grams', 'seconds', 'cost'] as const satisfies ('prints' | Measure)[];
export type Shown = (typeof SHOWN)[number];

const HOUR = 3600;

const WRITTEN: Readonly<Record<Shown, (value: number) => string>> = {
    prints: number,
    pieces: (value) => rounded(value, 2),
    grams: (value) => weight(value),
    seconds: (value) => t('figures.hours', { n: rounded(value / HOUR, value < 100 * HOUR ? 1 : 0) }),
    cost: (value) => rounded(value, 2, 2),
};

/** Of how many prints it is not known. */
export const unknownOf = (sums: PrintSums, shown: Shown): number => (shown === 'prints' ? 0 : sums.unknown[shown]);

/** A figure with its unit; a dash where it is known of no print. */
export function written(sums: PrintSums, shown: Shown): string {
    return sums.prints > 0 && unknownOf(sums, shown) === sums.prints ? '–' : WRITTEN[shown](sums[shown]);
}

/** What stands over a bar, where there is little room: without its unit. Of time it is hours. */
export const brief = (sums: PrintSums, shown: Shown): string =>
    compact(shown === 'seconds' ? sums.seconds / HOUR : sums[shown]);
