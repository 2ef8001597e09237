import type { Choice, ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { choices, type FoundChoices } from '../requests/choices';
import { problemText } from '../requests/problems';
import { whenGone } from '../requests/routes';
import type { ShownConnection } from '../requests/stores';
import { shared } from '../texts';
import { newEntryForm } from './picker-create';

const LIMIT = 200;
/** Node-RED's tree knows keys by their code. */
const DOWN = 40;
let ids = 0;

interface Item extends RedTreeItem {
    choice: Choice;
}

/** Where the choices are opened, and what becomes of them. */
export interface TreePlace {
    /** the button that opens them: they are shown beside it, and the focus goes back to it */
    button: JQuery;
    /** they are closed when it leaves the page */
    field: JQuery;
    connection: ShownConnection | null;
    /** is given what was chosen, or created */
    choose: (choice: Choice) => void;
}

/** Kinds of which one may be created where one chooses. */
const isCreated = (kind: ChoiceKind): kind is 'categories' | 'locations' =>
    kind === 'categories' || kind === 'locations';

/** Opens the choices of a kind beside a field: a tree, a search over all of it, and a form for a new one. */
export function openTree(kind: ChoiceKind, { button, field, connection, choose }: TreePlace): void {
    const content = $('<div class="print-to-stock-picker" role="dialog">').attr(
        'aria-label',
        shared(`picker.title.${kind}`),
    );
    const search = $('<input type="text">').attr({
        placeholder: shared(`picker.search.${kind}`),
        'aria-label': shared(`picker.search.${kind}`),
    });
    $('<div class="print-to-stock-picker-search">').append(search).appendTo(content);
    const tree = $('<div class="print-to-stock-picker-tree" role="tree">')
        .attr('aria-label', shared(`picker.title.${kind}`))
        .appendTo(content);
    const foot = $('<div class="print-to-stock-picker-foot" aria-live="polite">').appendTo(content);
    const panel = RED.popover.panel(content);
    tree.treeList({ selectable: true, autoSelect: false });
    const show = showIn(kind, tree, foot, connection);
    if (isCreated(kind)) newEntryForm(kind, connection, () => search.val().trim(), take).appendTo(content);

    search.searchBox({ delay: 250, minimumLength: 0, change: () => void show(search.val().trim()) });
    // Node-RED gives its cross no name
    search
        .closest('.red-ui-searchBox-container')
        .find('.red-ui-searchBox-clear')
        .attr('aria-label', shared('picker.clear'));
    // it listens to keys alone: what is pasted, or typed with an input method, is searched for too
    search.on('input', () => search.trigger('keyup'));
    // a tree that is filled anew selects nothing, and says so
    tree.on('treelistselect', (_event, item) => {
        if (item !== undefined && 'choice' in item) take((item as Item).choice);
    });
    // before the tree's own keys: there Enter opens what has children
    before(tree, 'Enter', enter);
    // Node-RED's own keys look for the element a key was pressed in, and it is gone then
    before(content, 'Escape', leave);
    tree.on('keydown', () => pointAtFocus(tree));
    search.on('keydown', (event) => {
        if (event.keyCode !== DOWN) return;
        event.preventDefault();
        tree.trigger('focus').trigger($.Event('keydown', { keyCode: DOWN }));
    });

    function enter(event: Event): void {
        const item = itemAt(tree.find('.focus'));
        if (!item || item.choice.structural) return;
        event.preventDefault();
        event.stopPropagation();
        take(item.choice);
    }

    function leave(event: Event): void {
        event.preventDefault();
        event.stopPropagation();
        close();
    }

    function take(choice: Choice): void {
        if (choice.structural) return;
        choose(choice);
        close();
    }

    function close(): void {
        panel.hide();
        button.trigger('focus');
    }

    whenGone(field, () => panel.hide());
    panel.show({ target: button, align: 'left', onclose: () => void button.trigger('focus') });
    setTimeout(() => search.trigger('focus'), 120);
    void show('');
}

/** Hears a key before those whose element it is pressed in. */
function before(element: JQuery, key: string, run: (event: Event) => void): void {
    const hear = (event: KeyboardEvent): void => {
        if (event.key === key) run(event);
    };
    element[0]?.addEventListener('keydown', hear, true);
}

/** @returns undefined where the list shows none there */
function itemAt(label: JQuery): Item | undefined {
    return label.parent().data('data') as Item | undefined;
}

/** @returns fills the tree with what a search finds, its top level without one */
function showIn(
    kind: ChoiceKind,
    tree: JQuery,
    foot: JQuery,
    connection: ShownConnection | null,
): (search: string) => Promise<void> {
    let asked = 0;
    // an answer that comes after the choices were closed
    whenGone(tree, () => (asked = NaN));
    return async (search) => {
        const mine = ++asked;
        foot.text(shared('picker.loading'));
        const query = search === '' ? { parent: null, limit: LIMIT } : { search, limit: LIMIT };
        const answer = await choices(kind, query, connection);
        if (mine !== asked || answer === null) return;
        tree.treeList(
            'data',
            answer.items.map((choice) => itemOf(kind, choice, search !== '', connection)),
        );
        describe(tree);
        foot.text(footOf(answer));
    };
}

function footOf({ items, total, problem }: FoundChoices): string {
    if (problem) return problemText(problem);
    if (items.length === 0) return shared('picker.none');
    return total > items.length ? shared('picker.more', { shown: items.length, total }) : '';
}

function itemOf(kind: ChoiceKind, choice: Choice, found: boolean, connection: ShownConnection | null): Item {
    const item: Item = {
        choice,
        label: found ? choice.path || choice.name : choice.name,
        sublabel: !choice.structural
            ? String(choice.pk)
            : kind === 'vkCategories'
              ? ''
              : shared('picker.structuralShort'),
        class: choice.structural ? 'print-to-stock-structural' : '',
    };
    if (found || choice.hasChildren !== true) return item;
    item.children = (done) => {
        void choices(kind, { parent: choice.pk, limit: LIMIT }, connection).then((answer) => {
            const children = (answer?.items ?? []).map((child) => itemOf(kind, child, false, connection));
            // the tree's keys walk the children it finds here
            item.children = children;
            done(children);
            setTimeout(() => {
                if (item.treeList) describe(item.treeList.container.closest('.red-ui-treeList'));
            }, 50);
        });
    };
    return item;
}

/** Roles for screen readers, which Node-RED's list has not. */
function describe(tree: JQuery): void {
    tree.find('ol, li').attr('role', 'presentation');
    tree.find('.red-ui-treeList-label').each(function () {
        const item = itemAt($(this));
        $(this).attr({
            role: 'treeitem',
            id: this.id || `print-to-stock-choice-${++ids}`,
            'aria-level': (item?.depth ?? 0) + 1,
        });
        if (item?.choice?.structural) $(this).attr('aria-disabled', 'true');
    });
}

function pointAtFocus(tree: JQuery): void {
    tree.attr('aria-activedescendant', tree.find('.focus').attr('id') ?? null);
}
