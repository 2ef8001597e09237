import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { projectRoot } from '../harness/project';
import './server-kinds-literal';

type Validate = (this: object, value: unknown, opt: object) => true | string;

/** What a node's dialog registers with the editor. */
export interface Definition {
    category: string;
    color?: string;
    icon?: string;
    inputs?: number;
    outputs?: number;
    defaults: Record<string, { value: unknown; type?: string; required?: boolean; validate?: Validate }>;
    credentials?: Record<string, { type: string }>;
}

const load = createRequire(__filename);

/**
 * What the built dialog's script registers, as the editor runs it; dist must be built.
 * @param text the editor's `RED._`: key → text
 */
export function definitionOf(type: string, text: (key: string) => string = (key) => key): Definition {
    const html = readFileSync(join(projectRoot, 'dist', 'nodes', `${type}.html`), 'utf8');
    const script = /<script type="text\/javascript">([^]*?)<\/script>/.exec(html);
    assert.ok(script !== null, `${type}.html has a script of that kind`);
    let definition: Definition | undefined;
    const registerType = (name: string, given: Definition): void => {
        assert.equal(name, type);
        definition = given;
    };
    inEditor(text, { registerType }, (RED) => {
        const PrintToStock: unknown = load(join(projectRoot, 'editor', 'dialogs', 'index.ts'));
        runInNewContext(script[1]!, { RED, PrintToStock });
    });
    assert.ok(definition !== undefined, `${type}.html registers its type`);
    return definition;
}

/**
 * Runs what needs the editor about it, where no dialog is open.
 * @param text the editor's `RED._`. @param nodes its `RED.nodes`
 */
export function inEditor<T>(text: (key: string) => string, nodes: object, run: (RED: object) => T): T {
    const RED = { nodes, _: text };
    Object.assign(globalThis, { RED, $: () => ({ length: 0, val: () => undefined }) });
    try {
        return run(RED);
    } finally {
        Reflect.deleteProperty(globalThis, 'RED');
        Reflect.deleteProperty(globalThis, '$');
    }
}

/** As it stands in a saved flow. */
export function ofJson(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value)) as unknown;
}
