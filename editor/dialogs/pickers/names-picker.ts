import type { NameKind } from '../../../lib/admin/dialogs/wire';
import { namesOf } from '../requests/choices';
import { problemText } from '../requests/problems';
import { whenGone } from '../requests/routes';
import { shared } from '../texts';

interface NamesPlace {
    button: JQuery;
    input: JQuery;
    /** () → the names that stand in the field */
    list: () => string[];
}

/** Opens the names of a kind beside their field, each with a box: several can be ticked. */
export function openNames(kind: NameKind, { button, input, list }: NamesPlace): void {
    const content = $('<div class="print-to-stock-picker print-to-stock-names-picker" role="dialog">').attr(
        'aria-label',
        shared(`names.title.${kind}`),
    );
    const foot = $('<div class="print-to-stock-picker-foot" aria-live="polite">').text(shared('picker.loading'));
    const group = $('<div role="group">').attr('aria-label', shared(`names.title.${kind}`));
    content.append(group, foot);
    const panel = RED.popover.panel(content);
    content.on('keydown', (event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        panel.hide();
        button.trigger('focus');
    });

    const isSame = (one: string, name: string, id: number | null): boolean =>
        one === String(id) || one.toLowerCase() === name.trim().toLowerCase();

    async function fill(): Promise<void> {
        const answer = await namesOf(kind);
        const items = answer?.items ?? [];
        for (const { name, id } of items) {
            const box = $('<input type="checkbox">').prop(
                'checked',
                list().some((one) => isSame(one, name, id)),
            );
            box.on('change', () => {
                const others = list().filter((one) => !isSame(one, name, id));
                const chosen =
                    box.prop('checked') === true
                        ? [...others, id !== null && name.includes(',') ? String(id) : name]
                        : others;
                input.val(chosen.join(', ')).trigger('change');
            });
            $('<label>')
                .append(
                    box,
                    $('<span>').text(name),
                    $('<span class="print-to-stock-aside">').text(id === null ? '' : String(id)),
                )
                .appendTo(group);
        }
        const none = answer === null ? shared('names.notAsked') : shared('picker.none');
        foot.text(answer?.problem ? problemText(answer.problem) : items.length === 0 ? none : '');
        group.find('input')[0]?.focus();
    }

    whenGone(input, () => panel.hide());
    panel.show({ target: button, align: 'left', onclose: () => void button.trigger('focus') });
    setTimeout(() => void fill(), 120);
}
