// The proofs of "effectively once", whole. The last line is one JSON object; the status is 0 only where all is clean.
import { build, install } from './install.mjs';
import { runTs } from './run-ts.mjs';

install();
build();
runTs('test/faults/main.ts', process.argv.slice(2));
