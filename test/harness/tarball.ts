import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Context } from 'mocha';
import { projectRoot } from './project';

export interface PackageJson {
    name: string;
    version: string;
    license: string;
    keywords: string[];
    repository: { url: string };
    bugs: { url: string };
    engines: { node: string };
    dependencies: Record<string, string>;
    'node-red': { version: string; nodes: Record<string, string>; plugins?: Record<string, string> };
}

/** What `npm pack` made. */
export interface Tarball {
    /** the .tgz */
    path: string;
    version: string;
    /** paths in the package */
    files: string[];
    packedBytes: number;
    unpackedBytes: number;
}

export function packageJsonOf(folder = projectRoot): PackageJson {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/** Packs a folder whose dist/ is built. @param into where the .tgz goes */
export function pack(into: string, folder = projectRoot): Tarball {
    const output = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', into], folder);
    const listed = JSON.parse(output) as PackAnswer[] | Record<string, PackAnswer>;
    const answer = Object.values(listed)[0]!;
    return {
        path: join(into, basename(answer.filename)),
        version: answer.version,
        files: answer.files.map(({ path }) => path),
        packedBytes: answer.size,
        unpackedBytes: answer.unpackedSize,
    };
}

/**
 * The version before this one: built from the newest tag of a lower version, or, as long as there is none, this package
 * under a lower number.
 */
export function packPrevious(into: string): Tarball {
    const folder = mkdtempSync(join(into, 'previous-'));
    const tag = previousTag();
    if (tag === undefined) {
        run('tar', ['-xzf', pack(folder).path, '--strip-components=1', '-C', folder]);
        const file = join(folder, 'package.json');
        writeFileSync(file, JSON.stringify({ ...packageJsonOf(folder), version: '0.0.9' }));
    } else {
        const archive = join(folder, 'source.tar');
        run('git', ['archive', '--format=tar', '-o', archive, tag]);
        run('tar', ['-xf', archive, '-C', folder]);
        rmSync(archive);
        symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
        run(process.execPath, ['scripts/build.mjs'], folder);
    }
    return pack(into, folder);
}

/** Where the tarball is installed to. */
export function emptyUserDir(into: string): string {
    const userDir = mkdtempSync(join(into, 'user-'));
    mkdirSync(userDir, { recursive: true });
    return userDir;
}

/** Skips what installs from the npm registry where there is none; with PRINT_TO_STOCK_REGISTRY=required it fails. */
export function needRegistry(test: Context): void {
    const { status } = spawnSync('npm', ['view', 'valibot', 'version'], { encoding: 'utf8', timeout: 30_000 });
    if (status === 0) return;
    const why = 'the npm registry does not answer';
    if (process.env['PRINT_TO_STOCK_REGISTRY'] === 'required') throw new Error(why);
    console.log(`        skipped: ${why}`);
    test.skip();
}

export function temporaryFolder(): string {
    return mkdtempSync(join(tmpdir(), 'print-to-stock-install-'));
}

/** @returns what the command wrote. @throws Error with what it complained of */
export function run(command: string, args: string[], cwd = projectRoot, env: Record<string, string> = {}): string {
    const { status, stdout, stderr } = spawnSync(command, args, {
        cwd,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, npm_config_loglevel: 'error', ...env },
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
    return stdout;
}

interface PackAnswer {
    filename: string;
    version: string;
    files: { path: string }[];
    size: number;
    unpackedSize: number;
}

/** The newest tag `v…` whose version is lower than this one's. */
function previousTag(): string | undefined {
    const { stdout } = spawnSync('git', ['tag', '--list', 'v*', '--sort=-v:refname'], {
        cwd: projectRoot,
        encoding: 'utf8',
    });
    const now = numbersOf(packageJsonOf().version);
    return stdout.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag) && isLower(numbersOf(tag.slice(1)), now));
}

function numbersOf(version: string): number[] {
    return version.split(/[.-]/).slice(0, 3).map(Number);
}

function isLower(a: number[], b: number[]): boolean {
    const at = a.findIndex((number, index) => number !== b[index]);
    return at >= 0 && a[at]! < b[at]!;
}
