import { join } from 'node:path';
import type { PackageContender } from '../contenders/package';
import { figureOf, rounded, type Bench, type Result } from '../measure';
import { USUAL } from '../simulators';
import { layStore } from '../stores';

const PATIENCE_MS = 60_000;
const LARGE = 100_000;
const MEDIUM = 10_000;
/** The first look proper: it asks for a page; what is asked before it has other limits. */
const FIRST_POLL = '/print-log/\\?limit=50&';

interface Readings {
    start: number[];
    block: Record<'start' | 'import' | 'compaction', number[]>;
    memory: Record<'10k' | '100k', number[]>;
}

/** Start, event loop and memory with a large store, in a new Node-RED each time. */
export async function large(bench: Bench): Promise<Result> {
    const readings: Readings = {
        start: [],
        block: { start: [], import: [], compaction: [] },
        memory: { '10k': [], '100k': [] },
    };
    for (let n = 0; n < (bench.quick ? 1 : bench.repetitions); n++) await once(bench, readings);
    const { start, block, memory } = readings;
    const most = (values: readonly number[], bar: number, name: string, unit: string) =>
        figureOf(name, values, unit, { most: bar });
    const blocks = Object.entries(block).map(([name, values]) => most(values, 50, `block_ms, ${name}`, 'ms'));
    const started = most(start, 1.5, 'start_s', 's');
    const of10k = most(memory['10k'], 30, 'memory_mb, 10k', 'MB');
    const of100k = most(memory['100k'], 150, 'memory_mb, 100k', 'MB');
    return {
        figures: [...blocks, started, of10k, of100k],
        keys: {
            block_ms: rounded(Math.max(...blocks.map(({ value }) => value))),
            start_s: rounded(started.value),
            memory_mb: { '10k': rounded(of10k.value), '100k': rounded(of100k.value) },
        },
    };
}

async function once({ simulators, contenders, quick }: Bench, readings: Readings): Promise<void> {
    await contenders.renewPackage();
    const packaged = await contenders.package();
    const { node } = packaged;
    const { ask } = simulators;
    const files = { [LARGE]: join(node.userDir, 'large.json'), [MEDIUM]: join(node.userDir, 'medium.json') };
    for (const [prints, file] of Object.entries(files)) await layStore(file, Number(prints));
    const connection = await ask.open({ ...USUAL, inventreeMs: 5, bambuddyMs: 5 });
    await ask.print({ prints: quick ? 12 : 60, repeats: true });

    // the same without prints
    await packaged.ready(connection);
    const empty = await node.memory();
    const idle = await blockOf(packaged, () => new Promise((resolve) => setTimeout(resolve, 1000)));
    await node.deploy([]);
    const emptyStart = await blockOf(packaged, () => packaged.ready(connection));

    await node.deploy([]);
    await ask.watch();
    const startBlock = await blockOf(packaged, () => packaged.ready(connection, { file: files[LARGE] }));
    readings.start.push(((await ask.asked(FIRST_POLL, PATIENCE_MS)) - (await node.constructed())) / 1000);
    readings.block.start.push(Math.max(0, startBlock - emptyStart));
    readings.memory['100k'].push((await node.memory()) - empty);
    const importBlock = await blockOf(packaged, async () => {
        await Promise.all([packaged.import(), ask.finished(PATIENCE_MS)]);
        await packaged.settled();
    });
    readings.block.import.push(Math.max(0, importBlock - idle));
    const compactBlock = await blockOf(packaged, () => node.compact(files[LARGE]));
    readings.block.compaction.push(Math.max(0, compactBlock - idle));

    await node.deploy([]);
    await packaged.ready(connection, { file: files[MEDIUM] });
    readings.memory['10k'].push((await node.memory()) - empty);
}

/** The longest block of the event loop while something is done. */
async function blockOf(packaged: PackageContender, work: () => Promise<unknown>): Promise<number> {
    await packaged.node.watch();
    await work();
    return packaged.node.block();
}
