// Every test on the first pair, those with a real Node-RED on the others too; `-- 5.0/24` names pairs to take instead.
import { build, install } from './install.mjs';
import { environmentOf, versionOf } from './pairs.mjs';
import { conclude, lint, none, PAIR_SUITES, runSuites, SUITES, sum } from './suites.mjs';

const DEFAULT = ['4.1/20', '5.0/22'];

install();
build();

const named = process.argv.slice(2);
let counts = named.length > 0 ? none() : lint();
for (const [index, pair] of (named.length > 0 ? named : DEFAULT).entries()) {
    const environment = environmentOf(pair);
    console.log(`\nNode-RED ${pair.split('/')[0]} on Node ${versionOf(environment.PRINT_TO_STOCK_NODE)}`);
    const suites = named.length === 0 && index === 0 ? SUITES : PAIR_SUITES;
    counts = sum(counts, runSuites(suites, environment));
}
conclude(counts);
