import type { Node } from '../node-red';

const CLOSE_MS = 8500;

/**
 * Closes what a config node has opened, once the nodes that use it are done: at a close all nodes are closed at once, and
 * what the others are still writing down comes first.
 * @param ready resolves when it is open, or rejects
 * @param release closes it
 * @returns keeps it open until some work is over, at the longest for some seconds after the close
 */
export function keepOpenFor(
    node: Node,
    ready: Promise<unknown>,
    release: () => Promise<void> | undefined,
): (work: Promise<unknown>) => void {
    const working = new Set<Promise<unknown>>();
    node.on('close', (done: () => void) => {
        const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
        void ready
            .catch(() => undefined)
            .then(() => Promise.race([Promise.allSettled([...working]), timeout]))
            .then(() => release())
            .then(
                () => done(),
                () => done(),
            );
    });
    return (work) => {
        const tracked: Promise<unknown> = work.catch(() => undefined).finally(() => working.delete(tracked));
        working.add(tracked);
    };
}
