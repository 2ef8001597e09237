import type { ServerName } from '../../lib/http/errors';
import { Line } from '../../lib/sync/line';
import type { Node, NodeAPI } from './node-red';

/** The line to a server, as its config node has it: each outage is told once, and every deploy lets it try at once. */
export function serverLine(RED: NodeAPI, node: Node, server: ServerName): Line {
    const line = new Line(server);
    line.watch(({ downSince, error }) => {
        if (downSince !== null && error !== null) node.warn(error);
    });
    const lines = linesOf(RED);
    lines.add(line);
    node.on('close', () => {
        lines.delete(line);
        line.close();
    });
    return line;
}

const running = new WeakMap<NodeAPI['events'], Set<Line>>();

/** One listener for all lines: of one for each server, Node warns from eleven servers on. */
function linesOf({ events }: NodeAPI): Set<Line> {
    const known = running.get(events);
    if (known !== undefined) return known;
    const lines = new Set<Line>();
    running.set(events, lines);
    events.on('flows:started', () => {
        for (const line of lines) line.wake();
    });
    return lines;
}
