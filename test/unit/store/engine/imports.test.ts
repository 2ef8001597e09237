import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../../../harness/project';

const ENGINE = join('lib', 'store', 'engine');
/** What the engine may stand on beside itself: nothing there knows of prints, servers or nodes. */
const BELOW = [ENGINE, join('lib', 'concurrency')];
const PACKAGES = ['lowdb', 'proper-lockfile'];

/** Modules that a source names, static and dynamic, types included. */
function importsOf(source: string): string[] {
    return Array.from(source.matchAll(/\b(?:from|import|require)\s*\(?\s*'([^']+)'/g), ([, name]) => name!);
}

function isBelow(file: string, name: string): boolean {
    if (!name.startsWith('.')) return PACKAGES.includes(name) || builtinModules.includes(name.replace(/^node:/, ''));
    const target = relative(projectRoot, join(dirname(file), name));
    return BELOW.some((folder) => target.startsWith(`${folder}/`));
}

describe('the store engine', () => {
    const files = BELOW.flatMap((folder) =>
        readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
            .filter((name) => name.endsWith('.ts'))
            .map((name) => join(projectRoot, folder, name)),
    );
    const engine = files.filter((file) => file.startsWith(join(projectRoot, ENGINE)));

    it('imports nothing above it: no record type, no server, no node', () => {
        assert.ok(engine.length > 5);
        const breaches = engine.flatMap((file) =>
            importsOf(readFileSync(file, 'utf8'))
                .filter((name) => !isBelow(file, name))
                .map((name) => `${relative(projectRoot, file)} imports ${name}`),
        );
        assert.deepEqual(breaches, []);
    });

    it('is told by this test: it sees imports of every form', () => {
        const file = join(projectRoot, ENGINE, 'lines.ts');
        const source = [
            "import { a } from '../ledger/records';",
            "import type {\n    B,\n} from '../maintenance/inspect';",
            "export { c } from '../../http/errors';",
            "const { d } = await import('axios');",
            "import '../ledger/ledger';",
        ].join('\n');
        assert.deepEqual(
            importsOf(source).filter((name) => !isBelow(file, name)),
            ['../ledger/records', '../maintenance/inspect', '../../http/errors', 'axios', '../ledger/ledger'],
        );
        assert.ok(isBelow(file, './schema') && isBelow(file, 'node:fs/promises') && isBelow(file, 'lowdb'));
    });
});
