// Takes the pictures of docs/ anew, in a real Node-RED with the shipped example and simulated servers. Needs Chromium.
import { build, install } from './install.mjs';
import { runTs } from './run-ts.mjs';

install();
build();
runTs('test/editor/screenshots.ts', process.argv.slice(2));
