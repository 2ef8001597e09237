// The prints of a preview, page by page, with ticks for those that the import is to take.
import type { LongJobReport, PreviewPage, PreviewRow, Ticked } from '../../../lib/admin/sidebar/wire';
import { make } from '../page/elements';
import { number } from '../page/format';
import { PagedTable } from '../page/paged-table';
import { t } from '../page/texts';
import { runtime } from '../runtime';
import { previewHead, previewRow, tickBox, type PreviewQuery } from './preview-row';

const PAGE = 50;

export class PreviewTable {
    readonly element: HTMLElement;
    private readonly table: PagedTable<PreviewRow, number, PreviewQuery, PreviewPage>;
    private readonly hint = make('p', { class: 'pts-hint' });
    private readonly all: HTMLInputElement;
    /** `startedAt` of the pass that is shown */
    private at = '';
    private isAll = true;
    /** keys of rows that are not as all others */
    private readonly except = new Set<string>();
    /** prints that can be ticked */
    private tickable = 0;

    /** @param changed called when ticks have changed */
    constructor(private readonly changed: () => void) {
        this.all = tickBox(null, t('history.tickAll'), true, (isTicked) => this.tickAll(isTicked));
        this.table = new PagedTable({
            label: t('history.table'),
            pages: t('history.pages.label'),
            turn: { back: t('history.pages.back'), on: t('history.pages.on') },
            limit: PAGE,
            head: previewHead(this.all),
            ask: ({ store, source }, after, limit) => runtime.preview(store, source, after, limit),
            rowsOf: ({ prints }) => prints,
            keyOf: ({ key }) => key,
            make: (row, query) =>
                previewRow(row, query, this.isTicked(row.key), (isTicked) => this.tick(row.key, isTicked)),
            empty: () => [],
            isCounted: () => true,
            contextOf: ({ at }) => at,
        });
        this.element = make('div', { class: 'pts-preview', hidden: true }, [this.hint, this.table.element]);
    }

    /** @param job a pass that listed prints; null: there is none. @param ticks its prints can be imported */
    show(store: string, source: string, job: LongJobReport | null, ticks: boolean): void {
        this.element.hidden = job === null || job.listed === 0;
        if (job === null || job.listed === 0) return this.table.show(null);
        if (job.startedAt !== this.at) {
            this.at = job.startedAt;
            this.isAll = true;
            this.except.clear();
        }
        this.tickable = job.tickable;
        this.element.classList.toggle('pts-preview-ticks', ticks && job.tickable > 0);
        this.all.hidden = !ticks || job.tickable === 0;
        const done = job.result !== null && 'done' in job.result ? job.result.done : job.listed;
        this.hint.hidden = done <= job.listed;
        this.hint.textContent = t('history.listed', { n: number(job.listed), total: number(done) });
        this.table.show({ store, source, at: job.startedAt, ticks });
        this.showTicks();
    }

    /**
     * How many prints an import takes.
     * @param created prints that would be created, listed or not
     */
    count(created: number): number {
        if (!this.isAll) return this.except.size;
        return this.except.size === 0 ? created : this.tickable - this.except.size;
    }

    get ticked(): Ticked {
        return { at: this.at, all: this.isAll, except: [...this.except] };
    }

    private isTicked(key: string): boolean {
        return this.isAll !== this.except.has(key);
    }

    private tick(key: string, isTicked: boolean): void {
        if (isTicked === this.isAll) this.except.delete(key);
        else this.except.add(key);
        this.showTicks();
        this.changed();
    }

    private tickAll(isTicked: boolean): void {
        this.isAll = isTicked;
        this.except.clear();
        this.showTicks();
        this.changed();
    }

    private showTicks(): void {
        const n = this.except.size;
        this.all.checked = this.isAll ? n === 0 : n > 0 && n === this.tickable;
        this.all.indeterminate = n > 0 && n < this.tickable;
        for (const box of this.element.querySelectorAll<HTMLInputElement>('input[data-tick]'))
            box.checked = this.isTicked(box.dataset['tick'] ?? '');
    }
}
