// The tests with a real Node-RED on the pairs named: `npm run test:pairs -- 5.0/24`.
import { build, install } from './install.mjs';
import { environmentOf, PAIRS } from './suites/pairs.mjs';
import { conclude, PAIR_SUITES, runLanes, suiteJob } from './suites/suites.mjs';

install();
build();

const named = process.argv.slice(2);
const pairs = named.length > 0 ? named : Object.keys(PAIRS);
conclude(
    await runLanes([pairs.flatMap((pair) => PAIR_SUITES.map((suite) => suiteJob(suite, pair, environmentOf(pair))))]),
);
