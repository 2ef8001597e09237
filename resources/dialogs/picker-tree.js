import { choices } from './choices.js';
import { problemText } from './problems.js';
import { whenGone } from './routes.js';
import { shared } from './texts.js';

const LIMIT = 200;
const KEYS = { DOWN: 40, ENTER: 13, ESCAPE: 27 };
let ids = 0;

/** Opens the choices of a kind beside a field: a tree, and a search over all of it. */
export function openTree(kind, input) {
    const button = input.next().find('.red-ui-typedInput-option-expand');
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
    const show = showIn(kind, tree, foot);

    search.searchBox({ delay: 250, minimumLength: 0, change: () => void show(search.val().trim()) });
    // a tree that is filled anew selects nothing, and says so
    tree.on('treelistselect', (_event, item) => void (item?.choice && choose(item)));
    // before the tree's own keys: there Enter opens what has children
    tree[0].addEventListener('keydown', (event) => void (event.keyCode === KEYS.ENTER && enter(event)), true);
    // Node-RED's own keys look for the element a key was pressed in, and it is gone then
    content[0].addEventListener('keydown', (event) => void (event.keyCode === KEYS.ESCAPE && leave(event)), true);
    tree.on('keydown', () => pointAtFocus(tree));
    search.on('keydown', (event) => {
        if (event.keyCode !== KEYS.DOWN) return;
        event.preventDefault();
        tree.trigger('focus').trigger($.Event('keydown', { keyCode: KEYS.DOWN }));
    });

    function enter(event) {
        const item = tree.find('.focus').parent().data('data');
        if (!item || item.choice.structural) return;
        event.preventDefault();
        event.stopPropagation();
        choose(item);
    }

    function leave(event) {
        event.preventDefault();
        event.stopPropagation();
        close();
    }

    function choose({ choice }) {
        if (choice.structural) return;
        input.typedInput('value', String(choice.pk));
        close();
    }

    function close() {
        panel.hide();
        button.trigger('focus');
    }

    whenGone(input, () => panel.hide());
    panel.show({ target: button, align: 'left', onclose: () => void button.trigger('focus') });
    setTimeout(() => search.trigger('focus'), 120);
    void show('');
}

/** @returns fills the tree with what a search finds, its top level without one */
function showIn(kind, tree, foot) {
    let asked = 0;
    // an answer that comes after the choices were closed
    whenGone(tree, () => (asked = NaN));
    return async (search) => {
        const mine = ++asked;
        foot.text(shared('picker.loading'));
        const query = search === '' ? { parent: null, limit: LIMIT } : { search, limit: LIMIT };
        const answer = await choices(kind, query);
        if (mine !== asked || answer === null) return;
        tree.treeList(
            'data',
            answer.items.map((choice) => itemOf(kind, choice, search !== '')),
        );
        describe(tree);
        foot.text(footOf(answer));
    };
}

function footOf({ items, total, problem }) {
    if (problem) return problemText(problem);
    if (items.length === 0) return shared('picker.none');
    return total > items.length ? shared('picker.more', { shown: items.length, total }) : '';
}

function itemOf(kind, choice, found) {
    const item = {
        choice,
        label: found ? choice.path || choice.name : choice.name,
        sublabel: choice.structural ? shared('picker.structuralShort') : String(choice.pk),
        class: choice.structural ? 'print-to-stock-structural' : '',
    };
    if (found || choice.hasChildren !== true) return item;
    item.children = (done) => {
        void choices(kind, { parent: choice.pk, limit: LIMIT }).then((answer) => {
            // the tree's keys walk the children it finds here
            item.children = (answer?.items ?? []).map((child) => itemOf(kind, child, false));
            done(item.children);
            setTimeout(() => describe(item.treeList.container.closest('.red-ui-treeList')), 50);
        });
    };
    return item;
}

/** Roles for screen readers, which Node-RED's list has not. */
function describe(tree) {
    tree.find('ol, li').attr('role', 'presentation');
    tree.find('.red-ui-treeList-label').each(function () {
        const item = $(this).parent().data('data');
        $(this).attr({
            role: 'treeitem',
            id: this.id || `print-to-stock-choice-${++ids}`,
            'aria-level': (item?.depth ?? 0) + 1,
        });
        if (item?.choice?.structural) $(this).attr('aria-disabled', 'true');
    });
}

function pointAtFocus(tree) {
    tree.attr('aria-activedescendant', tree.find('.focus').attr('id') ?? null);
}
