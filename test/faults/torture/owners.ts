import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ledger } from '../../../lib/store/ledger/ledger';
import { StoreInUse } from '../../../lib/store/engine/lock/store-lock';
import type { ProofResult } from '../result';
import { WriterProcess } from './child';
import { acknowledge, Findings } from './findings';
import { numbersOf } from './records';

/** Two on one file: the second is refused and writes nothing; when the first is killed the next has it, and only one. */
export async function fightForStore(file: string, rounds: number, result: ProofResult): Promise<void> {
    const acknowledged = new Map<string, number>();
    let slowest = 0;
    for (let round = 1; round <= rounds; round++) {
        const findings = new Findings(result, `two processes, round ${round}`);
        const [first, second, third] = [new WriterProcess(file), new WriterProcess(file), new WriterProcess(file)];
        try {
            await first.line('ready');
            first.go(round * 10_000, 'hold');
            await first.line('idle', 'error');
            for (const [key, n] of first.acknowledged()) acknowledge(acknowledged, key, n);

            const before = await bytesOf(file);
            const began = Date.now();
            const refused: unknown = await Ledger.open(file, { onWarning: () => undefined }).catch(
                (error: unknown) => error,
            );
            slowest = Math.max(slowest, Date.now() - began);
            if (!(refused instanceof StoreInUse))
                findings.find('wrong', `the second was not refused: ${String(refused)}`);
            if (refused instanceof Ledger) await refused.close();
            if ((await bytesOf(file)) !== before) findings.find('wrong', 'the second changed the files of the first');
            result.cases++;

            // the first is killed, and two want to be the next at the same time
            await Promise.all([second.line('ready'), third.line('ready')]);
            await first.kill();
            second.go(round * 10_000 + 3000, 'hold');
            third.go(round * 10_000 + 6000, 'hold');
            const ends = await Promise.all([second.line('idle', 'error'), third.line('idle', 'error')]);
            const winners = ends.filter((end) => end === 'idle').length;
            if (winners !== 1) findings.find('wrong', `${winners} of two have the store: ${ends.join(' / ')}`);
            if (winners === 1 && !ends.some((end) => end?.startsWith('error StoreInUse')))
                findings.find('wrong', `the other was not told: ${ends.join(' / ')}`);
            for (const writer of [second, third]) {
                for (const [key, n] of writer.acknowledged()) acknowledge(acknowledged, key, n);
            }
            result.cases++;
        } finally {
            await Promise.all([first.kill(), second.kill(), third.kill()]);
        }
        const taken = Date.now();
        const ledger = await Ledger.open(file, { onWarning: (text) => findings.find('wrong', text) });
        slowest = Math.max(slowest, Date.now() - taken);
        findings.compare(acknowledged, numbersOf(ledger, acknowledged.keys()));
        await ledger.close();
        result.cases++;
    }
    result.notes.push(`two processes on one store: the slowest answer after ${slowest} ms`);
}

/** All that lies there, but for the signs of life of the lock. */
async function bytesOf(file: string): Promise<string> {
    const names = (await readdir(dirname(file))).filter((name) => !name.endsWith('.lock')).sort();
    const bytes = await Promise.all(names.map((name) => readFile(join(dirname(file), name), 'hex')));
    return names.map((name, i) => `${name} ${bytes[i]!}`).join('\n');
}
