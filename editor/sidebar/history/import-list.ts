// What each import of the history created: as a list of prints with their links, and as a table (CSV) to keep.
import type { ImportNote, SourceOverview } from '../../../lib/admin/sidebar/wire';
import { ANY_DAY } from '../figures/period';
import { button, fill, make, save, type Child } from '../page/elements';
import { number, when, wholeTime } from '../page/format';
import { say, t } from '../page/texts';
import { PrintTable } from '../prints/print-table';
import { answered, runtime, type Filter } from '../runtime';

/** The prints of an import, whatever became of them. */
const filterOf = (imported: string): Filter => ({
    states: [],
    only: null,
    search: '',
    printer: null,
    material: null,
    days: ANY_DAY,
    imported,
});

export class ImportList {
    readonly element: HTMLElement;
    private readonly list = make('ul', { class: 'pts-import-list' });
    private readonly table = new PrintTable(() => [make('p', { text: t('imports.none') })]);
    /** the import whose prints are shown; null: none */
    private open: string | null = null;
    private imports: readonly ImportNote[] = [];
    private store = '';
    /** what is shown, as JSON */
    private shown = '';

    constructor() {
        this.table.element.hidden = true;
        this.element = make('section', { class: 'pts-imports', 'aria-labelledby': 'pts-imports-title', hidden: true }, [
            make('h3', { id: 'pts-imports-title', text: t('imports.title') }),
            make('p', { class: 'pts-hint', text: t('imports.hint') }),
            this.list,
            this.table.element,
        ]);
    }

    show({ id, imports }: SourceOverview, store: string): void {
        const shown = JSON.stringify([store, id, imports]);
        if (shown === this.shown) return;
        this.shown = shown;
        this.store = store;
        this.imports = imports.filter(({ endedAt }) => endedAt !== null);
        if (!this.imports.some((each) => each.id === this.open)) this.open = null;
        this.element.hidden = this.imports.length === 0;
        this.fillList();
    }

    private fillList(): void {
        fill(
            this.list,
            this.imports.map((each) => this.item(each)),
        );
        this.table.element.hidden = this.open === null;
        this.table.show(this.open === null ? null : this.store, filterOf(this.open ?? ''));
    }

    private item({ id, created }: ImportNote): Child {
        const isOpen = id === this.open;
        const text = t('imports.created', { n: number(created) });
        const name = `${when(id)}: ${text}`;
        return make('li', { class: 'pts-import' }, [
            make('time', { datetime: id, title: wholeTime(id), text: when(id) }),
            make('span', { class: 'pts-import-created', text }),
            button(
                t(isOpen ? 'imports.hide' : 'imports.show'),
                {
                    icon: 'fa-list',
                    'aria-expanded': String(isOpen),
                    'aria-label': `${t(isOpen ? 'imports.hide' : 'imports.show')}: ${name}`,
                    'data-act': 'show-import',
                },
                () => this.turn(id),
            ),
            button(
                t('filter.csv'),
                { icon: 'fa-download', 'aria-label': `${t('filter.csv')}: ${name}`, 'data-act': 'import-csv' },
                () => void this.saveTable(id),
            ),
        ]);
    }

    private turn(id: string): void {
        this.open = this.open === id ? null : id;
        const at = this.imports.findIndex((each) => each.id === id);
        this.fillList();
        // what was pressed is made anew
        this.list.querySelectorAll<HTMLElement>('[data-act="show-import"]')[at]?.focus();
    }

    private async saveTable(id: string): Promise<void> {
        const table = await answered(runtime.csv(this.store, filterOf(id)));
        if (table === undefined) return;
        save(table, `import-${id.slice(0, 10)}.csv`);
        say(t('filter.csvDone'));
    }
}
