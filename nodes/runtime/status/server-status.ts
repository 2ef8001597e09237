import type { ServerName } from '../../../lib/http/errors';
import { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import { onFlowsStarted } from '../flow/flows-started';
import type { Node, NodeAPI } from '../node-red';

/** The line to a server, as its config node has it: each outage is told once, and every deploy lets it try at once. */
export function serverLine(RED: NodeAPI, node: Node, server: ServerName): CircuitBreaker {
    const breaker = new CircuitBreaker(server);
    breaker.watch(({ downSince, error }) => {
        if (downSince !== null && error !== null) node.warn(error);
    });
    const unlisten = onFlowsStarted(RED, () => breaker.wake());
    node.on('close', () => {
        unlisten();
        breaker.close();
    });
    return breaker;
}
