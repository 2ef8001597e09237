// Elements of the sidebar. Texts are put in as text, never as HTML.

/** An element, or nothing in its place. */
export type Child = Node | string | null | undefined;

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

interface Props {
    class?: string;
    text?: string | null;
    /** listeners by event */
    on?: Listeners;
    /** attributes; what is null, undefined or false is left out */
    [attribute: string]: string | number | boolean | Listeners | null | undefined;
}

/** Makes an element. */
export function make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    { class: className, text, on, ...attributes }: Props = {},
    children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    if (className !== undefined) element.className = className;
    if (text !== undefined) element.textContent = text;
    for (const [event, hear] of Object.entries(on ?? {})) element.addEventListener(event, hear as EventListener);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false || typeof value === 'object') continue;
        element.setAttribute(name, value === true ? '' : String(value));
    }
    element.append(...there(children));
    return element;
}

export function icon(name: string): HTMLElement {
    return make('i', { class: 'fa ' + name, 'aria-hidden': 'true' });
}

type ButtonOptions = {
    icon?: string;
    /** the text is its name, and shown as a hint */
    iconOnly?: boolean;
    primary?: boolean;
} & Partial<Record<`data-${string}` | `aria-${string}` | 'title', string>>;

/** A button with a text, or with an icon alone and the text as its name. */
export function button(text: string, options: ButtonOptions, act: () => void): HTMLButtonElement {
    const { icon: sign, iconOnly = false, primary = false, ...props } = options;
    const element = make(
        'button',
        {
            type: 'button',
            class: 'red-ui-button red-ui-button-small' + (primary ? ' primary' : ''),
            'aria-label': iconOnly ? text : undefined,
            ...props,
            on: { click: act },
        },
        [sign ? icon(sign) : null, iconOnly ? null : make('span', { text })],
    );
    if (iconOnly) RED.popover.tooltip($(element), text);
    return element;
}

export function link(text: string, url: string, name: string): HTMLAnchorElement {
    return make('a', {
        href: url,
        target: '_blank',
        rel: 'noopener noreferrer',
        class: 'pts-link',
        text,
        'aria-label': name,
    });
}

export function spinner(text: string): HTMLElement {
    return make('p', { class: 'pts-working' }, [icon('fa-spinner fa-spin'), make('span', { text })]);
}

/** Shows `children` in a box that was there before. */
export function fill(box: HTMLElement, children: readonly Child[]): void {
    box.replaceChildren(...there(children));
    box.hidden = box.childNodes.length === 0;
}

function there(children: readonly Child[]): (Node | string)[] {
    return children.filter((child) => child !== null && child !== undefined);
}

/** Whether somebody looks at an element. */
export const isSeen = (element: HTMLElement): boolean => element.offsetParent !== null && !document.hidden;

/** Where the focus goes when what had it is gone: to the first button that is shown. */
export function focusFirstButton(element: HTMLElement): void {
    [...element.querySelectorAll('button')].find((each) => each.offsetParent !== null)?.focus();
}

/** Whether what has the focus is in an element. */
export const hasFocus = (element: HTMLElement): boolean => element.contains(document.activeElement);

/** The part of an element that one can press, by its `data-act`. */
export function pressable(element: Element | null | undefined, act: string): HTMLElement | null {
    return element?.querySelector<HTMLElement>(`[data-act="${act}"]`) ?? null;
}

/** Gives a person something as a file. */
export function save(content: Blob, name: string): void {
    const url = URL.createObjectURL(content);
    make('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}
