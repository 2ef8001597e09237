// The table: one page of prints.
import type { Place, PrintPage, PrintRow } from '../../../lib/admin/sidebar/wire';
import { button, fill, make, type Child } from '../page/elements';
import { number } from '../page/format';
import { Pager } from '../page/pager';
import { Rows } from '../page/rows';
import { say, t } from '../page/texts';
import { act, notify, runtime, whyOf, type Asking, type Filter } from '../runtime';
import { actionFor, type PrintAction } from './print-actions';
import { printRow, rowBusy } from './print-row';

const PAGE = 50;
const COLUMNS = ['print', 'printer', 'when', 'quantity', 'state', 'actions', 'reason'];
/** the page is asked for anew at most this often, however fast prints come */
const PAUSE_MS = 1000;

export class PrintTable {
    readonly element: HTMLElement;
    private store: string | null = null;
    private filter: Filter = { states: [], only: null, search: '' };
    private asking: Asking<PrintPage> | null = null;
    private due: number | null = null;
    private askedAt = 0;
    /** something has changed while a page was asked for */
    private again = false;
    private readonly rows: Rows<PrintRow>;
    private readonly table: HTMLElement;
    private readonly nothing = make('div', { class: 'pts-empty' });
    private readonly list: HTMLElement;
    private readonly pager = new Pager<Place>(t('page.label'), () => this.ask().then(() => (this.list.scrollTop = 0)));

    /** @param empty makes what is shown where no print is to be shown */
    constructor(private readonly empty: (filter: Filter) => Child[]) {
        const heads = COLUMNS.map((name) =>
            make('div', { role: 'columnheader', class: `pts-${name}`, text: t(`column.${name}`) }),
        );
        const facts = make('div', { class: 'pts-facts', role: 'presentation' }, heads.splice(1, 3));
        const rows = make('div', { role: 'rowgroup', class: 'pts-rows' });
        this.rows = new Rows<PrintRow>(
            rows,
            ({ batch }) => batch,
            (print) => this.row(print),
        );
        this.table = make('div', { role: 'table', 'aria-label': t('table'), class: 'pts-table' }, [
            make('div', { role: 'rowgroup' }, [
                make('div', { role: 'row', class: 'pts-head' }, [heads[0], facts, ...heads.slice(1)]),
            ]),
            rows,
        ]);
        this.list = make('div', { class: 'pts-list' }, [this.table, this.nothing]);
        this.element = make('div', { class: 'pts-prints' }, [this.list, this.pager.element]);
    }

    show(store: string | null, filter: Filter): void {
        const other = store !== this.store || JSON.stringify(filter) !== JSON.stringify(this.filter);
        this.store = store;
        this.filter = filter;
        if (other) this.pager.toFirst();
        // what is on its way already is not asked for a second time
        if (other || this.asking === null) void this.ask();
        else this.again = true;
    }

    /** Something has changed: soon, but not with every print. */
    changed(): void {
        if (this.due !== null || this.store === null) return;
        const wait = Math.max(0, this.askedAt + PAUSE_MS - Date.now());
        this.due = setTimeout(() => {
            this.due = null;
            // one after the other: a slow answer is not overtaken by ten more
            if (this.asking === null) void this.ask();
            else this.again = true;
        }, wait);
    }

    /** A newer question ends the one before. */
    private async ask(): Promise<void> {
        this.asking?.stop();
        this.askedAt = Date.now();
        this.again = false;
        const { store } = this;
        if (store === null) return;
        const asking = runtime.prints(store, this.filter, this.pager.place, PAGE);
        this.asking = asking;
        const { body, failed } = await asking.answer;
        if (failed === null) {
            if (store === this.store) this.take(body);
        } else if (failed.statusText !== 'abort') this.fail(failed);
        if (this.asking === asking) {
            this.asking = null;
            if (this.again) this.changed();
        }
    }

    private take(page: PrintPage): void {
        const { prints, total, more, next } = page;
        const before = this.pager.pagesBefore * PAGE;
        // the page that was shown is gone: back to the newest
        if (prints.length === 0 && before > 0) {
            this.pager.toFirst();
            return void this.ask();
        }
        this.rows.show(prints, this.store);
        const searching = this.filter.search.trim() !== '';
        const shown = number(searching ? before + total : total) + (more ? '+' : '');
        this.pager.show({ from: before + 1, to: before + prints.length, total: shown, next });
        this.pager.element.hidden = prints.length === 0;
        this.table.hidden = prints.length === 0;
        this.table.setAttribute('aria-rowcount', String(more ? -1 : total + 1));
        fill(this.nothing, prints.length === 0 ? this.empty(this.filter) : []);
    }

    private fail(request: JQueryRequest): void {
        this.pager.element.hidden = this.table.hidden = true;
        this.rows.clear();
        fill(this.nothing, [
            make('p', { text: whyOf(request) }),
            button(t('problem.again'), { icon: 'fa-refresh' }, () => void this.ask()),
        ]);
    }

    private row(print: PrintRow): HTMLElement {
        const { store } = this;
        const row = printRow(store ?? '', print, (action) => void this.act(store ?? '', print, row, action));
        return row;
    }

    private async act(store: string, print: PrintRow, row: HTMLElement, action: PrintAction): Promise<void> {
        rowBusy(row);
        const answer = await act(store, actionFor(action, print));
        if (answer !== undefined) {
            const text = t(`done.${answer.waiting ? 'waiting' : action}`, { name: print.name || print.batch });
            say(text);
            notify(text, 'success', 3000);
        }
        this.rows.drop(print.batch);
        void this.ask();
    }
}
