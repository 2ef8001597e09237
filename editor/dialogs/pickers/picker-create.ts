import type { Choice, CreatedKind } from '../../../lib/admin/dialogs/wire';
import { choices, create } from '../requests/choices';
import { problemText } from '../requests/problems';
import type { ShownConnection } from '../requests/stores';
import { shared } from '../texts';

const LIMIT = 500;
const ENTER = 13;

/**
 * Below the choices: a button, and behind it a form for a new category or location.
 * @param typed () → what stands in the search: it becomes the name
 * @param made is given what was created
 */
export function newEntryForm(
    kind: Exclude<CreatedKind, 'templates'>,
    connection: ShownConnection | null,
    typed: () => string,
    made: (choice: Choice) => void,
): JQuery {
    const box = $('<div class="print-to-stock-picker-new">');
    const open = $('<button type="button" class="red-ui-button red-ui-button-small" data-act="new-entry">').appendTo(
        box,
    );
    $('<i class="fa fa-plus" aria-hidden="true">').appendTo(open);
    $('<span>')
        .text(shared(`picker.new.${kind}`))
        .appendTo(open);

    const form = $('<div class="print-to-stock-picker-form">').hide().appendTo(box);
    const name = $('<input type="text">').attr({
        placeholder: shared('picker.newName'),
        'aria-label': shared('picker.newName'),
    });
    const parent = $('<select>').attr('aria-label', shared('picker.newParent'));
    const make = $(
        '<button type="button" class="red-ui-button red-ui-button-small primary" data-act="create-entry">',
    ).text(shared('picker.create'));
    const line = $('<div class="print-to-stock-picker-failed" role="alert">').hide();
    form.append(name, parent, make, line);

    async function show(): Promise<void> {
        open.hide();
        form.show();
        name.val(typed()).trigger('focus');
        parent.empty();
        $('<option value="">').text(shared('picker.atTop')).appendTo(parent);
        const answer = await choices(kind, { limit: LIMIT }, connection);
        for (const { pk, path, name: own } of answer?.items ?? [])
            $('<option>')
                .val(String(pk))
                .text(shared('picker.in', { name: path || own }))
                .appendTo(parent);
    }

    async function run(): Promise<void> {
        const entry = { name: name.val().trim(), parent: Number(parent.val()) || null };
        if (entry.name === '') return void name.trigger('focus');
        make.prop('disabled', true);
        const { item, problem } = await create(kind, entry, connection);
        make.prop('disabled', false);
        if (item) return void made(item);
        line.text(problem ? [problemText(problem), serverWords(problem.message)].filter(Boolean).join(' ') : '').show();
    }

    open.on('click', () => void show());
    make.on('click', () => void run());
    name.on('keydown', (event) => {
        if (event.keyCode !== ENTER) return;
        event.preventDefault();
        void run();
    });
    return box;
}

const serverWords = (message: string | undefined): string => (message ? `(${message})` : '');
