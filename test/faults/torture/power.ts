import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lookInto } from '../../../lib/store/maintenance/inspect';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { acknowledge, Findings } from './findings';
import { standBetween } from './handles';
import { Random } from './random';
import { readNumbers, writeOne } from './records';

export interface PowerOptions {
    file: string;
    cuts: number;
    seed: number;
    /** planted: what is only written counts as flushed by the store, but not by the disk */
    withoutFlush?: boolean;
}

/**
 * What a kill cannot show: the power fails, and of each file is there what was flushed, of the rest any part or zeros. The
 * disk as it would then be is copied at random moments and read.
 */
export async function cutPower(options: PowerOptions, result: ProofResult): Promise<void> {
    const { file, seed } = options;
    const random = new Random(seed);
    const flushed = new Map<number, number>();
    const flush = async (handle: FileHandle, real: () => Promise<void>): Promise<void> => {
        const { size, ino } = await handle.stat();
        await real();
        flushed.set(ino, size);
    };
    const skip = (): Promise<void> => Promise.resolve();
    const restore = await standBetween({ datasync: options.withoutFlush === true ? skip : flush, sync: flush });
    const acknowledged = new Map<string, number>();
    let writing = true;
    try {
        const ledger = await Ledger.open(file, { onWarning: () => undefined, compactAfter: 60 });
        let n = 0;
        const writers = Array.from({ length: 12 }, async (_, writer) => {
            while (writing) {
                const mine = n++;
                acknowledge(acknowledged, await writeOne(ledger, writer, mine, random), mine);
            }
        });
        for (let cut = 1; cut <= options.cuts; cut++) {
            const until = n + random.below(80);
            while (n < until) await new Promise((resolve) => setImmediate(resolve));
            const known = new Map(acknowledged);
            const copy = join(dirname(file), `cut-${cut}`, 'store.json');
            copyAsCut(file, copy, flushed, random);
            const findings = new Findings(result, `power cut ${cut} of seed ${seed}`);
            const look = await lookInto(copy);
            findings.compare(known, readNumbers(look?.data ?? { prints: {}, parts: {} }));
            await rm(dirname(copy), { recursive: true });
            result.cases++;
        }
        writing = false;
        await Promise.all(writers);
        await ledger.close();
    } finally {
        writing = false;
        restore();
    }
}

/** In one go, so that nothing moves meanwhile. Names are kept; of what was not flushed there is a random part, and sometimes zeros in place of the rest. */
export function copyAsCut(file: string, copy: string, flushed: ReadonlyMap<number, number>, random: Random): void {
    mkdirSync(dirname(copy));
    for (const name of readdirSync(dirname(file))) {
        if (!/^store\.json(\.format-1)?(\.bak|\.tmp|\.journal\.\d+)?$/.test(name)) continue;
        const path = join(dirname(file), name);
        try {
            const { ino } = statSync(path);
            const safe = flushed.get(ino) ?? 0;
            const bytes = readFileSync(path);
            const rest = bytes.subarray(safe, safe + random.below(bytes.length - safe + 1));
            if (random.below(3) === 0) rest.fill(0);
            writeFileSync(join(dirname(copy), name), Buffer.concat([bytes.subarray(0, safe), rest]));
        } catch (error) {
            // a compaction took it away meanwhile
            if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        }
    }
}
