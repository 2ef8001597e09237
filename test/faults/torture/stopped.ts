import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockTimes } from '../../../lib/store/engine/lock/store-lock';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { WriterProcess } from './child';
import { acknowledge, Findings } from './findings';
import { numbersOf } from './records';
import { WRITERS } from './writers';

/** Numbers that an idle owner writes, after it was woken. */
const LATER = 20_000_000;

/** A lock of two seconds, the least that its library takes; all else in proportion. */
const QUICK: Partial<LockTimes> = { staleMs: 2000, sleptMs: 1000, beatMs: 200, againMs: 100 };

/**
 * What happens to the store while its owner is stopped.
 * - `taken`: another process has it and keeps it
 * - `returned`: another process had it and let it go
 * - `left`: nobody takes it
 */
export type Meanwhile = 'taken' | 'returned' | 'left';

/** What the owner does when it is stopped: nothing, or it is writing. */
export type StoppedWhile = 'idle' | 'writing';

export interface StopOptions {
    file: string;
    meanwhile: Meanwhile;
    stoppedWhile: StoppedWhile;
    /** the owner does not notice that it was away: for a planted bug */
    blind?: boolean;
}

/** Every way in which it comes about. */
export const STOPS: readonly Pick<StopOptions, 'meanwhile' | 'stoppedWhile'>[] = (
    ['taken', 'returned', 'left'] as const
).flatMap((meanwhile) => (['idle', 'writing'] as const).map((stoppedWhile) => ({ meanwhile, stoppedWhile })));

/**
 * The owner of a store is stopped for longer than its lock lasts, and goes on: as a machine that slept, or a container that
 * was frozen. Where another process has the store it writes nothing any more; else it goes on, on what lies there.
 */
export async function stopOwner(options: StopOptions, result: ProofResult): Promise<void> {
    const { file, meanwhile, stoppedWhile, blind = false } = options;
    const findings = new Findings(result, `owner stopped while ${stoppedWhile}, the store ${meanwhile}`);
    const acknowledged = new Map<string, number>();
    const lock: Partial<LockTimes> = blind ? { ...QUICK, staleMs: 3_600_000, sleptMs: 3_600_000 } : QUICK;
    const [first, second] = [new WriterProcess(file, { lock }), new WriterProcess(file, { lock: QUICK })];
    try {
        await Promise.all([first.line('ready'), second.line('ready')]);
        first.go(10_000, stoppedWhile === 'writing' ? 'write' : 'hold');
        await (stoppedWhile === 'writing' ? first.said(200) : first.line('idle', 'error'));
        first.stop();
        await untilStale(file);
        if (meanwhile !== 'left') {
            second.go(1_000_000, meanwhile === 'taken' ? 'hold' : 'close');
            const end = await second.line('idle', 'error');
            if (end !== 'idle') findings.find('wrong', `the second did not get the store: ${end}`);
        }
        const before = await filesOf(file);
        const wakes = [...first.acknowledged()].length;
        if (stoppedWhile === 'idle') first.go(LATER, 'hold');
        first.wake();
        const isOwner = meanwhile !== 'taken';
        // of those that it was writing some may have been on the disk
        const enough = wakes + (stoppedWhile === 'idle' ? 1 : 3) * WRITERS;
        await first.until(
            () => [...first.acknowledged()].length >= enough || first.lines.some((line) => line.startsWith('error')),
        );
        const refusal = first.lines.find((line) => line.startsWith('error'));
        if (isOwner && refusal !== undefined) findings.find('wrong', `it does not go on: ${refusal}`);
        if (!isOwner) {
            if (refusal?.startsWith('error StoreInUse') !== true)
                findings.find('wrong', `it was not told that the store is another's: ${refusal ?? 'it writes'}`);
            await first.kill();
            const journals = [...before.keys()].filter((name) => /\.journal\.\d+$/.test(name)).sort();
            // what was handed to the system before the stop still comes to its own journal: nobody is told that it is there
            const own = stoppedWhile === 'writing' ? journals.slice(0, -1) : [];
            for (const name of changed(before, await filesOf(file)).filter((each) => !own.includes(each)))
                findings.find('wrong', `${name} was written to although another process has the store`);
        }
        for (const writer of [first, second])
            for (const line of writer.lines.filter((each) => isAlarm(each, meanwhile))) findings.find('wrong', line);
    } finally {
        first.wake();
        await Promise.all([first.kill(), second.kill()]);
    }
    for (const writer of [first, second])
        for (const [key, n] of writer.acknowledged()) acknowledge(acknowledged, key, n);
    const ledger = await Ledger.open(file, { onWarning: () => undefined, lock: QUICK });
    findings.compare(acknowledged, numbersOf(ledger, acknowledged.keys()));
    await ledger.close();
    result.cases++;
}

/** What a lock says of its owner's being away, or of a write that it was stopped in. */
const EXPECTED: Record<Meanwhile, RegExp> = {
    taken: /taken over by another process|incomplete after a crash/,
    returned: /was in use by another process while this one could not refresh its lock|incomplete after a crash/,
    left: /^$/,
};

function isAlarm(line: string, meanwhile: Meanwhile): boolean {
    return line.startsWith('warning') && !EXPECTED[meanwhile].test(line);
}

/** Resolves when nobody has refreshed the lock for longer than it lasts. */
async function untilStale(file: string): Promise<void> {
    for (;;) {
        const { mtimeMs } = await stat(`${file}.lock`);
        if (Date.now() - mtimeMs > QUICK.staleMs! + 500) return;
        await sleep(100);
    }
}

/** All that lies there but the lock, whose time tells that its owner is alive. */
async function filesOf(file: string): Promise<Map<string, string>> {
    const names = (await readdir(dirname(file))).filter((name) => !name.endsWith('.lock'));
    const bytes = await Promise.all(names.map((name) => readFile(join(dirname(file), name), 'hex')));
    return new Map(names.map((name, i) => [name, bytes[i]!]));
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
    return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}
