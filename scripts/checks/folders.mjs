// A folder with more than 15 source files on one level has a second room in it. A server's folder that the import rules do
// not name could import anything.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { root } from '../root.mjs';

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

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
const isRuled = (folder) => forbidden.some(({ name }) => name.startsWith(`${folder} `));
const unruled = [
    ...new Set(
        [...counts.keys()].flatMap((folder) => folder.match(/^lib\/(clients|sources|destinations)\/[^/]+/)?.[0] ?? []),
    ),
].filter((folder) => !isRuled(folder));
for (const folder of unruled) console.error(`${folder} has no row in ROOMS of .dependency-cruiser.cjs`);
process.exitCode = unruled.length + crowded.length === 0 ? 0 : 1;
