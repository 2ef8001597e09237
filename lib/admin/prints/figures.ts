import type { Ledger } from '../../store/ledger/ledger';
import { comparePlaces, timeOf } from '../../store/ledger/print-order';
import { addSums, cellsOf, MEASURES, noSums, type PrintCell, type PrintSums } from '../../store/ledger/print-sums';
import { ServiceError } from '../http-api/service-error';
import { walk } from './print-list';
import { cellFilter, isInSums, momentOf, placeOfMoment, type PrintFilter } from './print-filter';
import type { Figures, FiguresOfGroup, PrintGroups } from './wire';

/** Days that may be asked for at once. */
const MOST_DAYS = 100;

/**
 * What the prints that are meant add up to. From sums of the ledger, so that its cost does not grow with the ledger, unless
 * one searches: then all prints of that time are looked at, in slices.
 * @param bounds where each day begins, and where the last one ends: UTC, to the second, ascending. Fewer than two: no days
 * @throws ClosedError when `signal` ends it
 */
export async function figuresOf(
    ledger: Ledger,
    filter: PrintFilter,
    bounds: readonly string[],
    signal: AbortSignal,
): Promise<Figures> {
    const spans = [{ from: filter.from, to: filter.to }, ...daysOf(bounds)];
    if (isInSums(filter)) await ledger.addUp();
    const found = isInSums(filter)
        ? spans.map(({ from, to }) => meantCells(ledger, filter, from, to))
        : await walkedCells(ledger, filter, spans, signal);
    const [all = [], ...days] = found;
    return {
        total: sumOf(all),
        printers: groups(all, ({ printer }) => printer),
        materials: groups(all, ({ material }) => material),
        days: daysOf(bounds).map(({ from, to }, n) => ({ from: `${from}Z`, to: `${to}Z`, ...sumOf(days[n]!) })),
    };
}

/** Printers and materials of all prints of a ledger. */
export async function printGroups(ledger: Ledger): Promise<PrintGroups> {
    await ledger.addUp();
    const [printers, materials] = [new Set<string>(), new Set<string>()];
    for (const { printer, material } of ledger.cells(null, null)) {
        if (printer !== null) printers.add(printer);
        if (material !== null) materials.add(material);
    }
    const sorted = (names: Set<string>): string[] => [...names].sort((a, b) => a.localeCompare(b));
    return { printers: sorted(printers), materials: sorted(materials) };
}

/** Reads where days begin and end: times with their zone and commas between. Empty: none. @throws ServiceError 400 */
export function boundsOf(text: unknown): string[] {
    if (typeof text !== 'string' || text === '') return [];
    const bounds = text.split(',').map((each) => momentOf('days', each.trim()));
    if (bounds.length < 2 || bounds.length > MOST_DAYS + 1)
        throw new ServiceError(
            400,
            `"days" must be where each day begins and where the last one ends: 2 to ${MOST_DAYS + 1} times`,
        );
    if (bounds.some((each, n) => n > 0 && each <= bounds[n - 1]!))
        throw new ServiceError(400, '"days" must be in the order of time');
    return bounds;
}

interface Span {
    from: string | null;
    to: string | null;
}

function daysOf(bounds: readonly string[]): { from: string; to: string }[] {
    return bounds.slice(1).map((to, n) => ({ from: bounds[n]!, to }));
}

function meantCells(ledger: Ledger, filter: PrintFilter, from: string | null, to: string | null): PrintCell[] {
    const [start, end] = [placeOfMoment(from), placeOfMoment(to)];
    if (start !== null && end !== null && comparePlaces(start, end) >= 0) return [];
    return [...ledger.cells(start, end)].filter(cellFilter(filter));
}

/** The same of prints that are looked at one by one. */
async function walkedCells(
    ledger: Ledger,
    filter: PrintFilter,
    spans: readonly Span[],
    signal: AbortSignal,
): Promise<PrintCell[][]> {
    const cells: PrintCell[][] = spans.map(() => []);
    const whole = { ...filter, from: furthest(spans, 'from', 1), to: furthest(spans, 'to', -1) };
    for await (const some of walk(ledger, whole, null, signal)) {
        spans.forEach(({ from, to }, n) => {
            const isIn = (time: string): boolean => (from === null || time >= from) && (to === null || time < to);
            cells[n]!.push(...cellsOf(some.filter((record) => isIn(timeOf(record)))));
        });
    }
    return cells;
}

/** The first or last moment of all spans; null: one has no limit. @param order 1: the first; -1: the last */
function furthest(spans: readonly Span[], end: keyof Span, order: 1 | -1): string | null {
    const moments = spans.map((span) => span[end]);
    if (moments.includes(null)) return null;
    return moments.reduce((a, b) => (a! < b! === (order === 1) ? a : b)) ?? null;
}

function sumOf(cells: readonly PrintCell[]): PrintSums {
    const sums = noSums();
    for (const cell of cells) addSums(sums, cell.sums);
    // what adding decimals leaves behind the sixth place is nothing that was measured
    for (const measure of MEASURES) sums[measure] = Math.round(sums[measure] * 1e6) / 1e6;
    return sums;
}

function groups(cells: readonly PrintCell[], nameOf: (cell: PrintCell) => string | null): FiguresOfGroup[] {
    const byName = new Map<string | null, PrintCell[]>();
    for (const cell of cells) {
        const name = nameOf(cell);
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [cell]);
        else known.push(cell);
    }
    const all = [...byName].map(([name, its]) => ({ name, ...sumOf(its) }));
    return all.sort((a, b) => b.prints - a.prints || (a.name ?? '').localeCompare(b.name ?? ''));
}
