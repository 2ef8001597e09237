import type { GroupRow } from '../../../nodes/runtime/settings/group-table';

const OUT_OF_STOCK = ['', 'hide', 'show', 'always'] as const;

/**
 * The table of what holds for single groups of a catalog.
 * @param t the node's texts
 * @returns its rows as they are saved
 */
export function groupTable(list: JQuery, rows: readonly Partial<GroupRow>[], t: Translate): () => GroupRow[] {
    const field = (property: 'group' | 'category', width: string): JQuery =>
        $('<input type="text">')
            .addClass(`vk-product-${property}`)
            .attr({ placeholder: t(`placeholder.${property}`), 'aria-label': t(`label.${property}`) })
            .css('width', width);
    list.css('min-height', '120px').editableList<GroupRow>({
        addItem: (container, _index, row) => {
            container.css({ display: 'flex', gap: '6px' });
            field('group', '45%')
                .val(row.group ?? '')
                .appendTo(container);
            field('category', '25%')
                .val(row.category ?? '')
                .appendTo(container);
            const choice = $('<select class="vk-product-outOfStock" style="flex: 1">')
                .attr('aria-label', t('label.outOfStock'))
                .appendTo(container);
            for (const value of OUT_OF_STOCK)
                $('<option>')
                    .val(value)
                    .text(t(`choice.outOfStock.${value || 'asAll'}`))
                    .appendTo(choice);
            choice.val(row.outOfStock ?? '');
        },
        addButton: t('label.addGroup'),
        removeItem: () => list.trigger('change'),
        removable: true,
        sortable: true,
    });
    for (const row of rows) list.editableList('addItem', row);
    const saved = (item: HTMLElement): GroupRow => ({
        group: $(item).find('.vk-product-group').val().trim(),
        category: $(item).find('.vk-product-category').val().trim(),
        outOfStock: $(item).find('.vk-product-outOfStock').val() as GroupRow['outOfStock'],
    });
    return () =>
        list
            .editableList('items')
            .toArray()
            .map(saved)
            .filter(({ group }) => group !== '');
}
