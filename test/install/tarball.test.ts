import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from '../harness/project';
import { needRegistry, pack, packageJsonOf, run, temporaryFolder, type Tarball } from '../harness/tarball';

/** The oldest that is said to do, and what people run. */
const NODES = ['20.19.0', '22', '24'];

/** All that may be in the package. `dist/` is told apart below. */
const WANTED = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
    /^dist\/lib\/([\w-]+\/)*[\w-]+\.js$/,
    /^dist\/nodes\/([\w-]+\/)*[\w-]+\.js$/,
    /^dist\/nodes\/[\w-]+\.html$/,
    /^dist\/nodes\/icons\/print-to-stock-[\w-]+\.(svg|png)$/,
    /^dist\/nodes\/locales\/[\w-]+\/[\w-]+\.(json|html)$/,
    /^examples\/[\w -]+\.json$/,
    /^resources\/([\w-]+\/)*[\w.-]+\.(js|css|svg|png|json)$/,
    /^dist\/plugins\/([\w-]+\/)*[\w-]+\.(js|html|json|svg)$/,
];

const MAX_UNPACKED_BYTES = 3.2 * 1024 * 1024;

describe('the tarball', function () {
    this.timeout(240_000);
    const json = packageJsonOf();
    let folder: string;
    let tarball: Tarball;

    before(() => {
        folder = temporaryFolder();
        tarball = pack(folder);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('holds what is needed and nothing else', () => {
        console.log(
            `        ${tarball.files.length} files, ${kilobytes(tarball.packedBytes)} packed, ${kilobytes(tarball.unpackedBytes)} unpacked`,
        );
        const strange = tarball.files.filter((file) => !WANTED.some((pattern) => pattern.test(file)));
        assert.deepEqual(strange, []);
        assert.ok(tarball.unpackedBytes < MAX_UNPACKED_BYTES, `${tarball.unpackedBytes} bytes`);
    });

    it('holds all that Node-RED looks for', () => {
        const files = new Set(tarball.files);
        const needed = [
            'README.md',
            'CHANGELOG.md',
            'LICENSE',
            ...readdirSync(join(projectRoot, 'examples')).map((file) => `examples/${file}`),
            ...readdirSync(join(projectRoot, 'icons')).map((file) => `dist/nodes/icons/${file}`),
            ...Object.entries(json['node-red'].nodes).flatMap(([type, file]) => [
                file,
                file.replace(/\.js$/, '.html'),
                ...readdirSync(join(projectRoot, 'nodes', type, 'locales')).flatMap((language) =>
                    ['json', 'html'].map((kind) => `dist/nodes/locales/${language}/${type}.${kind}`),
                ),
            ]),
            ...Object.values(json['node-red'].plugins ?? {}),
            ...filesBelow(join(projectRoot, 'resources')).map((file) => `resources/${file}`),
            ...filesBelow(join(projectRoot, 'lib')).map((file) => `dist/lib/${file.replace(/\.ts$/, '.js')}`),
        ];
        assert.deepEqual(
            needed.filter((file) => !files.has(file)),
            [],
        );
    });

    it('says of itself what the palette and npm want to know', () => {
        assert.match(json.name, /^@[\w-]+\/node-red-/);
        assert.equal(json.license, 'MIT');
        assert.match(readFileSync(join(projectRoot, 'LICENSE'), 'utf8'), /^MIT License/);
        assert.ok(json.keywords.includes('node-red'));
        assert.match(json.repository.url, /^git\+https:\/\//);
        assert.match(json.bugs.url, /^https:\/\//);
        assert.equal(json.engines.node, '>=20.19');
        assert.equal(json['node-red'].version, '>=4.1.0');
        assert.ok(Object.keys(json.dependencies).length <= 9);
        const changelog = readFileSync(join(projectRoot, 'CHANGELOG.md'), 'utf8');
        assert.ok(changelog.includes(`## ${json.version}`), `the changelog tells of ${json.version}`);
    });

    it('can be published: npm has nothing to mend in it', function () {
        needRegistry(this);
        const home = join(folder, 'publish');
        mkdirSync(home);
        run('tar', ['-xzf', tarball.path, '--strip-components=1', '-C', home]);
        // with its warnings, on stderr: npm says what it would correct
        const output = run(
            'sh',
            ['-c', 'npm publish --dry-run --ignore-scripts --access public --json --tag next 2>&1'],
            home,
            { npm_config_loglevel: 'warn' },
        );
        assert.doesNotMatch(output, /auto-corrected|errors corrected|npm warn publish|npm error/);
        const answer = JSON.parse(output.slice(output.search(/^\{/m), output.lastIndexOf('}') + 1)) as
            { id?: string } | Record<string, { id: string }>;
        const id = 'id' in answer ? answer.id : (Object.values(answer)[0] as { id: string }).id;
        assert.equal(id, `${json.name}@${json.version}`);
    });

    for (const version of NODES)
        it(`installs with --omit=dev --engine-strict on Node ${version}, and every node loads there`, async function () {
            needRegistry(this);
            const { nodeOf, versionOf } = await import('../../scripts/suites/pairs.mjs');
            const node = nodeOf(version);
            const home = join(folder, `node-${version}`);
            mkdirSync(home);
            writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'user-dir', private: true }));
            const began = Date.now();
            run(
                'npm',
                [
                    'install',
                    '--omit=dev',
                    '--engine-strict',
                    '--save-prefix=~',
                    '--no-audit',
                    '--no-fund',
                    tarball.path,
                ],
                home,
                { PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` },
            );
            const seconds = ((Date.now() - began) / 1000).toFixed(1);
            const modules = join(home, 'node_modules');
            const size = filesBelow(modules).reduce((sum, file) => sum + statSync(join(modules, file)).size, 0);
            const count = readdirSync(modules).filter((name) => !name.startsWith('.')).length;
            console.log(`        ${versionOf(node)}: ${seconds} s, ${kilobytes(size)} with ${count} dependencies`);
            const script = `
                const home = ${JSON.stringify(join(modules, json.name))};
                const files = Object.values(require(home + '/package.json')['node-red'].nodes);
                for (const file of files) if (typeof require(home + '/' + file) !== 'function') throw new Error(file);
                import('lowdb').then(() => console.log(files.length));`;
            assert.equal(
                run(node, ['-e', script], join(modules, json.name)).trim(),
                String(Object.keys(json['node-red'].nodes).length),
            );
        });
});

function filesBelow(place: string): string[] {
    if (!existsSync(place)) return [];
    return readdirSync(place, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1));
}

function kilobytes(bytes: number): string {
    return `${Math.round(bytes / 1000)} kB`;
}
