import type { NodeAPI } from '../node-red';

interface Listeners {
    all: Set<() => void>;
    tell: () => void;
}

/** One listener for all nodes: an emitter warns of a leak at its eleventh. */
const byEmitter = new WeakMap<NodeAPI['events'], Listeners>();

/**
 * Calls a listener whenever the flows have been started after a deploy: nodes and wires are all there then.
 * @returns ends it
 */
export function onFlowsStarted({ events }: NodeAPI, listener: () => void): () => void {
    const { all, tell } = listenersOf(events);
    if (all.size === 0) events.on('flows:started', tell);
    all.add(listener);
    return () => {
        all.delete(listener);
        if (all.size === 0) events.off('flows:started', tell);
    };
}

function listenersOf(events: NodeAPI['events']): Listeners {
    const known = byEmitter.get(events);
    if (known !== undefined) return known;
    const all = new Set<() => void>();
    const made: Listeners = {
        all,
        tell: () => {
            for (const listener of [...all]) listener();
        },
    };
    byEmitter.set(events, made);
    return made;
}

/** Resolves once the flows that are being started are all there; asked while this node is constructed. */
export function afterFlowsStarted(RED: NodeAPI): Promise<void> {
    return new Promise((resolve) => {
        // a node is constructed while its flow starts; the event follows when all have
        const timer = setTimeout(go, 500);
        function go(): void {
            clearTimeout(timer);
            RED.events.off('flows:started', go);
            resolve();
        }
        RED.events.on('flows:started', go);
    });
}
