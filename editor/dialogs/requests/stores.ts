import { SERVERS } from '../server-kinds';
import type { Connection } from '../../../lib/admin/dialogs/wire';

/** What Node-RED shows in the place of a secret that it keeps. */
export const MASK = '__PWRD__';

/** A server as it is asked: those of its settings that its kind has. */
export type ShownConnection = Pick<Connection, 'id' | 'timeout' | 'insecure' | 'secret'> & Record<string, unknown>;

/** The only config node of a type; empty where there is none or a choice: where only one exists, it is the one meant. */
export function onlyOf(type: string): string {
    const found: string[] = [];
    RED.nodes.eachConfig((config) => {
        if (config.type === type && !config.z && !config.d) found.push(config.id);
    });
    return found.length === 1 ? found[0]! : '';
}

/** `onadd` of the nodes that need a sync store. */
export function takeOnlyStore(this: EditorNode): void {
    if (!this['sync']) this['sync'] = onlyOf('sync-store');
}

/** The same for one whose dialog opens without. */
export function chooseOnlyStore(node: EditorNode): void {
    const only = node['sync'] ? '' : onlyOf('sync-store');
    if (only) $('#node-input-sync').val(only).trigger('change');
}

/**
 * Chooses the only config node of a type in a dialog that opens without one.
 * @param isConfig the dialog is one of a config node
 */
export function chooseOnly(type: string, node: EditorNode, property: string, isConfig = false): void {
    const only = node[property] ? '' : onlyOf(type);
    if (only)
        $(`#node-${isConfig ? 'config-' : ''}input-${property}`)
            .val(only)
            .trigger('change');
}

/** The sync store chosen in the dialog that is open; null where none is. */
export function chosenStore(): EditorNode | null {
    return RED.nodes.node($('#node-input-sync').val()) ?? null;
}

/** A server as its config node has it in the editor, deployed or not; null where none is chosen. */
export function connectionOf(id: unknown): ShownConnection | null {
    const server = typeof id === 'string' && id !== '' ? RED.nodes.node(id) : null;
    const kind = server ? SERVERS[server.type] : undefined;
    if (!server || !kind || !server['url']) return null;
    const typed = server.credentials?.[kind.secret];
    const stored = (property: string): unknown =>
        property === 'snapshotLogin' ? (server.credentials?.[property] ?? MASK) : server[property];
    return connection(server, kind.connection, stored, typed || MASK);
}

/** A server as the dialog that is open shows it. */
export function connectionShown(server: EditorNode): ShownConnection {
    const { secret, connection: properties } = SERVERS[server.type]!;
    const field = (property: string): JQuery => $(`#node-config-input-${property}`);
    const read = (property: string): unknown =>
        field(property).is(':checkbox') ? field(property).prop('checked') : field(property).val();
    return connection(server, properties, read, field(secret).val());
}

function connection(
    { id }: EditorNode,
    properties: readonly string[],
    read: (property: string) => unknown,
    secret: string,
): ShownConnection {
    const { timeout, insecure, ...texts } = Object.fromEntries(
        properties.map((property) => [property, read(property)]),
    );
    return { id, ...texts, timeout: Number(timeout) || 30, insecure: insecure === true, secret };
}
