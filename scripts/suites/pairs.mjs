// The pairs of Node-RED and Node that people run, each installed into .cache/ when it is first asked for.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from '../install.mjs';
import { root } from '../root.mjs';

/** `nodeRed: null` is the one that package-lock.json names. */
export const PAIRS = {
    '4.1/20': { node: '20', nodeRed: null },
    '5.0/22': { node: '22', nodeRed: '~5.0.7' },
    '5.0/24': { node: '24', nodeRed: '~5.0.7' },
};

const cache = join(root, '.cache');

/** @returns the environment in which tests and harness run this pair */
export function environmentOf(name) {
    const pair = PAIRS[name];
    if (pair === undefined) throw new Error(`No pair "${name}"; there are: ${Object.keys(PAIRS).join(', ')}`);
    return {
        PRINT_TO_STOCK_NODE: nodeOf(pair.node),
        PRINT_TO_STOCK_NODE_RED: pair.nodeRed === null ? join(root, 'node_modules', 'node-red') : nodeRedOf(pair),
    };
}

/** @returns the path of a Node of that version (`22`, `20.19.0`), the running one where it is of it */
export function nodeOf(version) {
    if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
    const { platform, arch } = process;
    // the packages that npm's `node` fetches in its install script, which not every npm runs
    const name = `node-${platform === 'darwin' && arch === 'arm64' ? 'bin-' : ''}${platform === 'win32' ? 'win' : platform}-${arch}`;
    const folder = installed(`node-${version}`, [`${name}@${version}`], []);
    return join(folder, name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

/** With the Node it is run by, for what it builds. */
function nodeRedOf({ node, nodeRed }) {
    return join(
        installed(`node-red-${nodeRed.slice(1)}-${node}`, [`node-red@${nodeRed}`], [], nodeOf(node)),
        'node-red',
    );
}

/** @returns the node_modules with these packages in it */
export function installed(folder, packages, args = [], node = process.execPath) {
    const home = join(cache, folder);
    const done = join(home, 'installed');
    if (!existsSync(done)) {
        console.log(`Installing ${packages.join(' ')} into .cache/${folder} …`);
        mkdirSync(home, { recursive: true });
        writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'cache', private: true }));
        const result = runNpm(
            ['install', '--prefix', home, '--no-audit', '--no-fund', '--loglevel=error', ...args, ...packages],
            { cwd: home, node },
        );
        if (result.status !== 0) throw new Error(`${packages.join(' ')} could not be installed into .cache/${folder}`);
        writeFileSync(done, '');
    }
    return join(home, 'node_modules');
}

/** @returns what a Node says of itself, e.g. `v22.23.3` */
export function versionOf(node) {
    return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
