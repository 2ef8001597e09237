import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { needRegistry, pack, run, temporaryFolder } from '../harness/tarball';

const TOOL = 'node-red-dev@0.1.6';
/** Those that 0.1.6 makes; P02 it has switched off. */
const CHECKS = ['P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'N01', 'N02', 'D01', 'D02', 'D03'];

/**
 * Node-RED's own scorecard. Of its answers one is not real: it asks catalogue.nodered.org which names (P08) and node types
 * (N01) others have, which is not to be reached from everywhere, so it is told that there are none.
 */
/** What it marks down and stays: more than six dependencies, and one whose newer versions Node 22.9 to 22.11 cannot require. */
const DECIDED = [
    ['D01', []],
    ['D03', ['https-proxy-agent']],
];

describe('the scorecard of node-red-dev', function () {
    this.timeout(180_000);
    let folder: string;

    before(function () {
        needRegistry(this);
        folder = temporaryFolder();
    });
    after(() => {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    it('passes in every point', async () => {
        const { installed } = await import('../../scripts/suites/pairs.mjs');
        const tool = join(installed('node-red-dev', [TOOL]), 'node-red-dev');
        const home = join(folder, 'package');
        mkdirSync(home);
        run('tar', ['-xzf', pack(folder).path, '--strip-components=1', '-C', home]);
        run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--no-package-lock'], home);
        const card = join(folder, 'card.json');
        const output = run(
            process.execPath,
            [
                '-r',
                join(__dirname, 'empty-catalogue.cjs'),
                join(tool, 'bin', 'run'),
                'validate',
                '-p',
                home,
                '-o',
                card,
            ],
            home,
            { NODE_RED_DEV: tool },
        );
        const { package: _, ...points } = JSON.parse(readFileSync(card, 'utf8')) as Record<
            string,
            { test: boolean; packages?: string[] }
        >;
        assert.deepEqual(
            Object.entries(points)
                .filter(([, { test }]) => !test)
                .map(([name, { packages = [] }]) => [name, packages]),
            DECIDED,
            output,
        );
        assert.deepEqual(Object.keys(points).sort(), [...CHECKS].sort(), output);
    });
});
