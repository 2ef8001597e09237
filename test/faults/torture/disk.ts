import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { acknowledge, Findings } from './findings';
import { standBetween } from './handles';
import { Random } from './random';
import { numbersOf, printOf, writeOne } from './records';

const run = promisify(execFile);

/** A disk of its own, small enough to be full soon; null where mounting is not allowed. */
export interface SmallDisk {
    folder: string;
    fill: (leave: number) => Promise<void>;
    empty: () => Promise<void>;
    unmount: () => Promise<void>;
}

export async function mountSmallDisk(parent: string): Promise<SmallDisk | null> {
    const folder = await mkdtemp(join(parent, 'disk-'));
    try {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
    } catch {
        return null;
    }
    const filler = join(folder, 'filler');
    const empty = (): Promise<void> => rm(filler, { force: true });
    return {
        folder,
        empty,
        fill: async (leave) => {
            const reserve = join(folder, 'reserve');
            await writeFile(reserve, Buffer.alloc(leave));
            await writeFile(filler, Buffer.alloc(1 << 20)).catch(() => undefined);
            await rm(reserve);
        },
        unmount: async () => {
            await run('umount', [folder]);
            await rm(folder, { recursive: true });
        },
    };
}

/** On a real full disk: writing, compacting and starting. */
export async function fillDisk(disk: SmallDisk, seed: number, result: ProofResult): Promise<void> {
    const folder = join(disk.folder, `store-${seed}`);
    await mkdir(folder);
    const file = join(folder, 'store.json');
    const findings = new Findings(result, `full disk, seed ${seed}`);
    const random = new Random(seed);
    const acknowledged = new Map<string, number>();
    const warnings: string[] = [];
    const options = { onWarning: (text: string) => void warnings.push(text), compactAfter: 100_000 };
    let n = 0;
    const write = async (ledger: Ledger): Promise<unknown> => {
        const mine = n++;
        return writeOne(ledger, mine % 5, mine, random).then(
            (key) => acknowledge(acknowledged, key, mine),
            (error: unknown) => error,
        );
    };
    const writeMany = async (ledger: Ledger, count: number): Promise<unknown[]> => {
        const errors: unknown[] = [];
        for (let i = 0; i < count; i += 5)
            errors.push(...(await Promise.all([1, 2, 3, 4, 5].map(() => write(ledger)))));
        return errors.filter((error) => error !== undefined);
    };

    // writing, until there is no room
    let ledger = await Ledger.open(file, options);
    await writeMany(ledger, 50);
    await disk.fill(4096 * random.below(4));
    const refused = await writeMany(ledger, 300);
    if (refused.length === 0) findings.find('wrong', 'a full disk refused nothing');
    mustSay(refused, /cannot be written, the disk is full/, findings);
    await disk.empty();
    mustBeNone(await writeMany(ledger, 50), findings);
    checkOpened((ledger = await reopen(ledger, file, options)), acknowledged, warnings, findings);
    result.cases++;

    // compacting: room for the journal, not for the snapshot
    for (let i = 0; i < 60; i++) {
        await ledger.setPrintDurable(printOf(`big-${i}`, i));
        acknowledge(acknowledged, `print big-${i}`, i);
    }
    await disk.fill(8192);
    const failed = await ledger.compact().then(
        () => null,
        (error: unknown) => error,
    );
    if (failed === null) findings.find('wrong', 'a compaction on a full disk did not fail');
    else mustSay([failed], /the disk is full/, findings);
    if ((await readdir(folder)).includes('store.json.tmp'))
        findings.find('wrong', 'half a snapshot stayed on a full disk');
    mustBeNone(await writeMany(ledger, 10), findings);
    await disk.empty();
    await ledger.compact();
    mustBeNone(await writeMany(ledger, 10), findings);
    checkOpened((ledger = await reopen(ledger, file, options)), acknowledged, warnings, findings);
    await ledger.close();
    result.cases++;

    // starting
    await disk.fill(0);
    const started = await Ledger.open(file, options).catch((error: unknown) => error);
    if (started instanceof Ledger) {
        // what it needs fitted in; then it must know everything
        checkOpened(started, acknowledged, warnings, findings);
        await started.close();
    } else mustSay([started], /the disk is full/, findings);
    await disk.empty();
    ledger = await Ledger.open(file, options);
    checkOpened(ledger, acknowledged, warnings, findings);
    await ledger.close();
    result.cases++;
    await rm(folder, { recursive: true });
}

/** A folder that nobody may write in; null where that cannot be had here. */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | null> {
    if (process.getuid?.() !== 0) {
        await chmod(folder, 0o555);
        return () => chmod(folder, 0o755);
    }
    try {
        await run('chattr', ['+i', folder]);
        return async () => void (await run('chattr', ['-i', folder]));
    } catch {
        return null;
    }
}

/** A folder that becomes read-only under a running store, and at a start. @returns false where it cannot be had */
export async function denyFolder(folder: string, result: ProofResult): Promise<boolean> {
    const file = join(folder, 'store.json');
    const findings = new Findings(result, 'read-only folder');
    const warnings: string[] = [];
    const options = { onWarning: (text: string) => void warnings.push(text), compactAfter: 100_000 };
    const acknowledged = new Map<string, number>();
    let ledger = await Ledger.open(file, options);
    const put = async (n: number): Promise<void> => {
        await ledger.setPrintDurable(printOf(`p-${n}`, n));
        acknowledge(acknowledged, `print p-${n}`, n);
    };
    for (let n = 0; n < 20; n++) await put(n);
    let unlock = await lockFolder(folder);
    if (unlock === null) {
        await ledger.close();
        return false;
    }
    try {
        // the journal is open: writing goes on, compacting does not
        await put(20);
        const failed: unknown = await ledger.compact().catch((error: unknown) => error);
        mustSay([failed], /cannot be written|EACCES|EPERM|EROFS/, findings);
        await put(21);
        await unlock();
        await ledger.compact();
        await put(22);
        ledger = await reopen(ledger, file, options);
        checkOpened(ledger, acknowledged, warnings, findings);
        await ledger.close();
        result.cases++;

        unlock = (await lockFolder(folder))!;
        const started: unknown = await Ledger.open(file, options).catch((error: unknown) => error);
        mustSay([started], /cannot be written, .*(no permission|read-only)/, findings);
        await unlock();
        ledger = await Ledger.open(file, options);
        checkOpened(ledger, acknowledged, warnings, findings);
        await ledger.close();
        result.cases++;
    } finally {
        await unlock();
    }
    return true;
}

export interface FaultyDiskOptions {
    file: string;
    seed: number;
    /** planted: what half a write left is not cut off */
    withoutCut?: boolean;
}

/** Writes that end early or fail, flushes that fail, again and again, while many write and the store compacts. */
export async function writeOnFaultyDisk(options: FaultyDiskOptions, result: ProofResult): Promise<void> {
    const { file, seed } = options;
    const findings = new Findings(result, `faulty disk, seed ${seed}`);
    const random = new Random(seed);
    const acknowledged = new Map<string, number>();
    const refused: unknown[] = [];
    // a snapshot heals what is wrong in the journal: with it and without
    const compactAfter = seed % 2 === 0 ? 40 : 100_000;
    let faulty = false;
    const fails = (): boolean => faulty && random.below(4) === 0;
    const restore = await standBetween({
        write: async (_handle, bytes, real) => {
            if (!fails()) return real(bytes);
            if (random.below(2) === 0) await real(bytes.subarray(0, random.below(bytes.length)));
            throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        },
        datasync: async (_handle, real) => {
            await real();
            if (fails()) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
        },
        ...(options.withoutCut === true ? { truncate: () => Promise.resolve() } : {}),
    });
    const warnings: string[] = [];
    const opening = { onWarning: (text: string) => void warnings.push(text), compactAfter };
    try {
        let ledger = await Ledger.open(file, opening);
        faulty = true;
        let n = 0;
        const write = async (): Promise<void> => {
            const mine = n++;
            try {
                acknowledge(acknowledged, await writeOne(ledger, mine % 8, mine, random), mine);
            } catch (error) {
                refused.push(error);
            }
        };
        for (let round = 0; round < 30; round++) await Promise.all(Array.from({ length: 8 }, write));
        faulty = false;
        // room again: it goes on, and what waited is written too
        const before = refused.length;
        for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 8 }, write));
        if (refused.length > before)
            findings.find('wrong', `refused after the disk was well: ${String(refused.at(-1))}`);
        mustSay(refused, /cannot be written, (the disk is full|the disk reports an error)/, findings);
        const memory = numbersOf(ledger, acknowledged.keys());
        warnings.length = 0;
        ledger = await reopen(ledger, file, opening);
        checkOpened(ledger, acknowledged, warnings, findings);
        // the disk knows no less than the memory did
        findings.compare(memory.numbers, numbersOf(ledger, acknowledged.keys()));
        await ledger.close();
    } finally {
        restore();
    }
    if (refused.length === 0) findings.find('wrong', 'a faulty disk refused nothing');
    const left = (await readdir(dirname(file))).filter((name) => name.startsWith(`${basename(file)}.tmp`));
    for (const name of left) findings.find('wrong', `${name} was left behind`);
    result.cases++;
}

async function reopen(ledger: Ledger, file: string, options: Parameters<typeof Ledger.open>[1]): Promise<Ledger> {
    await ledger.close();
    return Ledger.open(file, options);
}

function checkOpened(
    ledger: Ledger,
    acknowledged: ReadonlyMap<string, number>,
    warnings: string[],
    findings: Findings,
): void {
    findings.compare(acknowledged, numbersOf(ledger, acknowledged.keys()));
    for (const warning of warnings)
        if (
            !/could not be compacted|incomplete after a crash|cannot be written, the disk|is written again/.test(
                warning,
            )
        )
            findings.find('wrong', warning);
}

function mustSay(errors: readonly unknown[], text: RegExp, findings: Findings): void {
    for (const error of errors)
        if (!(error instanceof Error) || !text.test(error.message))
            findings.find('wrong', `an error that does not say what to do: ${String(error)}`);
}

function mustBeNone(errors: readonly unknown[], findings: Findings): void {
    if (errors.length > 0) findings.find('wrong', `refused though there was room: ${String(errors[0])}`);
}
