// How fast it is, against what a user would pick instead and against the limit. The last line is one JSON object; the
// status is 0 unless something broke, whatever the figures are.
import { build, install } from './install.mjs';
import { runTs } from './run-ts.mjs';

install();
build();
const [first, ...rest] = process.argv.slice(2);
if (first === '--live') runTs('bench/real/main.ts', rest);
else runTs('bench/main.ts', process.argv.slice(2));
