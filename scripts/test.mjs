// Installs, builds, checks and runs every test, or the suites named. Ends with a line `N passed, N failed`, counted by the run itself.
import { build, install } from './install.mjs';
import { conclude, lint, runSuites, SUITES, sum } from './suites.mjs';

install();
build();

const named = process.argv.slice(2);
conclude(sum(lint(), runSuites(named.length > 0 ? named : SUITES)));
