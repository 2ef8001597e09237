// Installs what package-lock.json says, when it is not there yet: so that every script works as the first in a new clone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './root.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: at least 20.19 is needed.`);
    process.exit(1);
}

const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');

const built = join(root, '.cache', 'built');
const BUILT_OF = [
    'lib',
    'nodes',
    'plugins',
    'editor',
    'icons',
    'resources',
    'scripts',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    'dist',
];

/** npm keeps a list of what it installed: it must have everything the lock file names. */
function isInstalled() {
    if (!existsSync(installed)) return false;
    const wanted = Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages);
    const there = JSON.parse(readFileSync(installed, 'utf8')).packages;
    return wanted.every(
        ([path, { version, optional, peer }]) => path === '' || optional || peer || there[path]?.version === version,
    );
}

export function install() {
    if (isInstalled()) return;
    console.log('Installing …');
    const result = runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Builds what was changed since the last build. */
export function build() {
    if (existsSync(built) && readFileSync(built, 'utf8') === fingerprint()) return;
    const result = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit', cwd: root });
    if (result.status !== 0) process.exit(result.status ?? 1);
    mkdirSync(dirname(built), { recursive: true });
    writeFileSync(built, fingerprint());
}

/** Names, sizes and times of all that goes into a build, and of what came out of it. */
function fingerprint() {
    const hash = createHash('sha1').update(process.version);
    for (const name of BUILT_OF) {
        const path = join(root, name);
        if (!existsSync(path)) continue;
        const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).sort() : [''];
        for (const each of inside) {
            const { size, mtimeMs } = statSync(join(path, each));
            hash.update(`${name}/${each} ${size} ${mtimeMs}\n`);
        }
    }
    return hash.digest('hex');
}

/** The npm that runs us, else the one on the path; by another Node where one is named. */
export function runNpm(args, { cwd = root, node = process.execPath } = {}) {
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    const options = { stdio: 'inherit', cwd, env };
    const cli = process.env.npm_execpath;
    if (cli !== undefined && /\.c?js$/.test(cli)) return spawnSync(node, [cli, ...args], options);
    return spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        ...options,
        shell: process.platform === 'win32',
    });
}
