// What is used here of Node-RED's editor, as 4.1 and 5.0 have it.

/** A node, also a config node, as the editor keeps it. */
interface EditorNode {
    id: string;
    type: string;
    name?: string;
    /** its flow; of a config node empty, or the flow that it belongs to */
    z?: string;
    /** it is disabled */
    d?: boolean;
    /** since the last deploy */
    changed?: boolean;
    credentials?: Record<string, string | undefined>;
    [property: string]: unknown;
}

/** A text by its key, with what its places stand for. */
type Translate = (key: string, values?: Readonly<Record<string, string | number | null | undefined>>) => string;

/** `true`, or what is wrong. */
type Verdict = boolean | string;

/** A setting as a field of the dialog has it, or a flow made by hand. */
type Setting = string | number | boolean | null | undefined;

/** Node-RED takes a text as the reason only from validators that are written with two parameters. */
type Validator = (this: EditorNode, value: Setting, options: unknown) => Verdict;

interface RedOption {
    value: string;
    label: string;
}

/** A type of a typed input. */
interface RedInputType {
    value: string;
    label: string;
    icon?: string;
    hasValue?: boolean;
    options?: RedOption[];
    validate?: (value: string) => boolean;
    /** a list, or nothing and a list for `done` */
    autoComplete?: ((text: string) => RedOption[]) | ((text: string, done: (found: RedOption[]) => void) => void);
    expand?: () => void;
}

interface RedTypedInput {
    default: string;
    typeField?: string;
    types: (RedInputType | string)[];
}

interface RedAutoComplete {
    minLength: number;
    search: (text: string, done: (found: RedOption[]) => void) => void;
}

interface RedEditableList<Row extends object> {
    addItem: (container: JQuery, index: number, row: Partial<Row>) => void;
    addButton?: string;
    sortable: boolean;
    removable: boolean;
    removeItem: () => void;
    height?: number;
}

interface RedTreeItem {
    label: string;
    sublabel: string;
    class: string;
    children?: RedTreeItem[] | ((done: (children: RedTreeItem[]) => void) => void);
    /** set by the list */
    depth?: number;
    treeList?: { container: JQuery };
}

/** An editor for code: Monaco or Ace, by Node-RED's settings. */
interface RedCodeEditor {
    getValue: () => string;
    /** `cursor` -1: at the beginning */
    setValue: (text: string, cursor: -1) => void;
    getSession: () => { on: (event: 'change', run: () => void) => void };
    resize?: () => void;
    destroy: () => void;
}

interface RedPlugin {
    /** a text of the plugin's own catalogue; there once it is registered */
    _?: Translate;
    onadd: () => void;
}

/** A node as a flow file has it. */
interface RedFlowNode {
    id: string;
    type: string;
}

/** What Undo takes back. */
type RedHistoryEvent =
    | {
          t: 'add';
          nodes: string[];
          links: unknown[];
          groups: unknown[];
          junctions: unknown[];
          workspaces: unknown[];
          subflows: unknown[];
          dirty: boolean;
      }
    /** brings its nodes back in their order */
    | { t: 'delete'; nodes?: EditorNode[] }
    | { t: 'edit'; node: EditorNode; changes: Record<string, unknown>; changed: boolean; dirty: boolean }
    | { t: 'multi'; events: RedHistoryEvent[]; dirty: boolean };

interface RedImported {
    nodes: EditorNode[];
    links: unknown[];
    groups: unknown[];
    junctions: unknown[];
    workspaces: unknown[];
    subflows: unknown[];
}

/** A notification that stays until it is closed. */
interface RedNotification {
    close: () => void;
}

declare const RED: {
    _: Translate;
    actions: {
        add: (name: string, run: () => void, options?: { label: string }) => void;
        invoke: (name: string) => void;
    };
    clipboard: { copyText: (text: string, beside: JQuery, done: string) => Promise<void> };
    comms: {
        on: (event: 'connect', run: () => void) => void;
        subscribe: (topic: string, run: (topic: string, data: unknown) => void) => void;
    };
    editor: {
        edit: (node: EditorNode) => void;
        createEditor: (options: { id: string; mode: string; value: string }) => RedCodeEditor;
        validateNode: (node: EditorNode) => boolean;
    };
    events: {
        on: ((event: 'nodes:add' | 'nodes:remove', run: (node: EditorNode) => void) => void) &
            ((event: 'deploy', run: () => void) => void);
        off: (event: 'deploy', run: () => void) => void;
        emit: (event: 'nodes:change', node: EditorNode) => void;
    };
    history: {
        push: (event: RedHistoryEvent) => void;
        /** undoes it */
        pop: () => void;
        peek: () => RedHistoryEvent | undefined;
    };
    i18n: {
        detectLanguage: () => string;
        lang: () => string;
        loadNodeCatalog: (name: string, done: () => void) => void;
    };
    nodes: {
        eachConfig: (run: (config: EditorNode) => void) => void;
        eachGroup: (run: (group: EditorNode) => void) => void;
        eachNode: (run: (node: EditorNode) => void) => void;
        eachWorkspace: (run: (tab: { id: string; label: string; changed?: boolean; added?: boolean }) => void) => void;
        createCompleteNodeSet: (options: { credentials: boolean }) => RedFlowNode[];
        /** whether something is not deployed yet */
        dirty: (() => boolean) & ((dirty: boolean) => void);
        filterNodes: (filter: { type?: string }) => EditorNode[];
        id: () => string;
        /** @returns nothing where a person chooses nodes just now */
        import: (nodes: RedFlowNode[], options: { generateIds: boolean; markChanged: boolean }) => RedImported;
        /** as it was loaded or deployed last */
        originalFlow: () => RedFlowNode[] | undefined;
        updateConfigNodeUsers: (node: EditorNode, options: { action: 'add' | 'remove' }) => void;
        node: (id: string) => EditorNode | null | undefined;
        registry: { getNodeSetForType: (type: string) => { module: string } | undefined };
        remove: (id: string) => void;
    };
    notify: ((html: string, options: { type: 'success' | 'error'; timeout: number }) => void) &
        ((
            content: JQuery,
            options: {
                type: 'warning';
                fixed: true;
                buttons: { text: string; class?: 'primary'; click: () => void }[];
            },
        ) => RedNotification);
    plugins: { registerPlugin: (id: string, plugin: RedPlugin) => void };
    popover: {
        panel: (content: JQuery) => {
            show: (options: { target: JQuery; align: 'left'; onclose: () => void }) => void;
            hide: () => void;
        };
        tooltip: (target: JQuery, text: string) => void;
    };
    settings: { apiRootUrl?: string; user?: { username?: string } };
    sidebar: {
        addTab: (tab: {
            id: string;
            label: string;
            name: string;
            iconClass: string;
            content: HTMLElement;
            enableOnEdit: boolean;
            onchange: () => void;
        }) => void;
        show: (id: string) => void;
        config: { refresh: () => void };
    };
    statusBar: {
        add: (widget: { id: string; align: 'left' | 'right'; element: JQuery }) => void;
        hide: (id: string) => void;
        show: (id: string) => void;
    };
    view: { redraw: (updateActive: boolean) => void; reveal: (id: string) => void };
    workspaces: { show: (id: string) => void };
    tabs: {
        create: (options: { id: string; onchange: (tab: { id: string }) => void }) => {
            addTab: (tab: { id: string; label: string }) => void;
            resize: () => void;
        };
    };
    user: { hasPermission: (permission: string) => boolean };
    utils: {
        getNodeLabel: (node: EditorNode, fallback: string) => string;
        validateTypedProperty: (value: unknown, type: string, options: { label: string }) => Verdict;
    };
};
