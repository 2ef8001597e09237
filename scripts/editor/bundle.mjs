// Editor code as one script of a browser's kind, with what it shares with the runtime. Its types are checked by lint.
import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../root.mjs';

/**
 * @param entry path below `editor/`
 * @param format of esbuild: `esm`, `iife`, `cjs`
 * @param shared what a browser gets as literals, without the code that makes it: `shapes` of
 * `nodes/runtime/settings/saved-shapes.ts`, `kinds` of `lib/clients/server-kinds.ts`
 * @returns the script
 */
export async function bundle(entry, format, { shapes, kinds }) {
    const servers = Object.fromEntries(
        kinds.map(({ id, label, node: { type, secret, connection } }) => [type, { id, label, secret, connection }]),
    );
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
        define: { SERVER_KINDS: JSON.stringify(servers) },
    });
    return outputFiles[0].text;
}
