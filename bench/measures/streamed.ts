import { figureOf, type Bench, type Result } from '../measure';

const SERVERS = { bambuddyMs: 0, inventreeMs: 0, oneWriteAtATime: false };
const PATIENCE_MS = 300_000;

/** Memory while prints stream through: after the first it grows by what the ledger keeps of a print, and by nothing else. */
export async function streamed({ simulators, contenders, say }: Bench): Promise<Result> {
    const steps = [1_000, 4_000, 5_000];
    const { ask } = simulators;
    await contenders.renewPackage();
    const packaged = await contenders.package();
    const connection = await ask.open(SERVERS);
    await packaged.ready(connection, { writes: 8, window: 32, source: { live: false } });
    const memory: number[] = [];
    let prints = 0;
    for (const step of steps) {
        await ask.print({ prints: step, repeats: true });
        await Promise.all([packaged.import(), ask.finished(PATIENCE_MS)]);
        await packaged.settled();
        prints += step;
        memory.push(await packaged.node.memory());
        say(`after ${prints}: ${memory.at(-1)!.toFixed(1)} MB`);
    }
    const perPrint = ((memory.at(-1)! - memory[0]!) * 1024) / (prints - steps[0]!);
    return {
        figures: [figureOf('memory a streamed print', [perPrint], 'kB', { most: 3 })],
        keys: {},
    };
}
