// Prints the CHANGELOG's section of a version, for the notes of its release. Fails where tag, package.json and CHANGELOG do
// not name the same version.
//   node scripts/release-notes.mjs v0.2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const [tag = ''] = process.argv.slice(2);
const version = tag.replace(/^v/, '');
const read = (name) => readFileSync(join(root, name), 'utf8');
const packaged = JSON.parse(read('package.json')).version;
const sections = read('CHANGELOG.md').split(/^## /m).slice(1);
const section = sections.find((each) => each.split(/\s/, 1)[0] === version);

if (packaged !== version) fail(`the tag is ${tag}, and package.json says ${packaged}`);
if (section === undefined) fail(`CHANGELOG.md has no section "## ${version}"`);
process.stdout.write(`${section.slice(section.indexOf('\n')).trim()}\n`);

function fail(why) {
    console.error(`No release notes: ${why}.`);
    process.exit(1);
}
