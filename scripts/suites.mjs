import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const results = join(root, '.test-results');

/** A folder of test/ each. */
export const SUITES = ['unit', 'contract', 'nodes', 'faults', 'e2e', 'install'];

/** Those in which a real Node-RED runs, so that another pair is another test. */
export const PAIR_SUITES = ['e2e', 'install'];

export function none() {
    return { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] };
}

export function sum(a, b) {
    return {
        passed: a.passed + b.passed,
        failed: a.failed + b.failed,
        skipped: a.skipped + b.skipped,
        failures: [...a.failures, ...b.failures],
        retried: [...a.retried, ...b.retried],
    };
}

/** Types and style count as one test. */
export function lint() {
    const run = spawnSync(process.execPath, [join(root, 'scripts', 'lint.mjs')], { stdio: 'inherit', cwd: root });
    return run.status === 0 ? { ...none(), passed: 1 } : { ...none(), failed: 1, failures: ['types and style'] };
}

/**
 * Runs suites, each in a process of its own.
 * @param environment of a pair (pairs.mjs): its Node then runs the tests, too
 * @returns the counts of all
 */
export function runSuites(suites, environment = {}) {
    let counts = none();
    for (const suite of suites) {
        rmSync(results, { recursive: true, force: true });
        mkdirSync(results);
        const file = join(results, `${suite}.json`);
        const run = spawnSync(
            environment.PRINT_TO_STOCK_NODE ?? process.execPath,
            [
                join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
                '--reporter',
                join(root, 'scripts', 'count-reporter.cjs'),
                `test/${suite}/**/*.test.ts`,
            ],
            { stdio: 'inherit', cwd: root, env: { ...process.env, ...environment, COUNTS_FILE: file } },
        );
        const counted = readCounts(file);
        // a run that broke off before it could count is a failure of its own
        if (run.status !== 0 && counted.failed === 0)
            Object.assign(counted, { failed: 1, failures: [`${suite} broke off: ${run.signal ?? run.status}`] });
        counts = sum(counts, counted);
    }
    return counts;
}

/** What failed once more, since a long run scrolls it away; the last line, and the status of the process. */
export function conclude({ passed, failed, skipped, failures, retried }) {
    for (const name of retried) console.log(`passed only when it was tried again: ${name}`);
    for (const failure of failures) console.log(`failed: ${failure}`);
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    process.exit(failed === 0 ? 0 : 1);
}

function readCounts(file) {
    try {
        return { ...none(), ...JSON.parse(readFileSync(file, 'utf8')) };
    } catch {
        return none();
    }
}
