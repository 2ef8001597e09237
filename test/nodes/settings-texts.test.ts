import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';
import { NODES } from './declared-settings';
import { textAt, textsOf } from './texts';

const SHARED = 'plugins/print-to-stock-dialogs';

/** The labels of a node, or those that dialogs share, by name; a setting with a tab of its own has the tab's. */
function labelsIn(place: string, language: string): Record<string, string> {
    const name = place.split('/')[1]!;
    const file = join(projectRoot, place, 'locales', language, `${name}.json`);
    const [texts] = Object.values(
        JSON.parse(readFileSync(file, 'utf8')) as Record<string, { label?: object; tab?: object }>,
    );
    return { ...texts!.tab, ...texts!.label };
}

/** A help as it is read, in small letters and on one line. */
function plainText(html: string): string {
    return html
        .replace(/<[^>]+>/g, '')
        .replace(/\s+/g, ' ')
        .toLowerCase();
}

/** The rows of a node's table in docs/settings.md: which settings each names, and what is usual. */
function documentedRows(node: string): { named: string[]; usual: string }[] {
    const page = readFileSync(join(projectRoot, 'docs/settings.md'), 'utf8');
    const [, table = ''] = page.split(`\n## ${node}\n\n`);
    const lines = table.split('\n');
    const end = lines.findIndex((line) => !line.startsWith('|'));
    return lines.slice(2, end).map((line) => {
        const [, names = '', usual = ''] = line.split('|').map((cell) => cell.trim());
        return { named: [names, ...names.split(', ')].map((name) => name.replace(' ⚙', '')), usual };
    });
}

describe('what people read about settings', () => {
    for (const [type, { settings, credentials = [] }] of NODES) {
        const names = [...Object.keys(settings), ...credentials].filter((name) => name !== 'name');
        // the dialog's field of a name that `label.<name>` does not hold is one of the texts that dialogs share
        const labels = (language: string): [string, string][] =>
            names.map((name) => {
                const isShared = settings[name]?.label === 'shared';
                const label = labelsIn(isShared ? SHARED : `nodes/${type}`, language)[name];
                assert.ok(label !== undefined, `${type} ${name} has a label, ${language}`);
                return [name, label];
            });

        for (const language of readdirSync(join(projectRoot, 'nodes', type, 'locales')))
            it(`${type}: the help names every setting as the dialog does, ${language}`, () => {
                const file = join(projectRoot, 'nodes', type, 'locales', language, `${type}.html`);
                const help = plainText(readFileSync(file, 'utf8'));
                for (const [name, label] of labels(language))
                    assert.ok(help.includes(label.toLowerCase()), `${name}: ${label}`);
            });

        it(`${type}: docs/settings.md has a row for every setting, with the default of a number`, () => {
            const rows = documentedRows(textAt(textsOf(type), `${type}.paletteLabel`)!);
            for (const [name, label] of labels('en-US')) {
                // what the login of a webhook has in common with its call is said of both at once
                if (/^oauth(Method|ContentType|Headers|Data)$/.test(name)) continue;
                const row = rows.find(({ named }) => named.includes(label));
                assert.ok(row !== undefined, `${name}: ${label}`);
                const setting = settings[name];
                if (setting?.kind === 'number' || setting?.kind === 'integer')
                    assert.equal(parseFloat(row.usual), setting.default, label);
            }
        });
    }
});
