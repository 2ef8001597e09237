import type { SpoolRow } from '../../../lib/print/spool-row';
import { openTree } from '../pickers/picker-tree';
import { choices, choicesFrom } from '../requests/choices';
import { shared } from '../texts';
import { say } from './lines';

const FIELDS = ['printer', 'tray', 'material', 'color'] as const;
const WIDTHS: Readonly<Record<(typeof FIELDS)[number], string>> = {
    printer: '24%',
    tray: '12%',
    material: '18%',
    color: '20%',
};

/** A row as it is saved; the number may be missing while it is made. */
type ShownRow = Partial<Omit<SpoolRow, 'stock'>> & { stock?: number | string };

/**
 * The table of which StockItem a spool is.
 * @param t the node's texts
 * @returns its rows as they are saved
 */
export function spoolTable(list: JQuery, rows: readonly ShownRow[], t: Translate): () => SpoolRow[] {
    list.css('min-height', '150px').editableList<ShownRow>({
        addItem: (container, _index, row) => addRow(container, row, t),
        addButton: t('label.addSpool'),
        removeItem: () => list.trigger('change'),
        removable: true,
        sortable: true,
    });
    for (const row of rows) list.editableList('addItem', row);
    return () =>
        list
            .editableList('items')
            .toArray()
            .map(saved)
            .filter(({ stock }) => Number.isSafeInteger(stock) && stock >= 1);
}

function addRow(container: JQuery, row: ShownRow, t: Translate): void {
    const fields = $('<div class="print-to-stock-spool">').css({ display: 'flex', gap: '6px' }).appendTo(container);
    for (const property of FIELDS)
        $('<input type="text">')
            .addClass(`print-to-stock-spool-${property}`)
            .attr({ placeholder: t(`placeholder.${property}`), 'aria-label': t(`label.${property}`) })
            .css('width', WIDTHS[property])
            .val(row[property] ?? '')
            .appendTo(fields);
    const stock = $('<input type="text" class="print-to-stock-spool-stock" style="flex: 1; min-width: 50px">')
        .attr({ placeholder: t('placeholder.stock'), 'aria-label': t('label.stock') })
        .val(row.stock === undefined ? '' : String(row.stock))
        .appendTo(fields);
    const button = $('<button type="button" class="red-ui-button" data-act="choose">')
        .attr('aria-label', shared('picker.open', { label: t('label.stock') }))
        .append($('<i class="fa fa-ellipsis-h" aria-hidden="true">'))
        .appendTo(fields);
    const line = $('<div class="print-to-stock-line" aria-live="polite" style="margin: 2px 0 0">')
        .appendTo(container)
        .hide();

    async function look(): Promise<void> {
        const text = stock.val().trim();
        const pk = /^[1-9]\d*$/.test(text) ? Number(text) : null;
        const answer = pk === null ? null : await choices('spools', { pk });
        if (stock.val().trim() !== text) return;
        if (answer === null || answer.problem) return void say(line, null);
        const name = answer.items[0]?.name;
        const isBad = name === undefined;
        say(line, { text: name ?? shared('picker.gone.spools', { pk: text }), bad: isBad });
    }

    button.on('click', () =>
        openTree('spools', {
            button,
            field: stock,
            connection: choicesFrom(),
            choose: ({ pk }) => void stock.val(String(pk)).trigger('change'),
        }),
    );
    stock.on('change', () => void look());
    void look();
}

function saved(item: HTMLElement): SpoolRow {
    const text = (property: string): string => $(item).find(`.print-to-stock-spool-${property}`).val().trim();
    return {
        printer: text('printer'),
        tray: text('tray'),
        material: text('material'),
        color: text('color'),
        stock: Number(text('stock')),
    };
}
