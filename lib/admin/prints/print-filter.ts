import { listedNames } from '../http-api/listed-names';
import { ServiceError } from '../http-api/service-error';
import type { Place } from '../../store/ledger/print-order';
import { timeOf } from '../../store/ledger/print-order';
import { groupsOf, type PrintCell } from '../../store/ledger/print-sums';
import { PRINT_STATES, type PrintRecord, type PrintState } from '../../store/ledger/records';

/** Prints that a person is asked about: those that are held, those that are offered after a lost ledger. */
export const ASKED_ABOUT = ['held', 'offered'] as const;

/** Which prints of a ledger are meant, for the list, the figures and the table (CSV). */
export interface PrintFilter {
    /** empty: all */
    states: readonly PrintState[];
    /** of these alone; null: of all */
    only: (typeof ASKED_ABOUT)[number] | null;
    /** words; each must be in the print's name, batch, printer or reason. Empty: all */
    search: string;
    /** name of the printer; null: all */
    printer: string | null;
    /** as the source writes it; null: all */
    material: string | null;
    /** by the time of the print (`timeOf`), UTC, to the second: from `from` on, before `to`; null: no limit */
    from: string | null;
    to: string | null;
    /** id of the import of the history that created them (`PrintRecord.imported`); null: of all */
    imported: string | null;
}

export const EVERY_PRINT: PrintFilter = {
    states: [],
    only: null,
    search: '',
    printer: null,
    material: null,
    from: null,
    to: null,
    imported: null,
};

/** Where a moment stands in the order of prints: before every print of that second. */
export const placeOfMoment = (time: string | null): Place | null => (time === null ? null : { time, batch: '' });

/** Whether sums of prints tell which are meant: a search, an import and what a person is asked about are in no sums. */
export const isInSums = ({ only, search, imported }: PrintFilter): boolean =>
    only === null && search.trim() === '' && imported === null;

/** Whether state, printer or material leave some prints out. */
export const choosesCells = ({ states, printer, material }: PrintFilter): boolean =>
    states.length > 0 || printer !== null || material !== null;

/** Whether only a part of a state's prints may be meant. */
export const isNarrowed = ({ printer, material, from, to }: PrintFilter): boolean =>
    printer !== null || material !== null || from !== null || to !== null;

/** (prints of one state, printer and material) → whether they are meant, as far as that goes. */
export function cellFilter({
    states,
    printer,
    material,
}: PrintFilter): (cell: Pick<PrintCell, 'state' | 'printer' | 'material'>) => boolean {
    const wanted = states.length === 0 ? null : new Set(states);
    return (cell) =>
        (wanted === null || wanted.has(cell.state)) &&
        (printer === null || cell.printer === printer) &&
        (material === null || cell.material === material);
}

/** (print) → whether it is meant. `only` is not looked at. */
export function recordFilter(filter: PrintFilter): (record: Readonly<PrintRecord>) => boolean {
    const { search, from, to, imported } = filter;
    const isInCell = cellFilter(filter);
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return (record) => {
        if (!isInCell({ state: record.state, ...groupsOf(record) })) return false;
        if (imported !== null && record.imported !== imported) return false;
        if (from !== null && timeOf(record) < from) return false;
        if (to !== null && timeOf(record) >= to) return false;
        if (words.length === 0) return true;
        const { name, batch, printerName = '', reason = '' } = record;
        const text = `${name}\n${batch}\n${printerName}\n${reason}`.toLowerCase();
        return words.every((word) => text.includes(word));
    };
}

/** Reads which prints are meant. @throws ServiceError 400 */
export function printFilterOf(query: Readonly<Record<string, unknown>>): PrintFilter {
    const text = (key: string): string => (typeof query[key] === 'string' ? query[key].slice(0, 300) : '');
    const only = ASKED_ABOUT.find((each) => each === text('only')) ?? null;
    if (only === null && text('only') !== '') throw new ServiceError(400, `"${text('only')}" is not a group of prints`);
    return {
        states: listedNames(text('states'), PRINT_STATES, 'a state of a print'),
        only,
        search: text('search'),
        printer: text('printer') || null,
        material: text('material') || null,
        from: text('from') === '' ? null : momentOf('from', text('from')),
        to: text('to') === '' ? null : momentOf('to', text('to')),
        imported: text('imported') || null,
    };
}

/** A day by itself, which is midnight UTC, or a time that says its zone: what it is must not depend on this machine's. */
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads a moment. @param name of its parameter
 * @returns UTC without a fraction and without a zone: by their text, the times of that second stand behind it, whatever
 * their fraction. @throws ServiceError 400
 */
export function momentOf(name: string, text: string): string {
    const time = MOMENT.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(time))
        throw new ServiceError(
            400,
            `"${name}" must be a day or a time with its zone, e.g. 2026-11-30 or 2026-11-30T00:00:00+01:00`,
        );
    return new Date(time).toISOString().slice(0, 19);
}
