import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';

/** Folders in `plugins/` that have code in the runtime. */
export const PLUGINS = ['print-to-stock-sidebar'];

export const NODE_TYPES = readdirSync(join(projectRoot, 'nodes')).filter((name) =>
    existsSync(join(projectRoot, 'nodes', name, `${name}.html`)),
);

/** The texts of a node, or of a plugin, in English. */
export function textsOf(type: string): Record<string, unknown> {
    const folder = PLUGINS.includes(type) ? 'plugins' : 'nodes';
    const file = join(projectRoot, folder, type, 'locales', 'en-US', `${type}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** The texts that the dialogs share, in English. */
export function sharedTexts(): Record<string, unknown> {
    const name = 'print-to-stock-dialogs';
    const file = join(projectRoot, 'plugins', name, 'locales', 'en-US', `${name}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** A text by its dotted key. */
export function textAt(texts: unknown, key: string): string | undefined {
    const found = key
        .split('.')
        .reduce<unknown>(
            (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
            texts,
        );
    return typeof found === 'string' ? found : undefined;
}

/** Node-RED's `RED._` with the texts of the locale files. @param missing told of keys without one */
export function translator(missing: (key: string) => void): (key: string, values?: Record<string, unknown>) => string {
    return (key, values = {}) => {
        const type = key.split('.')[0]!;
        const text = NODE_TYPES.includes(type) ? textAt(textsOf(type), key) : undefined;
        if (text === undefined) {
            missing(key);
            return key;
        }
        return text.replace(/__(\w+)__/g, (placeholder, name: string) => {
            if (!(name in values)) missing(`${key}: ${placeholder}`);
            return String(values[name]);
        });
    };
}
