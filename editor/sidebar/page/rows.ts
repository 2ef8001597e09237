import { icon } from './elements';

interface Shown {
    row: HTMLElement;
    /** what it shows, as JSON */
    text: string;
}

/** Rows of a table, brought up to date one by one, so that focus and scroll stay where they are. */
export class Rows<Item> {
    private shown = new Map<string, Shown>();

    /**
     * @param element what holds the rows
     * @param keyOf (item) → what an item is known by
     * @param make (item) → its row
     */
    constructor(
        private readonly element: HTMLElement,
        private readonly keyOf: (item: Item) => string,
        private readonly make: (item: Item) => HTMLElement,
    ) {}

    /** @param context a row of another is made anew */
    show(items: readonly Item[], context: string | null = ''): void {
        const before = this.shown;
        this.shown = new Map();
        const rows = items.map((item) => {
            const key = this.keyOf(item);
            const text = JSON.stringify([context, item]);
            const known = before.get(key);
            // while a person is asked about a row, it stays as it is
            const same = known !== undefined && (known.text === text || known.row.matches('.pts-asking'));
            const row = same ? known.row : this.make(item);
            this.shown.set(key, { row, text });
            return row;
        });
        this.place(rows);
    }

    /** The next time it is shown it is made anew. */
    drop(key: string): void {
        this.shown.delete(key);
    }

    clear(): void {
        this.shown.clear();
        this.element.replaceChildren();
    }

    /** Moves only what is not where it belongs; a row made anew takes over the focus of the one before. */
    private place(rows: readonly HTMLElement[]): void {
        const { element } = this;
        const { activeElement } = document;
        const had = activeElement instanceof HTMLElement && element.contains(activeElement) ? activeElement : null;
        const key = had?.closest<HTMLElement>('[role="row"]')?.dataset['key'];
        const act = had?.dataset['act'];
        const wanted = new Set<Element>(rows);
        for (const row of [...element.children]) {
            if (wanted.has(row)) continue;
            // hints go with their row: nobody would close them any more
            for (const each of row.querySelectorAll('button')) $(each).trigger('mouseleave');
            row.remove();
        }
        rows.forEach((row, index) => {
            if (element.children[index] !== row) element.insertBefore(row, element.children[index] ?? null);
        });
        if (had === null || document.activeElement === had || key === undefined) return;
        const now = this.shown.get(key)?.row;
        const next =
            now?.querySelector<HTMLElement>(`[data-act="${act ?? ''}"]`) ??
            now?.querySelector<HTMLElement>('a, button');
        next?.focus();
    }
}

/** An action of the row is under way: it is not asked for twice. The row is made anew afterwards, and takes the focus over. */
export function rowBusy(row: HTMLElement): void {
    row.setAttribute('aria-busy', 'true');
    // a button that is `disabled` would lose the focus
    for (const each of row.querySelectorAll('.pts-actions button')) {
        each.setAttribute('aria-disabled', 'true');
        each.addEventListener('click', (event) => event.stopImmediatePropagation(), { capture: true });
    }
    row.querySelector('.pts-actions .fa')?.replaceWith(icon('fa-spinner fa-spin'));
}
