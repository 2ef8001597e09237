import type { GroupRow } from '../../../nodes/runtime/settings/group-table';
import type { ChoiceSource } from '../pickers/choice-source';
import { withChoices } from '../pickers/numbers-field';
import { openText } from '../pickers/resolve';

const OUT_OF_STOCK = ['', 'hide', 'show', 'always'] as const;

/**
 * The table of what holds for single groups of a catalog.
 * @param t the node's texts
 * @param ofVk the community whose categories are chosen
 * @returns its rows as they are saved
 */
export function groupTable(
    list: JQuery,
    rows: readonly Partial<GroupRow>[],
    t: Translate,
    ofVk: ChoiceSource,
): () => GroupRow[] {
    const field = (property: 'group' | 'category', width: string): JQuery =>
        $('<input type="text">')
            .addClass(`vk-product-${property}`)
            .attr({ placeholder: t(`placeholder.${property}`), 'aria-label': t(`label.${property}`) })
            .css({ width, margin: 0 });
    list.css('min-height', '120px').editableList<GroupRow>({
        addItem: (container, _index, row) => {
            container.css({ display: 'flex', gap: '6px' });
            field('group', '32%')
                .val(row.group ?? '')
                .appendTo(container);
            const category = field('category', '100%').val(row.category ?? '');
            const box = $('<div class="print-to-stock-row-choice">').append(category).appendTo(container);
            const line = $('<div class="print-to-stock-line" aria-live="polite">').hide().appendTo(box);
            const { button } = withChoices({
                input: category,
                line,
                several: false,
                kind: 'vkCategories',
                source: ofVk,
            });
            button.attr('aria-label', openText('vkCategories', t('label.category')));
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
