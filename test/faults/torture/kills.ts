import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookInto } from '../../../lib/store/maintenance/inspect';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { WriterProcess } from './child';
import { acknowledge, Findings } from './findings';
import type { Plant } from './plants';
import { Random } from './random';
import { numbersOf, readNumbers } from './records';

export interface KillOptions {
    file: string;
    kills: number;
    seed: number;
    plant?: Plant;
    /** ends at the first finding: for planted bugs */
    untilFound?: boolean;
}

/** Processes that wait for their turn: beginning one takes longer than killing it. */
const READY = 2;

/** Kills a process that writes, again and again on one store, and reads after each kill what is there. */
export async function killWriters(options: KillOptions, result: ProofResult): Promise<void> {
    const { file, seed, plant = '' } = options;
    const random = new Random(seed);
    const acknowledged = new Map<string, number>();
    const waiting: WriterProcess[] = [];
    const begin = (): void => void waiting.push(new WriterProcess(file, { plant }));
    for (let i = 0; i < READY; i++) begin();
    let count = 0;
    try {
        for (let kill = 1; kill <= options.kills; kill++) {
            const writer = waiting.shift()!;
            if (kill + READY <= options.kills) begin();
            const findings = new Findings(result, `kill ${kill} of seed ${seed}`);
            await writer.line('ready');
            writer.go(kill * 1_000_000, 'write');
            // some while it opens, most while it writes
            if (random.below(8) > 0) {
                await writer.line('open', 'error');
                // by what it has written, not only by time: a slow machine gets as far as a fast one
                await writer.said(1 + random.below(200));
            }
            await sleep(random.below(8));
            await writer.kill();
            for (const [key, n] of writer.acknowledged()) {
                acknowledge(acknowledged, key, n);
                count++;
            }
            for (const line of writer.lines) if (/^error /.test(line)) findings.find('wrong', line);
            await inspect(file, acknowledged, findings, kill % SWEEP === 0);
            result.cases++;
            if (options.untilFound === true && result.lost + result.wrong > 0) break;
        }
    } finally {
        await Promise.all(waiting.map((writer) => writer.kill()));
    }
    result.notes.push(`${options.kills} kills: ${count} acknowledged writes, ${acknowledged.size} records`);
}

/** What a crash may leave, and what must be gone when the store was opened again. */
const LEFT = /^\.(bak|tmp|lock|owner|taking\.lock|journal\.\d+)$/;
const STAYING = /^\.(bak|journal\.\d+)$/;
/** After so many kills the store is left in peace for two compactions; each kill may have broken off one. */
const SWEEP = 10;

/** Everything acknowledged must be there: read without opening, opened, and by what it warns of. */
async function inspect(
    file: string,
    acknowledged: Map<string, number>,
    findings: Findings,
    sweep: boolean,
): Promise<void> {
    await bounded(file, LEFT, SWEEP + 4, findings);
    const look = await lookInto(file);
    if (look === null && acknowledged.size > 0) findings.find('wrong', 'there is no store any more');
    if (look !== null) findings.compare(acknowledged, readNumbers(look.data));

    const warnings: string[] = [];
    const ledger = await Ledger.open(file, { onWarning: (text) => void warnings.push(text) });
    // both happen when a process is killed, and neither loses anything
    for (const warning of warnings)
        if (!/incomplete after a crash|was missing: its previous version/.test(warning))
            findings.find('wrong', warning);
    const reading = numbersOf(ledger, look === null ? [] : readNumbers(look.data).numbers.keys());
    findings.compare(acknowledged, reading);
    if (sweep) {
        await ledger.compact();
        await ledger.compact();
    }
    await ledger.close();
    await bounded(file, STAYING, sweep ? 2 : SWEEP + 4, findings);
    // what was read once stays
    for (const [key, n] of reading.numbers) acknowledge(acknowledged, key, n);
}

async function bounded(file: string, expected: RegExp, most: number, findings: Findings): Promise<void> {
    const folder = dirname(file);
    const names = await readdir(folder);
    const ends = names.map((name) => name.slice('store.json'.length)).filter((end) => end !== '');
    for (const end of ends) if (!expected.test(end)) findings.find('wrong', `store.json${end} was left behind`);
    const journals = ends.filter((end) => end.startsWith('.journal.')).length;
    if (journals > most) findings.find('wrong', `${journals} journals have piled up`);
}
