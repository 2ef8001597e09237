import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import type { NodeSettings, Setting } from '../../nodes/runtime/settings/declaration';
import { migrate } from '../../nodes/runtime/settings/migrations';
import { readSettings } from '../../nodes/runtime/settings/read-settings';
import { SERVER_KINDS } from '../../lib/clients/server-kinds';
import { SHAPES } from '../../nodes/runtime/settings/saved-shapes';
import { projectRoot, savedFlows } from '../harness/project';
import { NODES } from './declared-settings';
import { definitionOf, inEditor, ofJson, type Definition } from './definition';
import { sharedTexts, textAt, textsOf } from './texts';

const load = createRequire(__filename);

/** Texts that a validator may answer with, by the editor's key. */
function englishText(key: string): string | undefined {
    const [namespace, own] = key.split(':') as [string, string];
    return textAt(namespace.endsWith('print-to-stock-dialogs') ? sharedTexts() : textsOf(own.split('.')[0]!), own);
}

/** @returns true, or what the dialog says is wrong. @param node what else is set */
function verdictOf(
    { defaults }: Definition,
    name: string,
    value: unknown,
    { node = {}, text = (key: string) => key } = {},
): true | string {
    return inEditor(text, { node: () => null }, () => defaults[name]!.validate!.call(node, value, {}));
}

/** Values that no dialog takes, by kind; kinds that are left out take everything. */
const WRONG: Partial<Record<Setting['kind'], unknown[]>> = {
    amount: ['0', '-1', 'thick'],
    url: ['chat.example', 'ftp://chat.example'],
    path: ['', 'a b', '/a//b'],
    webPath: ['a b', '/a//b'],
    names: ['a b', ',,'],
    pks: ['0', '-1', '1,,2', '1.5', 'shelf'],
    prefix: ['', '-a', 'a b'],
    community: ['', 'shop', '0', '-'],
    json: ['', '[]', '{"a": }'],
    flowNode: ['', 'gone'],
    parameters: ['Weight', [{ template: 'Weight' }, { template: 'weight' }]],
};

/** Without a list, a pattern, something that is set, and with a value that is none. */
function wrongRules(column: string): readonly unknown[] {
    const row = { field: 'name', match: 'Clip' };
    return ['rules', [{ ...row, match: ' ', [column]: '1' }], [row], [{ ...row, [column]: 'many' }]];
}

/** Values that the dialog does not take; none where it takes everything. */
function wrongValues(setting: Setting): readonly unknown[] {
    if (setting.kind === 'number' || setting.kind === 'integer')
        return ['', 'many', String(setting.least - 1), String(setting.most + 1)];
    // asked for only at times, so that the dialog has to judge it itself
    if (setting.kind === 'configNode')
        return (setting.onlyWith ?? setting.onlyWithout) === undefined ? [] : ['', 'gone'];
    const isOptional = setting.kind === 'path' && setting.optional === true;
    if (setting.kind === 'rules') return wrongRules(setting.columns[0]!);
    if (setting.kind !== 'typed') return (WRONG[setting.kind] ?? []).filter((value) => !isOptional || value !== '');
    if (setting.fixed === 'text') return ['x'.repeat(setting.most + 1), ...(setting.required ? [''] : [])];
    return setting.fixed === 'pk'
        ? [...(setting.optional ? [] : ['']), '0', '-1', '1.5', 'shelf']
        : ['', '0', '-1', 'many'];
}

/** The choices that a select of the dialog has. */
function choicesIn(type: string, name: string): string[] {
    const html = readFileSync(join(projectRoot, 'dist', 'nodes', `${type}.html`), 'utf8');
    const [, select] = new RegExp(`<select id="node-(?:config-)?input-${name}"[^>]*>([^]*?)</select>`).exec(html) ?? [];
    assert.ok(select !== undefined, `${type} has a list of choices for ${name}`);
    return [...select.matchAll(/<option value="(.*?)"/g)].map(([, value]) => value!);
}

/** A warning where none belongs. */
function unexpected(text: string): void {
    throw new Error(text);
}

describe('the settings of the nodes', () => {
    for (const [type, { version, settings, credentials = [] }] of NODES) {
        describe(type, () => {
            it('are those of its dialog, with the same defaults, types and secrets', () => {
                const definition = definitionOf(type);
                const wanted: Record<string, unknown> = { version };
                for (const [name, setting] of Object.entries(settings)) {
                    wanted[name] = setting.default;
                    if (setting.kind === 'typed') wanted[`${name}Type`] = setting.type;
                    const type =
                        setting.kind === 'configNode'
                            ? setting.of
                            : setting.kind === 'flowNode'
                              ? setting.of[0]
                              : undefined;
                    assert.equal(definition.defaults[name]?.type, type, name);
                    const { required } = definition.defaults[name]!;
                    const isOfNodeRed = setting.kind === 'configNode' && wrongValues(setting).length === 0;
                    assert.equal(required, isOfNodeRed ? setting.required : undefined, name);
                }
                const defaults = Object.entries(definition.defaults).map(([name, { value }]) => [name, value]);
                assert.deepEqual(ofJson(Object.fromEntries(defaults)), ofJson(wanted));
                assert.deepEqual(Object.keys(definition.credentials ?? {}), credentials);
            });

            it('are of the version that its migrations lead to', () => {
                assert.equal(migrate<Record<string, unknown>>(type, {})['version'], version);
                for (const [name, { since = 0 }] of Object.entries(settings)) assert.ok(since <= version, name);
            });

            it('are read as their defaults where a flow made by hand leaves them out, without a warning', () => {
                const read = readSettings(settings, {}, unexpected) as Record<string, unknown>;
                for (const [name, setting] of Object.entries(settings)) {
                    const { default: value, kind } = setting;
                    const wanted =
                        kind === 'typed'
                            ? { value, type: setting.type, label: name }
                            : kind === 'amount'
                              ? null
                              : value;
                    assert.deepEqual(read[name], wanted, name);
                }
            });

            for (const [name, setting] of Object.entries(settings)) {
                if (setting.kind !== 'number' && setting.kind !== 'integer') continue;
                const { least, most } = setting;
                it(`${name}: dialog and runtime have the same limits, ${least} to ${most}`, () => {
                    const definition = definitionOf(type);
                    const used = (value: number, warn: (text: string) => void): unknown =>
                        (readSettings(settings, { [name]: value }, warn) as Record<string, unknown>)[name];
                    for (const value of [least, most]) {
                        assert.equal(verdictOf(definition, name, String(value)), true);
                        assert.equal(used(value, unexpected), value);
                    }
                    for (const [value, nearest] of [
                        [least - 1, least],
                        [most + 1, most],
                    ] as const) {
                        let warning = '';
                        assert.equal(typeof verdictOf(definition, name, String(value)), 'string');
                        assert.equal(
                            used(value, (text) => (warning = text)),
                            nearest,
                        );
                        assert.match(warning, new RegExp(`^The setting "${name}" must be a number from ${least} to`));
                    }
                });
            }

            it('have the choices that its dialog offers, and any other is read as the default', () => {
                for (const [name, setting] of Object.entries(settings)) {
                    if (setting.kind !== 'choice') continue;
                    assert.deepEqual(choicesIn(type, name), setting.of, name);
                    const read = readSettings(settings, { [name]: 'other' }) as Record<string, unknown>;
                    assert.equal(read[name], setting.default);
                }
            });

            it('are judged by its dialog, with a text that is there', () => {
                const missing: string[] = [];
                const text = (key: string): string => {
                    if (englishText(key) === undefined) missing.push(key);
                    return key;
                };
                const definition = definitionOf(type, text);
                for (const [name, setting] of Object.entries(settings)) {
                    const { onlyWith = '', onlyWithout = '' } = setting;
                    const wrong = wrongValues(setting);
                    assert.equal(definition.defaults[name]!.validate !== undefined, wrong.length > 0, name);
                    for (const value of wrong) {
                        const node = { [onlyWith]: true, [onlyWithout]: false, [`${name}Type`]: 'num' };
                        const verdict = verdictOf(definition, name, value, { node, text });
                        assert.equal(typeof verdict, 'string', `${name}: ${JSON.stringify(value)}`);
                        const other = { [onlyWith]: false, [onlyWithout]: true };
                        if (onlyWith !== '' || onlyWithout !== '')
                            assert.equal(verdictOf(definition, name, value, { node: other }), true);
                    }
                }
                assert.deepEqual(missing, []);
            });
        });
    }
});

/** What the editor's script does with each node that comes into it, as the build makes it. */
async function editorUpgrade(): Promise<(node: Record<string, unknown>) => void> {
    const { bundle } = load(join(projectRoot, 'scripts', 'editor', 'bundle.mjs')) as {
        bundle: (entry: string, format: string, shared: object) => Promise<string>;
    };
    const script = await bundle('dialogs/upgrade.ts', 'cjs', { shapes: SHAPES, kinds: SERVER_KINDS });
    const run = runInThisContext(`(function (RED, module) {${script}\n})`) as (red: object, module: object) => void;
    let added: ((node: Record<string, unknown>) => void) | undefined;
    const module: { exports?: { upgradeOnLoad: () => void } } = {};
    run({ events: { on: (_event: string, hear: typeof added) => (added = hear) } }, module);
    module.exports!.upgradeOnLoad();
    return added!;
}

describe('a flow of an earlier version', () => {
    it('is migrated by the editor as by the runtime', async () => {
        const added = await editorUpgrade();
        const flows = savedFlows();
        assert.ok(flows.length > 1);
        for (const { flow } of flows)
            for (const node of flow) {
                const loaded: Record<string, unknown> = { ...node };
                added(loaded);
                // a node in the editor keeps properties that a saved one loses
                const migrated = migrate<Record<string, unknown>>(node.type, node);
                for (const [name, value] of Object.entries(migrated)) assert.deepEqual(loaded[name], value, name);
            }
    });

    it('gets the default of each setting that its version did not have', () => {
        for (const [type, { settings, version }] of NODES) {
            for (const [name, setting] of Object.entries(settings)) {
                const { since = 0 } = setting;
                if (since === 0) continue;
                const before = migrate<Record<string, unknown>>(type, { version: since - 1 });
                assert.deepEqual(before[name], setting.default, `${type} ${name}`);
                if (since === version) continue;
                assert.ok(!(name in migrate<Record<string, unknown>>(type, { version: since })), `${type} ${name}`);
            }
        }
    });
});

describe('the build', () => {
    const { withSettings } = load(join(projectRoot, 'scripts', 'editor', 'settings.mjs')) as {
        withSettings: (html: string, declared: NodeSettings) => string;
    };
    const declared: NodeSettings = { version: 1, settings: {}, credentials: ['token'] };

    it('refuses a dialog that does not say where its settings belong', () => {
        assert.throws(() => withSettings('defaults: {},', declared), /must have "defaults: SETTINGS" once/);
        assert.throws(() => withSettings('defaults: SETTINGS,', declared), /must have "credentials: CREDENTIALS" once/);
        const both = 'defaults: SETTINGS, credentials: CREDENTIALS,';
        assert.throws(() => withSettings(both, { ...declared, credentials: [] }), /none are declared/);
        assert.doesNotMatch(withSettings(both, declared), /SETTINGS|CREDENTIALS/);
    });

    it('is of the sources at hand', () => {
        const html = readFileSync(join(projectRoot, 'nodes', 'sync-store', 'sync-store.html'), 'utf8');
        const built = readFileSync(join(projectRoot, 'dist', 'nodes', 'sync-store.html'), 'utf8');
        const store = NODES.find(([type]) => type === 'sync-store')!;
        assert.equal(withSettings(html, store[1]), built);
    });
});
