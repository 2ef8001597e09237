// Installs, builds, checks and runs every test. Ends with a line `N passed, N failed`, counted by the run itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, install } from './install.mjs';
import { root } from './root.mjs';

install();
build();

const results = join(root, '.test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results);

const lint = spawnSync(process.execPath, [join(root, 'scripts', 'lint.mjs')], { stdio: 'inherit', cwd: root });
const counts = { passed: lint.status === 0 ? 1 : 0, failed: lint.status === 0 ? 0 : 1, skipped: 0 };

const suites =
    process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['unit', 'contract', 'nodes', 'faults', 'e2e'];
for (const suite of suites) {
    const file = join(results, `${suite}.json`);
    const run = spawnSync(
        process.execPath,
        [
            join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
            '--reporter',
            join(root, 'scripts', 'count-reporter.cjs'),
            `test/${suite}/**/*.test.ts`,
        ],
        { stdio: 'inherit', cwd: root, env: { ...process.env, COUNTS_FILE: file } },
    );
    const counted = readCounts(file);
    counts.passed += counted.passed;
    counts.skipped += counted.skipped;
    // a run that broke off before it could count is a failure of its own
    counts.failed += counted.failed === 0 && run.status !== 0 ? 1 : counted.failed;
}

console.log(
    `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
process.exit(counts.failed === 0 ? 0 : 1);

function readCounts(file) {
    try {
        return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
        return { passed: 0, failed: 0, skipped: 0 };
    }
}
