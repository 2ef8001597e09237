// What the set-up does in the editor: adds nodes, fills in those that are there, and takes both back. One undo entry.
import type { FlowNode } from '../../../lib/admin/setup/wire';

/** What is changed of a node that is there. */
export interface Edit {
    node: EditorNode;
    settings: Record<string, unknown>;
    /** typed ones; what is stored stays where none is typed */
    secrets: Record<string, string>;
}

/** What was done in the editor, and can be taken back in one step. */
export interface Imported {
    /** the tab that was added; null: none was */
    tab: string | null;
    /** ids of what was added or changed */
    ids: ReadonlySet<string>;
    event: RedHistoryEvent;
}

/** Adds and changes nodes as a person would who imports and edits. @param added may be empty */
export function put(added: readonly FlowNode[], edits: readonly Edit[]): Imported {
    const dirty = RED.nodes.dirty();
    const events: RedHistoryEvent[] = [];
    if (added.length > 0) events.push(importEvent(added, dirty));
    for (const edit of edits) events.push(editEvent(edit, dirty));
    const event: RedHistoryEvent = events.length === 1 ? events[0]! : { t: 'multi', events, dirty };
    for (const { node } of edits) judge(node, new Set());
    RED.history.push(event);
    RED.nodes.dirty(true);
    const tab = added.find(({ type }) => type === 'tab')?.id ?? null;
    if (tab !== null) RED.workspaces.show(tab);
    RED.view.redraw(true);
    RED.sidebar.config.refresh();
    return { tab, ids: new Set([...added.map(({ id }) => id), ...edits.map(({ node }) => node.id)]), event };
}

/** A node is judged by the config nodes it uses: so are those that use this one, and so on. */
function judge(node: EditorNode, judged: Set<EditorNode>): void {
    if (judged.has(node)) return;
    judged.add(node);
    RED.editor.validateNode(node);
    node['dirty'] = true;
    for (const user of (node['users'] ?? []) as EditorNode[]) judge(user, judged);
}

function importEvent(added: readonly FlowNode[], dirty: boolean): RedHistoryEvent {
    const made = RED.nodes.import(structuredClone(added) as FlowNode[], { generateIds: false, markChanged: true });
    return {
        t: 'add',
        nodes: made.nodes.map(({ id }) => id),
        links: made.links,
        groups: made.groups,
        junctions: made.junctions,
        workspaces: made.workspaces,
        subflows: made.subflows,
        dirty,
    };
}

function editEvent({ node, settings, secrets }: Edit, dirty: boolean): RedHistoryEvent {
    const changes = Object.fromEntries(Object.keys(settings).map((name) => [name, node[name]]));
    const changed = node.changed === true;
    RED.nodes.updateConfigNodeUsers(node, { action: 'remove' });
    Object.assign(node, settings, { changed: true, dirty: true });
    RED.nodes.updateConfigNodeUsers(node, { action: 'add' });
    const typed = Object.entries(secrets).filter(([, value]) => value !== '');
    if (typed.length > 0) node.credentials = { ...node.credentials, ...Object.fromEntries(typed) };
    RED.events.emit('nodes:change', node);
    return { t: 'edit', node, changes, changed, dirty };
}

/** Takes it back, as Undo does. @returns false where something else was done meanwhile: then Undo is a person's business */
export function takeBack({ event }: Imported): boolean {
    if (RED.history.peek() !== event) return false;
    RED.history.pop();
    RED.view.redraw(true);
    return true;
}

/** What a deploy would take out beside what was just set up, as a person sees it. */
export interface Unsaved {
    /** tabs with the number of their nodes that were changed or added */
    tabs: { label: string; n: number }[];
    /** config nodes */
    configs: string[];
    /** nodes that were deployed and are gone from the editor */
    deleted: number;
}

/** @param own ids that are not counted */
export function unsaved(own: ReadonlySet<string>): Unsaved {
    const byTab = new Map<string, number>();
    const count = (node: EditorNode): void => {
        if (!own.has(node.id) && (node.changed === true || node['moved'] === true) && node.z)
            byTab.set(node.z, (byTab.get(node.z) ?? 0) + 1);
    };
    RED.nodes.eachNode(count);
    RED.nodes.eachGroup(count);
    const configs: string[] = [];
    RED.nodes.eachConfig((node) => {
        if (!own.has(node.id) && node.changed === true) configs.push(RED.utils.getNodeLabel(node, node.type));
    });
    const tabs: Unsaved['tabs'] = [];
    RED.nodes.eachWorkspace(({ id, label, changed, added }) => {
        const n = byTab.get(id) ?? 0;
        if (!own.has(id) && (n > 0 || changed === true || added === true)) tabs.push({ label, n });
    });
    return { tabs, configs, deleted: deletedNodes() };
}

function deletedNodes(): number {
    const there = new Set(RED.nodes.createCompleteNodeSet({ credentials: false }).map(({ id }) => id));
    return (RED.nodes.originalFlow() ?? []).filter(({ id }) => !there.has(id)).length;
}
