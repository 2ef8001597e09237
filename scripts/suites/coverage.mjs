// What of the sources the tests run through: measured by V8, told by c8 for each folder.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from '../root.mjs';

const raw = join(root, 'coverage', 'raw');

/** @returns for the environment of a suite that is measured: where V8 writes what ran */
export function measured() {
    rmSync(raw, { recursive: true, force: true });
    return { NODE_V8_COVERAGE: raw };
}

/** Prints lines and branches by folder, and leaves the page for each file in `coverage/`. */
export function printCoverage() {
    const { status } = spawnSync(
        process.execPath,
        [
            join(root, 'node_modules', 'c8', 'bin', 'c8.js'),
            'report',
            ...['--temp-directory', raw],
            ...['lib', 'nodes', 'plugins'].flatMap((room) => ['--include', `${room}/**/*.ts`]),
            ...['--reporter', 'json-summary', '--reporter', 'html'],
            '--exclude-after-remap',
        ],
        { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    if (status !== 0) {
        console.log('\nno coverage: c8 could not read what V8 wrote');
        return;
    }
    const { total, ...files } = JSON.parse(readFileSync(join(root, 'coverage', 'coverage-summary.json'), 'utf8'));
    const rooms = new Map();
    for (const [file, figures] of Object.entries(files)) {
        const room = relative(root, file).split(sep).slice(0, 2).join('/');
        const sums = rooms.get(room) ?? { lines: [0, 0], branches: [0, 0] };
        for (const kind of ['lines', 'branches']) {
            sums[kind][0] += figures[kind].covered;
            sums[kind][1] += figures[kind].total;
        }
        rooms.set(room, sums);
    }
    console.log('\ncoverage by unit, contract and nodes: lines, branches');
    for (const [room, { lines, branches }] of [...rooms].sort())
        console.log(`${share(lines)}  ${share(branches)}  ${room}`);
    console.log(
        `${share([total.lines.covered, total.lines.total])}  ${share([total.branches.covered, total.branches.total])}  all`,
    );
}

function share([covered, total]) {
    return total === 0 ? '     –' : `${((100 * covered) / total).toFixed(1).padStart(5)}%`;
}
