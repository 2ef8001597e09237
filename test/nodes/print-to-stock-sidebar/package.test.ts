import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { LINK_STATES } from '../../../lib/store/catalog/records';
import { PRINT_STATES } from '../../../lib/store/ledger/records';
import { projectRoot } from '../../harness/project';
import { PLUGINS, textAt, textsOf } from '../texts';

const ID = 'print-to-stock-sidebar';
const editor = join(projectRoot, 'editor', 'sidebar');
const code = readdirSync(editor, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(editor, file), 'utf8'))
    .join('\n');
const texts = textsOf(ID);

describe('the sidebar in the package', () => {
    it('is listed as a plugin', () => {
        const { 'node-red': listed } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
            'node-red': { plugins: Record<string, string> };
        };
        assert.equal(listed.plugins[ID], `dist/plugins/${ID}.js`);
        assert.ok(PLUGINS.includes(ID));
    });

    it('has its code and its style in the page', () => {
        const html = readFileSync(join(projectRoot, 'dist', 'plugins', `${ID}.html`), 'utf8');
        assert.doesNotMatch(html, /data-inline/);
        const [, script = ''] = /<script type="text\/javascript">([^]*?)<\/script>/.exec(html) ?? [];
        assert.match(script, /registerPlugin\(/);
        // a script that does not parse would throw here
        assert.ok(new Script(script));
        assert.match(html, /<style>[^]*\.pts-sidebar[^]*<\/style>/);
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
        for (const state of LINK_STATES)
            for (const group of ['state', 'stateHint'])
                assert.ok(textAt(texts, `${ID}.catalog.${group}.${state}`), state);
    });

    it('takes no colour but Node-RED’s own', () => {
        for (const file of readdirSync(editor).filter((name) => name.endsWith('.css'))) {
            const css = readFileSync(join(editor, file), 'utf8').replace(/url\([^)]*\)/g, '');
            assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i, file);
        }
        assert.doesNotMatch(code, /\.innerHTML|\.style\.(color|background)/);
    });
});
