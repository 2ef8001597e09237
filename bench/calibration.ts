import { createHash } from 'node:crypto';

/** Processor time of the work on the machine of docs/performance.md, in milliseconds. */
const REFERENCE_MS = 35;

/** The first ones compile it. */
const RUNS = 9;

/**
 * How much slower this machine is just now than that of docs/performance.md: 2 where it takes twice as long. From a fixed
 * piece of work of the sort that an import consists of: texts, JSON, maps and digests. The quickest of some runs counts.
 */
export function calibration(): number {
    let best = Infinity;
    for (let n = 0; n < RUNS; n++) {
        const before = process.cpuUsage();
        work();
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1000);
    }
    return best / REFERENCE_MS;
}

function work(): string {
    const byBatch = new Map<string, unknown>();
    const digest = createHash('sha1');
    for (let n = 0; n < 12_000; n++) {
        const record = { batch: `bambuddy-${n}`, identity: `content_hash:${n % 977}`, name: `Part ${n}`, grams: n / 7 };
        const line = JSON.stringify({ ...record, at: new Date(1_764_000_000_000 + n * 1000).toISOString() });
        byBatch.set(record.batch, JSON.parse(line));
        digest.update(line);
    }
    const sorted = [...byBatch.keys()].sort((a, b) => a.localeCompare(b));
    return digest.update(sorted.join()).digest('hex');
}
