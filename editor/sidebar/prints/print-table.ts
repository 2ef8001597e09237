// The table: one page of prints.
import type { Place, PrintPage, PrintRow } from '../../../lib/admin/sidebar/wire';
import type { Child } from '../page/elements';
import { PagedTable, tableHead } from '../page/paged-table';
import { rowBusy } from '../page/rows';
import { t } from '../page/texts';
import { act, runtime, type Filter } from '../runtime';
import { actionFor, type PrintAction } from './print-actions';
import { printRow } from './print-row';

const PAGE = 50;

interface Query {
    store: string;
    filter: Filter;
}

export class PrintTable {
    private readonly table: PagedTable<PrintRow, Place, Query, PrintPage>;

    /** @param empty makes what is shown where no print is to be shown */
    constructor(empty: (filter: Filter) => Child[]) {
        this.table = new PagedTable({
            label: t('table'),
            pages: t('page.label'),
            limit: PAGE,
            head: tableHead(['print', 'state', 'actions', 'reason'], ['printer', 'when', 'quantity'], (name) =>
                t(`column.${name}`),
            ),
            ask: ({ store, filter }, after, limit) => runtime.prints(store, filter, after, limit),
            rowsOf: ({ prints }) => prints,
            keyOf: ({ batch }) => batch,
            make: (print, { store }) => {
                const row = printRow(
                    store,
                    print,
                    (action, pieces) => void this.act(store, print, row, action, pieces),
                );
                return row;
            },
            empty: ({ filter }) => empty(filter),
            isCounted: ({ filter }) => filter.search.trim() === '' && filter.imported === undefined,
            contextOf: ({ store }) => store,
        });
    }

    get element(): HTMLElement {
        return this.table.element;
    }

    show(store: string | null, filter: Filter): void {
        this.table.show(store === null ? null : { store, filter });
    }

    /** Something has changed. */
    changed(): void {
        this.table.changed();
    }

    private async act(
        store: string,
        print: PrintRow,
        row: HTMLElement,
        action: PrintAction,
        pieces?: number,
    ): Promise<void> {
        rowBusy(row);
        const answer = await act(store, actionFor(action, print, pieces));
        const name = print.name || print.batch;
        this.table.acted(print.batch, answer && t(`done.${answer.waiting ? 'waiting' : action}`, { name }));
    }
}
