// Builds dist/: compiled code, and beside the flat node files what Node-RED looks for there (html, locales, icons);
// and from editor/ what a browser loads.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { bundle } from './editor/bundle.mjs';
import { withSettings } from './editor/settings.mjs';
import { root } from './root.mjs';

const dist = join(root, 'dist');
const load = createRequire(import.meta.url);
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
    cwd: root,
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const folder of ['lib', 'nodes', 'plugins']) tighten(join(dist, folder));

const shared = {
    shapes: load(join(dist, 'nodes', 'runtime', 'settings', 'saved-shapes.js')).SHAPES,
    kinds: load(join(dist, 'lib', 'clients', 'server-kinds.js')).SERVER_KINDS,
};
const nodes = readdirSync(join(root, 'nodes')).filter((name) => existsSync(join(root, 'nodes', name, `${name}.html`)));
for (const name of nodes) {
    const source = join(root, 'nodes', name);
    entry('nodes', name, 'node');
    await layBeside(source, name, 'nodes');
}
cpSync(join(root, 'icons'), join(dist, 'nodes', 'icons'), { recursive: true });
await layBeside(join(root, 'plugins', 'print-to-stock-dialogs'), 'print-to-stock-dialogs', 'plugins');
entry('plugins', 'print-to-stock-sidebar', 'plugin');
await layBeside(join(root, 'plugins', 'print-to-stock-sidebar'), 'print-to-stock-sidebar', 'plugins');

// what an earlier build left here
rmSync(join(root, 'resources', 'dialogs'), { recursive: true, force: true });
writeFileSync(join(root, 'resources', 'dialogs.js'), await bundle('dialogs/main.ts', 'esm', shared));

/** Without blanks the code is a third smaller; names and order stay, so that errors tell where they come from. */
function tighten(folder) {
    for (const name of readdirSync(folder, { recursive: true }).filter((each) => each.endsWith('.js'))) {
        const file = join(folder, name);
        const { code } = transformSync(readFileSync(file, 'utf8'), {
            minifyWhitespace: true,
            charset: 'utf8',
            platform: 'node',
            target: 'node20',
        });
        writeFileSync(file, code);
    }
}

/** Node-RED finds html, locales and icons beside the file that package.json names; the code stays in its folder. */
function entry(folder, name, file) {
    mkdirSync(join(dist, folder), { recursive: true });
    writeFileSync(
        join(dist, folder, `${name}.js`),
        `'use strict';\nmodule.exports = require('./${name}/${file}.js');\n`,
    );
}

async function layBeside(source, name, folder) {
    mkdirSync(join(dist, folder), { recursive: true });
    const html = await htmlOf(source, name);
    writeFileSync(join(dist, folder, `${name}.html`), folder === 'nodes' ? withSettings(html, settingsOf(name)) : html);
    for (const language of readdirSync(join(source, 'locales'))) {
        const target = join(dist, folder, 'locales', language);
        mkdirSync(target, { recursive: true });
        cpSync(join(source, 'locales', language), target, { recursive: true });
    }
}

/** What `nodes/<type>/settings.ts` declares, as it was compiled. */
function settingsOf(name) {
    return load(join(dist, 'nodes', name, 'settings.js')).SETTINGS;
}

/** The editor is sent one file: what `data-inline` names, below `editor/`, is put into its element. */
async function htmlOf(source, name) {
    let html = readFileSync(join(source, `${name}.html`), 'utf8');
    for (const [whole, tag, attributes, file] of html.matchAll(
        /<(script|style)([^>]*?) data-inline="([^"]+)"><\/\1>/g,
    )) {
        const code = file.endsWith('.ts')
            ? await bundle(file, 'iife', shared)
            : readFileSync(join(root, 'editor', file), 'utf8');
        html = html.replace(whole, () => `<${tag}${attributes}>\n${code}</${tag}>`);
    }
    return html;
}
