// A table of rows that the runtime gives page by page: the browser holds one page, however many there are.
import { notify, whyOf, type Asking } from '../runtime';
import { button, fill, make, type Child } from './elements';
import { number } from './format';
import { Pager, type PagerTexts } from './pager';
import { Rows } from './rows';
import { say, t } from './texts';

/** the page is asked for anew at most this often, however fast rows change */
const PAUSE_MS = 1000;

/** What a page of any list has beside its rows. */
interface PageInfo<Place> {
    /** of the list; where `isCounted` does not hold, of this page and behind it */
    total: number;
    /** there are more than `total` */
    more: boolean;
    next: Place | null;
}

export interface PagedTableParts<Row, Place, Query, Body extends PageInfo<Place>> {
    /** names of the table and of its pager */
    label: string;
    pages: string;
    /** texts of the pager's buttons; missing: newer and older */
    turn?: PagerTexts;
    /** rows of a page */
    limit: number;
    /** the row of column heads */
    head: HTMLElement;
    ask: (query: Query, after: Place | null, limit: number) => Asking<Body>;
    rowsOf: (body: Body) => readonly Row[];
    keyOf: (row: Row) => string;
    /** @returns the row's element */
    make: (row: Row, query: Query) => HTMLElement;
    /** what is shown where there are no rows */
    empty: (query: Query) => Child[];
    /** `total` tells of the whole list */
    isCounted: (query: Query) => boolean;
    /** a row of another context is made anew */
    contextOf: (query: Query) => string;
}

export class PagedTable<Row, Place, Query, Body extends PageInfo<Place>> {
    readonly element: HTMLElement;
    private query: Query | null = null;
    private asking: Asking<Body> | null = null;
    private due: number | null = null;
    private askedAt = 0;
    /** something has changed while a page was asked for */
    private again = false;
    private readonly rows: Rows<Row>;
    private readonly table: HTMLElement;
    private readonly nothing = make('div', { class: 'pts-empty' });
    private readonly list: HTMLElement;
    private readonly pager: Pager<Place>;

    constructor(private readonly parts: PagedTableParts<Row, Place, Query, Body>) {
        const body = make('div', { role: 'rowgroup', class: 'pts-rows' });
        this.rows = new Rows<Row>(body, parts.keyOf, (row) => parts.make(row, this.query!));
        const toTop = (): Promise<unknown> => this.ask().then(() => (this.list.scrollTop = 0));
        this.pager = new Pager<Place>(parts.pages, toTop, parts.turn);
        this.table = make('div', { role: 'table', 'aria-label': parts.label, class: 'pts-table' }, [
            make('div', { role: 'rowgroup' }, [parts.head]),
            body,
        ]);
        this.list = make('div', { class: 'pts-list' }, [this.table, this.nothing]);
        this.element = make('div', { class: 'pts-prints' }, [this.list, this.pager.element]);
    }

    /** @param query null: there is nothing to list */
    show(query: Query | null): void {
        const other = JSON.stringify(query) !== JSON.stringify(this.query);
        this.query = query;
        if (other) this.pager.toFirst();
        // what is on its way already is not asked for a second time
        if (other || this.asking === null) void this.ask();
        else this.again = true;
    }

    /** Something has changed: soon, but not with every row. */
    changed(): void {
        if (this.due !== null || this.query === null) return;
        const wait = Math.max(0, this.askedAt + PAUSE_MS - Date.now());
        this.due = setTimeout(() => {
            this.due = null;
            // one after the other: a slow answer is not overtaken by ten more
            if (this.asking === null) void this.ask();
            else this.again = true;
        }, wait);
    }

    /**
     * What a row's action came to: it is told, and the row is made anew.
     * @param done text of what was done; undefined: it failed, which was told already
     */
    acted(key: string, done: string | undefined): void {
        if (done !== undefined) {
            say(done);
            notify(done, 'success', 3000);
        }
        this.rows.drop(key);
        void this.ask();
    }

    /** A newer question ends the one before. */
    private async ask(): Promise<void> {
        this.asking?.stop();
        this.askedAt = Date.now();
        this.again = false;
        const { query } = this;
        if (query === null) return;
        const asking = this.parts.ask(query, this.pager.place, this.parts.limit);
        this.asking = asking;
        const { body, failed } = await asking.answer;
        if (failed === null) {
            if (this.asking === asking) this.take(body, query);
        } else if (failed.statusText !== 'abort') this.fail(failed);
        if (this.asking === asking) {
            this.asking = null;
            if (this.again) this.changed();
        }
    }

    private take(body: Body, query: Query): void {
        const { total, more, next } = body;
        const rows = this.parts.rowsOf(body);
        const before = this.pager.pagesBefore * this.parts.limit;
        // the page that was shown is gone: back to the first
        if (rows.length === 0 && before > 0) {
            this.pager.toFirst();
            return void this.ask();
        }
        this.rows.show(rows, this.parts.contextOf(query));
        const all = this.parts.isCounted(query) ? total : before + total;
        this.pager.show({ from: before + 1, to: before + rows.length, total: number(all) + (more ? '+' : ''), next });
        this.pager.element.hidden = rows.length === 0;
        this.table.hidden = rows.length === 0;
        this.table.setAttribute('aria-rowcount', String(more ? -1 : total + 1));
        fill(this.nothing, rows.length === 0 ? this.parts.empty(query) : []);
        this.scrollByKeys();
    }

    /** Where nothing in the rows takes the focus, the list itself does: else no key would scroll it. */
    private scrollByKeys(): void {
        const { list } = this;
        const isStop = !this.table.hidden && list.querySelector('a[href], button') === null;
        for (const [name, value] of [
            ['tabindex', '0'],
            ['role', 'region'],
            ['aria-label', this.parts.label],
        ] as const)
            if (isStop) list.setAttribute(name, value);
            else list.removeAttribute(name);
    }

    private fail(request: JQueryRequest): void {
        this.pager.element.hidden = this.table.hidden = true;
        this.rows.clear();
        fill(this.nothing, [
            make('p', { text: whyOf(request) }),
            button(t('problem.again'), { icon: 'fa-refresh' }, () => void this.ask()),
        ]);
    }
}

/**
 * The row of column heads.
 * @param columns by the names of their texts; those of `facts` share a line where there is little room
 * @param text (column) → its head
 */
export function tableHead(
    columns: readonly string[],
    facts: readonly string[],
    text: (column: string) => string,
): HTMLElement {
    const head = (name: string): HTMLElement =>
        make('div', { role: 'columnheader', class: `pts-${name}`, text: text(name) });
    const together = make('div', { class: 'pts-facts', role: 'presentation' }, facts.map(head));
    const [first, ...rest] = columns.map(head);
    return make('div', { role: 'row', class: 'pts-head' }, [first, together, ...rest]);
}
