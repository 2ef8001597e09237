// What is used here of the jQuery that Node-RED's editor brings, with the widgets that the editor adds to it.

type JQueryContent = JQuery | Element | string;

interface JQueryEvent {
    keyCode?: number;
    key?: string;
    preventDefault: () => void;
    stopPropagation: () => void;
}

interface JQuery {
    readonly length: number;
    readonly [index: number]: HTMLElement | undefined;

    addClass: (names: string) => this;
    append: (...content: (JQueryContent | JQueryContent[])[]) => this;
    appendTo: (target: JQueryContent) => this;
    children: () => JQuery;
    closest: (selector: string) => JQuery;
    each: (run: (this: HTMLElement) => void) => this;
    empty: () => this;
    find: (selector: string) => JQuery;
    hide: () => this;
    html: () => string;
    insertAfter: (target: JQuery) => this;
    is: (selector: string) => boolean;
    next: (selector?: string) => JQuery;
    parent: () => JQuery;
    removeAttr: (name: string) => this;
    show: () => this;
    siblings: (selector: string) => JQuery;
    toArray: () => HTMLElement[];
    toggle: (shown: boolean) => this;
    toggleClass: (names: string, on: boolean) => this;
    trigger: (event: string | JQueryEvent) => this;

    attr(name: string): string | undefined;
    attr(name: string, value: string | number | null | undefined): this;
    attr(values: Record<string, string | number | undefined>): this;
    css(property: string, value: string | number): this;
    css(values: Record<string, string | number>): this;
    data(key: string): unknown;
    data(key: string, value: unknown): this;
    on(event: 'treelistselect', run: (event: JQueryEvent, item: RedTreeItem | undefined) => void): this;
    on(
        events: `ajax${'Send' | 'Error'}.${string}`,
        run: (event: JQueryEvent, request: JQueryRequest, settings: JQuerySentSettings) => void,
    ): this;
    on(events: string, run: (event: JQueryEvent) => void): this;
    off: (events: string) => this;
    prop(name: string): unknown;
    prop(name: string, value: boolean): this;
    text(): string;
    text(value: string): this;
    val(): string;
    val(value: string): this;

    autoComplete(options: RedAutoComplete): this;
    editableList<Row extends object>(options: RedEditableList<Row>): this;
    editableList(method: 'addItem', row: object): void;
    editableList(method: 'items'): JQuery;
    searchBox(options: { delay: number; minimumLength?: number; change: () => void }): this;
    searchBox(method: 'value'): string;
    searchBox(method: 'value', value: string): void;
    treeList(options: { selectable: boolean; autoSelect: boolean }): this;
    treeList(method: 'data', items: RedTreeItem[]): void;
    typedInput(options: RedTypedInput): this;
    typedInput(method: 'type' | 'value'): string;
    typedInput(method: 'type' | 'value', value: string): void;
}

/** Of a request that failed. */
interface JQueryRequest {
    status: number;
    statusText: string;
    responseText?: string;
    responseJSON?: unknown;
}

/** A request that is under way. */
interface JQueryAsking<T> {
    abort: () => void;
    done: (run: (answer: T) => void) => this;
    fail: (run: (request: JQueryRequest) => void) => this;
}

/** Of a request that anybody in the editor sent. */
interface JQuerySentSettings {
    url?: string;
    method?: string;
    /** the older name of the method */
    type?: string;
}

interface JQuerySettings {
    url: string;
    method?: 'POST';
    contentType?: string;
    dataType?: 'json';
    cache?: boolean;
    /** put into the address of a GET, or the body as it is */
    data?: string | Record<string, string | number>;
    xhrFields?: { responseType: 'blob' };
}

declare const $: {
    (selector: JQueryContent | Document): JQuery;
    ajax: <T>(settings: JQuerySettings) => JQueryAsking<T>;
    Event: (type: string, properties: { keyCode: number }) => JQueryEvent;
};
