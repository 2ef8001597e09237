import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRINT_STATES } from '../../../lib/store/ledger/records';
import { projectRoot } from '../../harness/project';
import { PLUGINS, textAt, textsOf } from '../texts';

const ID = 'print-to-stock-sidebar';
const folder = join(projectRoot, 'plugins', ID);
const editor = readdirSync(join(folder, 'editor')).filter((file) => file.endsWith('.js'));
const code = editor.map((file) => readFileSync(join(folder, 'editor', file), 'utf8')).join('\n');
const texts = textsOf(ID);

describe('the sidebar in the package', () => {
    it('is listed as a plugin', () => {
        const { 'node-red': listed } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
            'node-red': { plugins: Record<string, string> };
        };
        assert.equal(listed.plugins[ID], `dist/plugins/${ID}.js`);
        assert.ok(PLUGINS.includes(ID));
    });

    it('puts every part of its code into the page', () => {
        const html = readFileSync(join(folder, `${ID}.html`), 'utf8');
        for (const file of [...editor, 'sidebar.css']) assert.ok(html.includes(`data-inline="editor/${file}"`), file);
    });

    it('has a text for every key that it uses', () => {
        const keys = [...code.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => `${ID}.${key!}`);
        assert.ok(keys.length > 50);
        for (const key of keys) assert.ok(textAt(texts, key) !== undefined, key);
        // keys that are put together
        for (const [, start] of code.matchAll(/\bt\(`([\w.]+)\.\$\{/g)) {
            const at = start!.split('.').reduce<unknown>((from, step) => (from as Record<string, unknown>)[step], {
                ...(texts[ID] as object),
            });
            assert.equal(typeof at, 'object', start);
        }
        for (const state of PRINT_STATES)
            for (const group of ['state', 'stateHint']) assert.ok(textAt(texts, `${ID}.${group}.${state}`), state);
    });

    it('takes no colour but Node-RED’s own', () => {
        const css = readFileSync(join(folder, 'editor', 'sidebar.css'), 'utf8').replace(/url\([^)]*\)/g, '');
        assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i);
        assert.doesNotMatch(code, /\.innerHTML|\.style\.(color|background)/);
    });
});
