import { build, install } from './install.mjs';
import { runTs } from './run-ts.mjs';

install();
build();
runTs('test/demo/demo.ts', process.argv.slice(2));
