// Holds what we use of InvenTree's API against its exports (github.com/inventree/schema): `-- <folder of exports>`.
import { install } from './install.mjs';
import { runTs } from './run-ts.mjs';

install();
runTs('test/schema/main.ts', process.argv.slice(2));
