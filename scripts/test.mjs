// Installs, builds and tests. Ends with a line `N passed, N failed`, counted by the run itself.
//   npm test                 what is quick enough to run before each commit
//   npm test -- --all        everything, on each pair of Node-RED and Node
//   npm test -- unit nodes   the suites named
import { build, install } from './install.mjs';
import { measured, printCoverage } from './suites/coverage.mjs';
import { environmentOf, versionOf } from './suites/pairs.mjs';
import { buildJob, conclude, lintJob, PAIR_SUITES, runLanes, suiteJob, SUITES } from './suites/suites.mjs';

const FIRST_PAIR = '4.1/20';
const OTHER_PAIR = '5.0/22';
/** The suites whose coverage `--all` prints: they run in one process each. */
const COVERED = ['unit', 'contract', 'nodes'];
/** What `npm test` leaves to `--all`. */
const LEFT_OUT = [
    'faults (every fault, crash point and random history, in part)',
    'e2e (the editor in a browser, networks, installations, webhooks; of it only the example is run)',
    'install (the palette)',
    'of unit: the order of the print log and wrong clocks on Bambuddy 1.2.5.2 (on 1.2.5.7 they are run)',
    'of the example: InvenTree API 388 (on API 479 it is run)',
    `the suites ${PAIR_SUITES.join(' and ')} on Node-RED and Node ${OTHER_PAIR}`,
];

/** Titles of the matrices that are run on one version only, see `LEFT_OUT`. */
const ON_NEWEST_BAMBUDDY = ['--grep', '\\(Bambuddy 1\\.2\\.5\\.2\\)', '--invert'];
const ON_ONE_INVENTREE = ['--grep', 'InvenTree API 479'];

install();

const given = process.argv.slice(2);
const all = given.includes('--all');
const named = given.filter((each) => each !== '--all');
if (named.length > 0) {
    conclude(await runLanes([[buildJob(), lintJob(), ...named.map((suite) => suiteJob(suite))]]));
} else if (all) {
    build();
    const counts = await runLanes(everything());
    printCoverage();
    conclude(counts);
} else {
    const counts = await runLanes([
        [lintJob(), suiteJob('contract')],
        [suiteJob('unit', '', {}, ON_NEWEST_BAMBUDDY)],
        // those that need what is built
        [buildJob(), suiteJob('nodes'), suiteJob('example', '', {}, ON_ONE_INVENTREE)],
    ]);
    console.log(`left out, run by \`npm test -- --all\`:\n${LEFT_OUT.map((each) => `  - ${each}`).join('\n')}`);
    conclude(counts);
}

/** A real Node-RED in a browser waits more than it works: what works goes beside it. */
function everything() {
    const first = environmentOf(FIRST_PAIR);
    const other = environmentOf(OTHER_PAIR);
    for (const [pair, { PRINT_TO_STOCK_NODE: node }] of [
        [FIRST_PAIR, first],
        [OTHER_PAIR, other],
    ])
        console.log(`Node-RED ${pair.split('/')[0]} on Node ${versionOf(node)}`);
    const coverage = measured();
    const beside = SUITES.filter((suite) => suite !== 'e2e').map((suite) =>
        suiteJob(suite, FIRST_PAIR, COVERED.includes(suite) ? { ...first, ...coverage } : first),
    );
    return [
        [suiteJob('e2e', FIRST_PAIR, first)],
        [suiteJob('e2e', OTHER_PAIR, other)],
        [lintJob(), ...beside, suiteJob('install', OTHER_PAIR, other)],
    ];
}
