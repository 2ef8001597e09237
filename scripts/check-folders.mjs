// A folder with more than 15 source files on one level has a second room in it.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { root } from './root.mjs';

const MOST = 15;
const ROOMS = ['lib', 'nodes', 'plugins', 'editor'];
const SOURCE = /\.(ts|mjs|js|html)$/;

const counts = new Map();
for (const path of execFileSync('git', ['ls-files', ...ROOMS], { cwd: root, encoding: 'utf8' }).split('\n')) {
    if (!SOURCE.test(path) || path.includes('/locales/')) continue;
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
}
const crowded = [...counts].filter(([, count]) => count > MOST);
for (const [folder, count] of crowded)
    console.error(`${folder} has ${count} source files on one level; at most ${MOST}`);
console.log(
    `folders of ${ROOMS.join(', ')}: ${counts.size}, at most ${Math.max(...counts.values())} source files in one`,
);
process.exitCode = crowded.length === 0 ? 0 : 1;
