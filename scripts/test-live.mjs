// The end-to-end suite against real servers of the tester's own. Its last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, install } from './install.mjs';
import { root } from './root.mjs';

const wanted = [
    'BAMBUDDY_URL',
    'BAMBUDDY_KEY',
    'INVENTREE_URL',
    'INVENTREE_TOKEN',
    'INVENTREE_CATEGORY',
    'INVENTREE_LOCATION',
];
const missing = wanted.map((name) => `LIVE_${name}`).filter((name) => !process.env[name]);
if (missing.length > 0) {
    console.log(`Not run: ${missing.join(', ')} not set. They name the servers to test against.`);
    console.log('0 passed, 0 failed');
    process.exit(0);
}

const faults = process.argv.includes('--faults');
install();
build();
console.log(`Bambuddy ${process.env.LIVE_BAMBUDDY_URL}: 5 archives named "Live …" are uploaded, their status set to completed.
InvenTree ${process.env.LIVE_INVENTREE_URL}: category ${process.env.LIVE_INVENTREE_CATEGORY} gets 4 Parts "Live …" and those of the newest
5 prints and of what ended in the last quarter of an hour, location ${process.env.LIVE_INVENTREE_LOCATION} their StockItems. Nothing is deleted.
${faults ? 'With --faults: some 200 more of each, through a proxy that fails.' : 'Failures in between are tried with: npm run test:live -- --faults'}`);

const results = join(root, '.test-results');
mkdirSync(results, { recursive: true });
const file = join(results, 'live.json');
const run = spawnSync(
    process.execPath,
    [
        join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        '--reporter',
        join(root, 'scripts', 'suites', 'count-reporter.cjs'),
        ...(faults ? ['test/live/*.test.ts'] : ['test/live/chain.test.ts']),
    ],
    { stdio: 'inherit', cwd: root, env: { ...process.env, COUNTS_FILE: file } },
);
const { passed, failed } = JSON.parse(readFileSync(file, 'utf8'));
console.log(`${passed} passed, ${failed} failed`);
process.exit(run.status ?? 1);
