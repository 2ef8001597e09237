/** What Node-RED shows in the place of a secret that it keeps. */
const MASK = '__PWRD__';

const SECRETS = { 'bambuddy-server': 'apiKey', 'inventree-server': 'token', 'octoprint-server': 'apiKey' };
const PROPERTIES = {
    'bambuddy-server': ['url', 'webUrl', 'prefix', 'timeout', 'insecure'],
    'inventree-server': ['url', 'webUrl', 'frontend', 'timeout', 'insecure'],
    'octoprint-server': ['url', 'snapshotUrl', 'snapshotLogin', 'timeout', 'insecure'],
};

/** The only config node of a type; empty where there is none or a choice: where only one exists, it is the one meant. */
export function onlyOf(type) {
    const found = [];
    RED.nodes.eachConfig((config) => {
        if (config.type === type && !config.z && !config.d) found.push(config.id);
    });
    return found.length === 1 ? found[0] : '';
}

/** `onadd` of the nodes that need a sync store. */
export function takeOnlyStore() {
    if (!this.sync) this.sync = onlyOf('sync-store');
}

/** The same for one whose dialog opens without. */
export function chooseOnlyStore(node) {
    const only = node.sync ? '' : onlyOf('sync-store');
    if (only) $('#node-input-sync').val(only).trigger('change');
}

/** The sync store chosen in the dialog that is open; null where none is. */
export function chosenStore() {
    return RED.nodes.node($('#node-input-sync').val()) ?? null;
}

/** A server as its config node has it in the editor, deployed or not; null where none is chosen. */
export function connectionOf(id) {
    const server = id ? RED.nodes.node(id) : null;
    if (!server || !SECRETS[server.type] || !server.url) return null;
    const typed = server.credentials?.[SECRETS[server.type]];
    const stored = (property) =>
        property === 'snapshotLogin' ? (server.credentials?.[property] ?? MASK) : server[property];
    return connection(server, stored, typed || MASK);
}

/** A server as the dialog that is open shows it. */
export function connectionShown(server) {
    const field = (property) => $(`#node-config-input-${property}`);
    const read = (property) =>
        field(property).is(':checkbox') ? field(property).prop('checked') : String(field(property).val());
    return connection(server, read, String(field(SECRETS[server.type]).val()));
}

function connection({ id, type }, read, secret) {
    const properties = PROPERTIES[type].map((property) => [property, read(property)]);
    const { timeout, insecure, ...texts } = Object.fromEntries(properties);
    return { id, ...texts, timeout: Number(timeout) || 30, insecure: insecure === true, secret };
}
