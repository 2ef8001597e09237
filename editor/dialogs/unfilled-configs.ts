import { SERVERS } from './server-kinds';

/** A config node as the editor keeps it, with its declaration and who uses it. */
interface ConfigNode extends EditorNode {
    _def: {
        defaults: Readonly<Record<string, { value?: unknown; type?: string }>>;
        credentials?: Readonly<Record<string, unknown>>;
    };
    users: readonly EditorNode[];
    valid?: boolean;
}

const PACKAGE = '@print-to-stock/node-red-bambuddy-inventree';

/**
 * Nothing was typed into this config node: it is as an example brought it. References to other config nodes do not count;
 * they are the example's own.
 */
function isUnfilled({ _def: { defaults, credentials = {} }, ...config }: ConfigNode): boolean {
    const typed = Object.entries(defaults).some(
        ([property, { value, type }]) =>
            type === undefined && config[property] !== undefined && config[property] !== value,
    );
    const kept = config.credentials ?? {};
    return !typed && !Object.keys(credentials).some((secret) => Boolean(kept[secret] ?? kept[`has_${secret}`]));
}

function unusedConfigs(): ConfigNode[] {
    const found: ConfigNode[] = [];
    RED.nodes.eachConfig((config) => {
        const each = config as ConfigNode;
        const isOurs = RED.nodes.registry.getNodeSetForType(each.type)?.module === PACKAGE;
        // a store that works keeps its ledger under its id, used or not
        const isOfNoUse = each.valid === false || each.type in SERVERS;
        if (isOurs && each.users.length === 0 && isOfNoUse && isUnfilled(each)) found.push(each);
    });
    return found;
}

/** The config nodes that nobody needs any more; a store is taken away before the servers that only it used. */
function removeUnfilled(): ConfigNode[] {
    const removed: ConfigNode[] = [];
    for (let unused = unusedConfigs(); unused.length > 0; unused = unusedConfigs()) {
        unused.forEach(({ id }) => RED.nodes.remove(id));
        removed.push(...unused);
    }
    return removed;
}

/**
 * Takes away, with an example or its last node, the servers and stores that it brought and nobody filled in: they would
 * stay behind as invalid config nodes. One undo brings all back.
 */
export function removeUnfilledConfigs(): void {
    let isScheduled = false;
    RED.events.on('nodes:remove', () => {
        if (isScheduled) return;
        isScheduled = true;
        // the editor writes its undo entry after it has removed the last node
        setTimeout(() => {
            isScheduled = false;
            const entry = RED.history.peek();
            if (entry?.t !== 'delete' || entry.nodes === undefined) return;
            entry.nodes.unshift(...removeUnfilled().reverse());
        });
    });
}
