// Rows of a table, brought up to date one by one, so that focus and scroll stay where they are.
(function (sidebar) {
    sidebar.Rows = class {
        /**
         * @param element what holds the rows
         * @param keyOf (item) → what an item is known by
         * @param make (item) → its row
         */
        constructor(element, keyOf, make) {
            Object.assign(this, { element, keyOf, make });
            this.shown = new Map();
        }

        /** @param context a row of another is made anew */
        show(items, context = '') {
            const before = this.shown;
            this.shown = new Map();
            const rows = items.map((item) => {
                const text = JSON.stringify([context, item]);
                const known = before.get(this.keyOf(item));
                // while a person is asked about a row, it stays as it is
                const same = known && (known.text === text || known.row.matches('.pts-asking'));
                const row = same ? known.row : this.make(item);
                this.shown.set(this.keyOf(item), { row, text });
                return row;
            });
            this.place(rows);
        }

        /** The next time it is shown it is made anew. */
        drop(key) {
            this.shown.delete(key);
        }

        clear() {
            this.shown.clear();
            this.element.replaceChildren();
        }

        /** Moves only what is not where it belongs; a row made anew takes over the focus of the one before. */
        place(rows) {
            const { element } = this;
            const had = element.contains(document.activeElement) ? document.activeElement : null;
            const key = had && had.closest('[role="row"]').dataset.key;
            const act = had && had.dataset.act;
            const wanted = new Set(rows);
            for (const row of [...element.children]) if (!wanted.has(row)) row.remove();
            rows.forEach((row, index) => {
                if (element.children[index] !== row) element.insertBefore(row, element.children[index] || null);
            });
            if (had === null || document.activeElement === had) return;
            const now = this.shown.get(key);
            const next = now && (now.row.querySelector(`[data-act="${act}"]`) || now.row.querySelector('a, button'));
            if (next) next.focus();
        }
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
