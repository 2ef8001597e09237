// Editor code as one script of a browser's kind, with what it shares with the runtime. Its types are checked by lint.
import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../root.mjs';

/**
 * @param entry path below `editor/`
 * @param format of esbuild: `esm`, `iife`, `cjs`
 * @param shapes what `nodes/runtime/settings/saved-shapes.ts` makes of all settings: a browser gets it as a literal, without
 * the code that the settings are made with
 * @returns the script
 */
export async function bundle(entry, format, shapes) {
    const literals = {
        name: 'saved-shapes',
        setup({ onResolve, onLoad }) {
            onResolve({ filter: /^saved-shapes$/ }, ({ path }) => ({ path, namespace: 'literal' }));
            onLoad({ filter: /.*/, namespace: 'literal' }, () => ({
                contents: `export const SHAPES = ${JSON.stringify(shapes, null, 4)};`,
            }));
        },
    };
    const { outputFiles } = await build({
        entryPoints: [join(root, 'editor', entry)],
        bundle: true,
        write: false,
        format,
        target: 'es2022',
        charset: 'utf8',
        logLevel: 'warning',
        plugins: [literals],
    });
    return outputFiles[0].text;
}
