// The walk of a print into stock: the files that CONTRIBUTING lists, how long they are together, and what no other file of
// `lib` may do. Fails when the walk grows, or when something is done beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.mjs';

const MOST_FILES = 12;
const MOST_LINES = 1800;

/** What one file does and no other, by how it is written. */
const OWNED = [
    { call: /\bcreatePart\(/, by: 'lib/destinations/inventree/part/part-create.ts' },
    {
        call: /\bcreateStockItem\(/,
        by: 'lib/destinations/inventree/stock/stock-create.ts',
        // more items of a print that has its own already
        also: 'lib/destinations/inventree/stock/create-beside.ts',
    },
    { call: /\bacceptor\.accept\(/, by: 'lib/delivery/dispatcher.ts' },
    { call: /\.answer\([^;]*?'part',/, by: 'lib/destinations/inventree/part/part-step.ts' },
    { call: /\.answer\([^;]*?'stock',/, by: 'lib/destinations/inventree/stock/stock-step.ts' },
];

const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const section = contributing.slice(contributing.indexOf('## One print, one walk'));
const files = [...section.slice(0, section.indexOf('\n## ', 4)).matchAll(/^\d+\. `(lib\/[^`]+\.ts)`/gm)].map(
    ([, file]) => file,
);
const lines = files.reduce((sum, file) => sum + readFileSync(join(root, file), 'utf8').split('\n').length - 1, 0);
console.log(`walk of a print into stock: ${files.length} files, ${lines} lines`);

const faults = [];
if (files.length === 0 || files.length > MOST_FILES) faults.push(`${files.length} files, at most ${MOST_FILES}`);
if (lines > MOST_LINES) faults.push(`${lines} lines, at most ${MOST_LINES}`);
for (const file of readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })) {
    const path = `lib/${file.replaceAll('\\', '/')}`;
    // clients define the requests, and know no print
    if (!path.endsWith('.ts') || path.startsWith('lib/clients/')) continue;
    const text = readFileSync(join(root, path), 'utf8');
    for (const { call, by, also } of OWNED)
        if (path !== by && path !== also && call.test(text))
            faults.push(`${path} does what is ${by}'s: ${call.source}`);
}
for (const { call, by } of OWNED) {
    if (!files.includes(by)) faults.push(`${by} is not on the walk`);
    if (!call.test(readFileSync(join(root, by), 'utf8'))) faults.push(`${by} does not do ${call.source} any more`);
}
for (const fault of faults) console.error(`walk: ${fault}`);
if (faults.length > 0) process.exit(1);
