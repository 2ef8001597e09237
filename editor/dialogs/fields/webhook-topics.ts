/** What a message of the webhook can be about: the topics of our own nodes and of OctoPrint-Webhooks. */
export const TOPICS = [
    'Print In Stock', 'Print Already In Stock', 'Print Parked', 'Print Started', 'Print Done', 'Print Failed',
    'Print Paused', 'Print Resumed', 'User Action Needed', 'Print Progress', 'Error',
]; // prettier-ignore

/** A row as it is saved. */
interface TopicRow {
    topic: string;
    message: string;
}

/** The table topic ← message. @returns its rows as they are saved */
export function topicTable(
    list: JQuery,
    rows: readonly Partial<TopicRow>[],
    t: Translate,
    changed: () => void,
): () => TopicRow[] {
    const knownId = `${list.attr('id') ?? ''}-known`;
    const known = $('<datalist>').attr('id', knownId).insertAfter(list);
    for (const topic of TOPICS) $('<option>').val(topic).appendTo(known);
    const field = (kind: string, property: keyof TopicRow): JQuery =>
        $(kind)
            .addClass(`print-webhook-${property}`)
            .attr({ placeholder: t(`placeholder.${property}`), 'aria-label': t(`label.${property}`) });
    list.css('min-height', '180px').editableList<TopicRow>({
        addItem: (container, _index, row) => {
            container.css({ display: 'flex', gap: '6px' }).on('input', changed);
            field('<input type="text">', 'topic')
                .attr('list', knownId)
                .css('width', '38%')
                .val(row.topic ?? '')
                .appendTo(container);
            // several lines: a chat shows them so
            field('<textarea rows="2" style="resize: vertical">', 'message')
                .css('flex', 1)
                .val(row.message ?? '')
                .appendTo(container);
        },
        removeItem: changed,
        removable: true,
        sortable: true,
    });
    for (const row of rows) list.editableList('addItem', row);
    const saved = (item: HTMLElement): TopicRow => ({
        topic: $(item).find('.print-webhook-topic').val().trim(),
        message: $(item).find('.print-webhook-message').val(),
    });
    return () =>
        list
            .editableList('items')
            .toArray()
            .map(saved)
            .filter(({ topic }) => topic !== '');
}
