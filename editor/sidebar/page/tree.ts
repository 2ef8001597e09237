// A tree with check boxes, for keyboard and screen readers as the ARIA practices have it. It holds what is unfolded, no more.
import { hasFocus, icon, make } from './elements';
import { number } from './format';

/** A line of the tree. */
export interface TreeNode {
    key: string;
    /** 1 at the root */
    level: number;
    name: string;
    /** null: it has no box */
    checked: boolean | 'mixed' | null;
    /** what is in it, in numbers; null: nothing is shown */
    count: number | null;
    /** what a person should know of it */
    note: string | null;
    /** its box does not count now, e.g. because its store is off */
    isDimmed: boolean;
    /** null: there is nothing in it */
    isOpen: boolean | null;
    isSelected: boolean;
    isBusy: boolean;
    /** a button that lists more of those it lies with */
    isMore: boolean;
    position: number;
    siblings: number;
}

/** A line without anything but its name. */
export const BARE: Omit<TreeNode, 'key' | 'level' | 'name' | 'position' | 'siblings'> = {
    checked: null,
    count: null,
    note: null,
    isDimmed: false,
    isOpen: null,
    isSelected: false,
    isBusy: false,
    isMore: false,
};

export interface TreeParts {
    label: string;
    /** (line) → what a screen reader says of it beside its box */
    nameOf: (node: TreeNode) => string;
    /** a hint over the box */
    boxHint: (node: TreeNode) => string;
    open: (key: string, open: boolean) => void;
    toggle: (key: string, on: boolean) => void;
    /** @param key null: nothing any more */
    select: (key: string | null) => void;
    more: (key: string) => void;
}

const BOXES = { true: 'fa-check-square', false: 'fa-square-o', mixed: 'fa-minus-square' } as const;

interface Shown {
    element: HTMLElement;
    /** what it shows, as JSON */
    text: string;
}

export class Tree {
    readonly element: HTMLElement;
    private nodes: readonly TreeNode[] = [];
    private shown = new Map<string, Shown>();
    /** the one line that the Tab key leads to */
    private current: string | null = null;
    private typed = '';
    private typedAt = 0;

    constructor(private readonly parts: TreeParts) {
        this.element = make('div', {
            role: 'tree',
            class: 'pts-tree',
            'aria-label': parts.label,
            on: {
                click: (event) => this.clicked(event),
                keydown: (event) => this.pressed(event),
                focusin: (event) => this.focused(event),
            },
        });
    }

    /** @param nodes the lines from above */
    show(nodes: readonly TreeNode[]): void {
        this.nodes = nodes;
        const before = this.shown;
        this.shown = new Map();
        const had = hasFocus(this.element);
        if (!nodes.some(({ key }) => key === this.current)) this.current = nodes[0]?.key ?? null;
        const elements = nodes.map((node) => {
            const text = JSON.stringify(node);
            const known = before.get(node.key);
            const element = known?.text === text ? known.element : this.lineOf(node);
            element.tabIndex = node.key === this.current ? 0 : -1;
            this.shown.set(node.key, { element, text });
            return element;
        });
        const wanted = new Set<Element>(elements);
        for (const line of [...this.element.children]) if (!wanted.has(line)) line.remove();
        elements.forEach((line, at) => {
            if (this.element.children[at] !== line) this.element.insertBefore(line, this.element.children[at] ?? null);
        });
        if (had && !hasFocus(this.element)) this.focus();
    }

    /** The line that had the focus last. */
    focus(): void {
        if (this.current !== null) this.shown.get(this.current)?.element.focus();
    }

    private lineOf(node: TreeNode): HTMLElement {
        const { checked, isOpen, isMore } = node;
        const line = make(
            'div',
            {
                role: 'treeitem',
                class: `pts-node${node.isSelected ? ' pts-selected' : ''}${node.isDimmed ? ' pts-dimmed' : ''}`,
                'data-key': node.key,
                'aria-level': node.level,
                'aria-posinset': node.position,
                'aria-setsize': node.siblings,
                'aria-label': this.parts.nameOf(node),
                'aria-expanded': isOpen === null ? null : String(isOpen),
                'aria-checked': checked === null ? null : String(checked),
                'aria-selected': String(node.isSelected),
                'aria-busy': node.isBusy ? 'true' : null,
            },
            [
                make('span', { class: 'pts-twisty', 'data-part': isOpen === null ? null : 'twisty' }, [
                    isOpen === null ? null : icon(isOpen ? 'fa-caret-down' : 'fa-caret-right'),
                ]),
                checked === null
                    ? null
                    : make('span', { class: 'pts-box', 'data-part': 'box', title: this.parts.boxHint(node) }, [
                          icon(node.isBusy ? 'fa-spinner fa-spin' : BOXES[`${checked}`]),
                      ]),
                make('span', { class: 'pts-node-text' }, [
                    make('span', {
                        class: isMore ? 'pts-node-more' : 'pts-node-name',
                        text: node.name,
                        title: node.name,
                    }),
                    node.note === null ? null : make('span', { class: 'pts-node-note', text: node.note }),
                ]),
                node.count === null ? null : make('span', { class: 'pts-count', text: number(node.count) }),
            ],
        );
        line.style.paddingInlineStart = `${(node.level - 1) * 16 + 6}px`;
        return line;
    }

    private clicked({ target }: MouseEvent): void {
        const node = this.nodeAt(target);
        if (node === undefined || !(target instanceof Element)) return;
        this.go(node);
        const part = target.closest<HTMLElement>('[data-part]')?.dataset['part'];
        if (node.isMore) this.parts.more(node.key);
        else if (part === 'twisty') this.parts.open(node.key, node.isOpen === false);
        else if (part === 'box') this.toggle(node);
        else this.parts.select(node.isSelected ? null : node.key);
    }

    private pressed(event: KeyboardEvent): void {
        const node = this.nodeAt(event.target);
        if (node === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        if (!this.handled(event.key, node)) return;
        event.preventDefault();
        event.stopPropagation();
    }

    /** @returns whether the key means something here */
    private handled(key: string, node: TreeNode): boolean {
        const at = this.nodes.indexOf(node);
        switch (key) {
            case 'ArrowDown':
                return this.go(this.nodes[at + 1]);
            case 'ArrowUp':
                return this.go(this.nodes[at - 1]);
            case 'Home':
                return this.go(this.nodes[0]);
            case 'End':
                return this.go(this.nodes.at(-1));
            case 'ArrowRight':
                if (node.isOpen === false) this.parts.open(node.key, true);
                else if (node.isOpen === true) this.go(this.nodes[at + 1]);
                return true;
            case 'ArrowLeft':
                if (node.isOpen === true) this.parts.open(node.key, false);
                else
                    this.go(
                        this.nodes
                            .slice(0, at)
                            .reverse()
                            .find(({ level }) => level < node.level),
                    );
                return true;
            case ' ':
                if (node.isMore) this.parts.more(node.key);
                else this.toggle(node);
                return true;
            case 'Enter':
                if (node.isMore) this.parts.more(node.key);
                else this.parts.select(node.isSelected ? null : node.key);
                return true;
            case 'Escape':
                if (!this.nodes.some(({ isSelected }) => isSelected)) return false;
                this.parts.select(null);
                return true;
            default:
                return key.length === 1 && this.goTo(key, at);
        }
    }

    private toggle({ key, checked, isBusy }: TreeNode): void {
        if (checked !== null && !isBusy) this.parts.toggle(key, checked === false);
    }

    /** The next line that begins with what is typed. */
    private goTo(key: string, at: number): boolean {
        const now = performance.now();
        this.typed = (now - this.typedAt < 800 ? this.typed : '') + key.toLocaleLowerCase();
        this.typedAt = now;
        // one letter goes on to the next line, more of them stay where they fit
        const from = at + (this.typed.length === 1 ? 1 : 0);
        const order = [...this.nodes.slice(from), ...this.nodes.slice(0, from)];
        return this.go(order.find(({ name }) => name.toLocaleLowerCase().startsWith(this.typed)));
    }

    private go(node: TreeNode | undefined): boolean {
        if (node !== undefined) this.shown.get(node.key)?.element.focus();
        return true;
    }

    private focused({ target }: FocusEvent): void {
        const node = this.nodeAt(target);
        if (node === undefined) return;
        if (this.current !== null) this.shown.get(this.current)?.element.setAttribute('tabindex', '-1');
        this.current = node.key;
        this.shown.get(node.key)?.element.setAttribute('tabindex', '0');
    }

    private nodeAt(target: EventTarget | null): TreeNode | undefined {
        if (!(target instanceof Element)) return undefined;
        const key = target.closest<HTMLElement>('[role="treeitem"]')?.dataset['key'];
        return this.nodes.find((node) => node.key === key);
    }
}
