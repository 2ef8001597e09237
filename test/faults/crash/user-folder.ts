import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withChecksum, withoutChecksum } from '../../../lib/store/engine/lines';
import { filledExample, nodeOf, withControl } from '../../harness/project';
import type { Scenario } from './scenario';
import type { CaseServers } from './servers';

/** A state to begin with: the servers as it was left, and the user folder of the Node-RED that was stopped. */
export interface State {
    servers: CaseServers;
    userDir: string;
}

/** The shipped example, filled in and saved, as it lies on the disk; polls come every second. */
export function writeFlows(userDir: string, servers: CaseServers, { settings = {}, nodes = [] }: Scenario): void {
    const source = { interval: 1, settle: 0, pollOnDeploy: true };
    const example = withControl(filledExample(servers.connection, { 'bambuddy-archive-in': source, ...settings }));
    const credentials = Object.fromEntries(
        ['bambuddy-server', 'inventree-server'].map((type) => {
            const node = nodeOf(example, type);
            return [node.id, node['credentials']];
        }),
    );
    const { z, sync } = nodeOf(example, 'bambuddy-archive-in') as { z?: unknown; sync?: unknown };
    const flows = [
        ...example.map(({ credentials: _credentials, ...node }) => node),
        ...nodes.map((node) => ({ ...node, z, sync, x: 800, y: 240 })),
    ];
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
    writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
}

/** The folder of before, with the servers' addresses of now. */
export function moveIn(userDir: string, before: State, servers: CaseServers): void {
    cpSync(before.userDir, userDir, {
        recursive: true,
        filter: (path) => !path.includes('node_modules') && !path.endsWith('points.log'),
    });
    const store = join(userDir, 'print-to-stock');
    const moved = (text: string): string => servers.moved(text, before.servers.ports);
    const flows = join(userDir, 'flows.json');
    writeFileSync(flows, moved(readFileSync(flows, 'utf8')));
    for (const file of readdirSync(store).map((name) => join(store, name))) {
        const lines = readFileSync(file, 'utf8').split('\n');
        writeFileSync(file, lines.map((line) => resealed(line, moved)).join('\n'));
    }
}

/** A line of the store with something in it changed, and the checksum of what it says then. */
function resealed(line: string, change: (text: string) => string): string {
    const list = withoutChecksum(line);
    return Array.isArray(list) && list.length > 0 ? withChecksum(change(JSON.stringify(list))) : change(line);
}
