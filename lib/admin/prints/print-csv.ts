import type { Sync } from '../../sync';
import { plainCell, writeCsv } from '../../text/csv';
import { rowOf } from '../sidebar/print-row';
import type { PrintRow } from '../sidebar/wire';
import type { PrintFilter } from './print-filter';
import { walk } from './print-list';

/** What tells a spreadsheet that a file is UTF-8. */
const UTF8 = '\ufeff';

/** Columns of the table: what each is called, and what stands in it of a print. Figures have a point, and no unit. */
const COLUMNS: Readonly<Record<string, (print: PrintRow) => string | number | null | undefined>> = {
    time: ({ when }) => when,
    name: ({ name }) => name,
    batch: ({ batch }) => batch,
    source: ({ sourceLabel }) => sourceLabel,
    archive: ({ archiveId }) => archiveId,
    printer: ({ printer }) => printer,
    state: ({ state }) => state,
    reason: ({ reason }) => reason,
    quantity: ({ quantity }) => quantity,
    grams: ({ details }) => details.grams,
    seconds: ({ details }) => details.seconds,
    cost: ({ details }) => details.cost,
    material: ({ details }) => details.material,
    part: ({ part }) => part?.pk,
    part_name: ({ part }) => part?.name,
    ipn: ({ part }) => part?.IPN,
    part_url: ({ part }) => part?.url,
    stock_item: ({ stock }) => stock?.pk,
    stock_url: ({ stock }) => stock?.url,
    source_url: ({ page }) => page,
};

/**
 * The prints that are meant as a table (CSV), newest first: some lines at a time, between which everybody else goes on.
 * @throws ClosedError when `signal` ends it
 */
export async function* printCsv(sync: Sync, filter: PrintFilter, signal: AbortSignal): AsyncGenerator<string> {
    yield UTF8 + writeCsv([Object.keys(COLUMNS)]);
    for await (const some of walk(sync.delivery.ledger, filter, null, signal))
        if (some.length > 0) yield writeCsv(some.map((record) => cellsOf(rowOf(sync, record))));
}

function cellsOf(print: PrintRow): string[] {
    return Object.values(COLUMNS).map((cellOf) => {
        const value = cellOf(print) ?? '';
        return typeof value === 'number' ? String(value) : plainCell(value);
    });
}
