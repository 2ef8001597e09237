// Types, ESLint (type-aware), which room may import which, and Prettier. `--fix` mends what can be mended.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install } from './install.mjs';
import { root } from './root.mjs';

install();
const fix = process.argv.includes('--fix');
const tools = [
    // what is mended has to be read anew, which the one program of the check cannot
    ...(fix
        ? [
              ['typescript/bin/tsc', []],
              ['typescript/bin/tsc', ['-p', 'editor/tsconfig.json']],
              ['eslint/bin/eslint.js', ['.', '--max-warnings', '0', '--fix']],
          ]
        : [['../scripts/checks/types-and-eslint.mjs', []]]),
    [
        'dependency-cruiser/bin/dependency-cruise.mjs',
        ['lib', 'nodes', 'plugins', '--config', '.dependency-cruiser.cjs'],
    ],
    ['../scripts/checks/walk.mjs', []],
    ['../scripts/checks/folders.mjs', []],
    ['prettier/bin/prettier.cjs', ['--log-level', 'warn', fix ? '--write' : '--check', '.']],
];
for (const [tool, args] of tools) {
    const result = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
        stdio: 'inherit',
        cwd: root,
    });
    if (result.status !== 0) process.exit(result.status ?? 1);
}
