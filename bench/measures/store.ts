import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Ledger } from '../../lib/store/ledger/ledger';
import { figureOf, median, rounded, type Bench, type Result } from '../measure';
import { layStore } from '../stores';

const SIZES = [1_000, 100_000] as const;

/** A durable write with many records, against one with few. */
export async function store({ quick, repetitions, say }: Bench): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'print-to-stock-bench-'));
    const writes = quick ? 100 : 300;
    const open = async (size: number): Promise<Ledger> => {
        const file = join(folder, `${size}.json`);
        await layStore(file, size);
        return Ledger.open(file, { onWarning: say });
    };
    const ledgers = [await open(SIZES[0]), await open(SIZES[1])] as const;
    try {
        const times: [number[], number[]] = [[], []];
        for (let n = 0; n < repetitions; n++) {
            const round: [number[], number[]] = [[], []];
            for (let write = 0; write < writes; write++) {
                for (const which of [0, 1] as const) round[which].push(await writeTime(ledgers[which], write));
            }
            for (const which of [0, 1] as const) times[which].push(median(round[which]));
        }
        const ratio = figureOf(
            'store_ratio',
            times[1].map((ms, n) => ms / times[0][n]!),
            '×',
            { most: 1.5 },
        );
        return {
            figures: [ratio, figureOf('durable write at 100,000', times[1], 'ms', null)],
            keys: { store_ratio: rounded(ratio.value) },
        };
    } finally {
        for (const ledger of ledgers) await ledger.close();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function writeTime(ledger: Ledger, n: number): Promise<number> {
    const record = ledger.print(`bambuddy-${1_000_000 + n}`)!;
    const began = performance.now();
    await ledger.setPrintDurable({ ...record, quantity: n });
    return performance.now() - began;
}
