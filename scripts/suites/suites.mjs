import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.mjs';

const results = join(root, '.test-results');

/** A folder of test/ each. */
export const SUITES = ['unit', 'contract', 'nodes', 'faults', 'e2e', 'install'];

/** Those in which a real Node-RED runs, so that another pair is another test. */
export const PAIR_SUITES = ['e2e', 'install'];

/** The shipped example in a real Node-RED: what `npm test` takes of the end-to-end suite. */
const EXAMPLE = 'test/e2e/chain.test.ts';

/** Garbage is collected less often: a suite makes servers and stores by the thousand. */
const NODE_OPTIONS = ['--max-semi-space-size=64'];

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

/** Types and style; counts as one test. */
export function lintJob() {
    return { name: 'types and style', args: [join(root, 'scripts', 'lint.mjs')], environment: {}, counts: false };
}

/** Builds what was changed since the last build. Where it fails, what comes after it in its lane is not run. */
export function buildJob() {
    const args = [join(root, 'scripts', 'suites', 'build-changed.mjs')];
    return { name: 'build', args, environment: {}, counts: false, isNeeded: true };
}

/**
 * A suite in a process of its own.
 * @param suite a folder of test/, or `example`
 * @param pair its name (pairs.mjs), for the report
 * @param environment of the pair: its Node then runs the tests, too
 * @param options Mocha's, e.g. `['--grep', 'API 479']`
 */
export function suiteJob(suite, pair = '', environment = {}, options = []) {
    const files = suite === 'example' ? EXAMPLE : `test/${suite}/**/*.test.ts`;
    return {
        name: pair === '' ? suite : `${suite} on ${pair}`,
        args: mochaOf(options, [files]),
        environment,
        counts: true,
        // a busy machine draws late; the tests of a file stand on one another, so the file is what is repeated
        again: suite === 'e2e' ? (failed) => mochaOf(options, failed) : null,
    };
}

function mochaOf(options, files) {
    return [
        ...NODE_OPTIONS,
        join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        '--reporter',
        join(root, 'scripts', 'suites', 'count-reporter.cjs'),
        ...options,
        ...files,
    ];
}

/**
 * Runs lanes of jobs beside each other, the jobs of a lane one after the other. What a job prints appears as a whole when
 * it has ended; where there is one lane, at once.
 * @param lanes lists of jobs; three keep two cores busy, since tests wait a third of their time
 * @returns the counts of all
 */
export async function runLanes(lanes) {
    rmSync(results, { recursive: true, force: true });
    mkdirSync(results);
    const times = [];
    let counts = none();
    const live = lanes.filter((lane) => lane.length > 0).length === 1;
    await Promise.all(
        lanes.map(async (lane) => {
            for (const job of lane) {
                const began = performance.now();
                const counted = await runTwiceAtMost(job, live);
                // read only now: the other lanes have counted meanwhile
                counts = sum(counts, counted);
                times.push({ name: job.name, seconds: Math.round((performance.now() - began) / 1000) });
                if (job.isNeeded && counted.failed > 0) return;
            }
        }),
    );
    console.log('\nseconds');
    for (const { name, seconds } of times) console.log(`${String(seconds).padStart(6)}  ${name}`);
    return counts;
}

/** Runs the files that failed once more, where the job allows it; what fails then has failed. */
async function runTwiceAtMost(job, live) {
    const first = await run(job, live);
    const failed = Object.keys(first.files ?? {}).filter((file) => first.files[file].failed > 0);
    if (!job.again || failed.length === 0 || failed.includes('')) return first;
    console.log(first.failures.map((failure) => `tried again: ${failure}`).join('\n'));
    const second = await run({ ...job, name: `${job.name} again`, args: job.again(failed) }, live);
    const counts = { ...sum(without(first, failed), second), failures: second.failures };
    const titles = second.titles ?? [];
    return { ...counts, retried: first.failures.filter((_, n) => !titles.includes(first.titles[n])) };
}

function without(counts, files) {
    const of = (outcome) => files.reduce((rest, file) => rest - counts.files[file][outcome], counts[outcome]);
    return { ...none(), passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

/** @param live what it prints goes straight to the terminal */
async function run(job, live) {
    const file = join(results, `${job.name.replace(/\W+/g, '-')}`);
    const child = spawn(job.environment.PRINT_TO_STOCK_NODE ?? process.execPath, job.args, {
        stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
        cwd: root,
        env: { ...process.env, ...job.environment, COUNTS_FILE: `${file}.json` },
    });
    const ended = new Promise((resolve) => child.once('close', (status, signal) => resolve({ status, signal })));
    const log = live ? undefined : createWriteStream(`${file}.log`);
    if (log !== undefined) {
        child.stdout.pipe(log, { end: false });
        child.stderr.pipe(log, { end: false });
        console.log(`${job.name} …`);
    }
    const { status, signal } = await ended;
    if (log !== undefined) await new Promise((resolve) => log.end(resolve));
    if (!live) console.log(`\n${job.name}\n${readFileSync(`${file}.log`, 'utf8')}`);
    if (job.isNeeded && status === 0) return none();
    if (!job.counts) return status === 0 ? { ...none(), passed: 1 } : { ...none(), failed: 1, failures: [job.name] };
    const counted = readCounts(`${file}.json`);
    // a run that broke off before it could count is a failure of its own
    if (status !== 0 && counted.failed === 0)
        return sum(counted, { ...none(), failed: 1, failures: [`${job.name} broke off: ${signal ?? status}`] });
    return counted;
}

/** What failed once more, since a long run scrolls it away; the last line, and the status of the process. */
export function conclude({ passed, failed, skipped, failures, retried }) {
    for (const name of retried) console.log(`passed only when it was tried again: ${name}`);
    for (const failure of failures) console.log(`failed: ${failure}`);
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    // not process.exit: what a pipe has not taken yet would be lost, this line with it
    process.exitCode = failed === 0 ? 0 : 1;
}

function readCounts(file) {
    try {
        return { ...none(), ...JSON.parse(readFileSync(file, 'utf8')) };
    } catch {
        return none();
    }
}
