import { join } from 'node:path';
import type { Connection } from '../../test/harness/project';
import { figureOf, median, rounded, type Bench, type Result } from '../measure';
import type { ServerOptions } from '../servers/simulated-servers';
import { USUAL } from '../simulators';
import { layStore } from '../stores';

const PATIENCE_MS = 120_000;

/**
 * Processor time of Node-RED for one print: as a ratio to the flow wired by hand, and less the limit's, with few and with
 * many known prints. Only the ratio has a bar: milliseconds swing threefold between machines of one kind.
 */
export async function cpu(bench: Bench): Promise<Result> {
    const { simulators, contenders, quick, repetitions, say, profile } = bench;
    const { ask } = simulators;
    const prints = quick ? 40 : 100;
    const packaged = await contenders.package();
    const servers = { bambuddyMs: 2, inventreeMs: 4, oneWriteAtATime: USUAL.oneWriteAtATime };
    const own: Record<number, number[]> = { 100: [], 100_000: [] };
    const limits: number[] = [];
    const byHand: number[] = [];
    await warmUp(bench, quick ? 1000 : 8000);
    for (let n = 0; n < repetitions; n++) {
        for (const known of [100, 100_000]) {
            // a large store takes its time to be read: a quick run has it once
            if (known > 100 && quick && n > 0) continue;
            const file = join(packaged.node.userDir, `cpu-${known}-${n}.json`);
            await layStore(file, known);
            const connection = await ask.open(servers);
            await ask.print({ prints, repeats: false });
            await packaged.ready(connection, { file });
            // what the start left behind is not the prints'
            await packaged.node.rest();
            const before = await packaged.node.cpu();
            const isLast = n === repetitions - 1 && known === 100;
            await packaged.node.profiled(isLast ? profile : null, async () => {
                await Promise.all([packaged.import(), ask.finished(PATIENCE_MS)]);
                await packaged.settled();
            });
            own[known]!.push(((await packaged.node.cpu()) - before) / prints);
        }
        const connection = await ask.open(servers);
        await ask.print({ prints, repeats: false });
        const { cpu: spent } = await contenders.bare().ask.limit(connection, 1);
        limits.push(spent / prints);
        byHand.push(await ofHandWired(bench, prints, servers));
    }
    const limit = median(limits);
    for (const [known, spent] of Object.entries(own))
        say(`at ${known}: ${spent.map((ms) => ms.toFixed(2)).join(', ')} ms`);
    say(`handWired: ${byHand.map((ms) => ms.toFixed(2)).join(', ')} ms`);
    say(`limit: ${limits.map((ms) => ms.toFixed(2)).join(', ')} ms`);
    const over = (known: number): number[] => own[known]!.map((ms) => ms - limit);
    const few = figureOf('cpu_ms, 100 known', over(100), 'ms', null);
    const many = figureOf('cpu_ms, 100,000 known', over(100_000), 'ms', null);
    const same = own[100_000]!.map((ms, n) => ms / own[100]![n]!);
    const ratio = figureOf(
        'cpu_ratio',
        own[100]!.map((ms, n) => ms / byHand[n]!),
        '×',
        { most: 1 },
    );
    return {
        figures: [ratio, few, many, figureOf('cpu at 100,000 / at 100', same, '×', null)],
        keys: { cpu_ratio: rounded(ratio.value), cpu_ms: rounded(Math.max(few.value, many.value)) },
    };
}

/** The same prints by the flow of core nodes. @returns milliseconds a print */
async function ofHandWired(
    { simulators: { ask }, contenders }: Bench,
    prints: number,
    servers: ServerOptions,
): Promise<number> {
    const handWired = await contenders.handWired();
    const connection = await ask.open(servers);
    await ask.print({ prints, repeats: false });
    await handWired.ready(connection);
    await handWired.node.rest();
    const before = await handWired.node.cpu();
    await Promise.all([handWired.import(), ask.finished(PATIENCE_MS)]);
    return ((await handWired.node.cpu()) - before) / prints;
}

/** The contenders, until their code is compiled for good: a Node-RED runs for weeks. */
async function warmUp(bench: Bench, prints: number): Promise<void> {
    const {
        simulators: { ask },
        contenders,
    } = bench;
    const servers = { bambuddyMs: 0, inventreeMs: 0, oneWriteAtATime: false };
    const packaged = await contenders.package();
    for (const work of [
        async (connection: Connection) => {
            await packaged.ready(connection, { writes: 8, window: 16 });
            await packaged.import();
        },
        (connection: Connection) => contenders.bare().ask.limit(connection, 8),
    ]) {
        const connection = await ask.open(servers);
        await ask.print({ prints, repeats: false });
        await Promise.all([work(connection), ask.finished(PATIENCE_MS)]);
    }
    await packaged.settled();
    await ofHandWired(bench, Math.ceil(prints / 8), servers);
}
