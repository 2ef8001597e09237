import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { Findings } from './findings';
import { standBetween } from './handles';
import { printOf } from './records';

const TOGETHER = 1000;

/** Many that wait together share one flush; at that size a compaction must not hold up the process. Figures, no limits. */
export async function measureLoad(file: string, records: number, result: ProofResult): Promise<void> {
    const findings = new Findings(result, `${records} records`);
    const options = { onWarning: (text: string) => findings.find('wrong', text) };
    let flushes = 0;
    const restore = await standBetween({
        datasync: async (_handle, real) => {
            flushes++;
            await real();
        },
    });
    try {
        let ledger = await Ledger.open(file, options);
        await Promise.all(Array.from({ length: TOGETHER }, (_, n) => ledger.setPrintDurable(printOf(`p-${n}`, n))));
        // the note of the first opening, and one more where the group was cut in two
        if (flushes > 3) findings.find('wrong', `${TOGETHER} records that wait together took ${flushes} flushes`);
        result.notes.push(`${TOGETHER} records that wait together: ${flushes} flushes, the opening's included`);
        for (let from = TOGETHER; from < records; from += TOGETHER) {
            const group = Math.min(TOGETHER, records - from);
            await Promise.all(
                Array.from({ length: group }, (_, i) => ledger.setPrintDurable(printOf(`p-${from + i}`, from + i))),
            );
        }
        const loop = monitorEventLoopDelay({ resolution: 1 });
        loop.enable();
        const compacted = await timed(() => ledger.compact());
        loop.disable();
        const one = await timed(() => ledger.setPrintDurable(printOf('p-0', records)));
        await ledger.close();
        const opened = await timed(async () => {
            ledger = await Ledger.open(file, options);
        });
        let count = 0;
        for (const print of ledger.prints()) if (print.quantity !== undefined) count++;
        if (count !== records) findings.find('lost', `${count} of ${records} records are there`);
        await ledger.close();
        result.notes.push(
            `${records} records: compaction ${compacted} ms (the event loop held up for ${Math.round(loop.max / 1e6)} ms at most), one write ${one} ms, opening ${opened} ms, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
        );
        result.cases++;
    } finally {
        restore();
    }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work();
    return Math.round(10 * (performance.now() - began)) / 10;
}
