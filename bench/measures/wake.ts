import { now } from '../rpc';
import { figureOf, rounded, type Bench, type Result } from '../measure';
import { Simulators, USUAL } from '../simulators';

/** However many wake it, the source's looks keep a distance of a second. */
const DISTANCE_MS = 1_100;
const PATIENCE_MS = 20_000;

/** From Bambuddy's webhook to the StockItem, against the limit's way for one print. */
export async function webhook({ simulators, contenders, quick, repetitions, say }: Bench): Promise<Result> {
    const { ask } = simulators;
    // the limit has servers of its own: what one takes the other would find done
    const others = new Simulators();
    const connection = await ask.open(USUAL);
    const otherConnection = await others.ask.open(USUAL);
    for (const each of [ask, others.ask]) await each.print({ prints: 3, repeats: false });
    const packaged = await contenders.package();
    await packaged.ready(connection, { source: { settle: 0, live: false, interval: 0 } });
    const bare = contenders.bare().ask;
    await bare.getReady(otherConnection);
    const times = { package: [] as number[], limit: [] as number[] };
    // the first of each warms it up
    for (let n = -1; n < (quick ? repetitions : 2 * repetitions); n++) {
        await new Promise((resolve) => setTimeout(resolve, DISTANCE_MS));
        const woken = await ask.printNow();
        const began = now();
        const [, end] = await Promise.all([packaged.wake(), ask.stocked(woken.batch, PATIENCE_MS)]);
        await packaged.settled();
        const other = await others.ask.printNow();
        const since = new Date(Date.now() - 60_000).toISOString();
        const [ran, limitEnd] = await Promise.all([
            bare.limitOnce(otherConnection, since),
            others.ask.stocked(other.batch, PATIENCE_MS),
        ]);
        if (n < 0) continue;
        times.package.push(end - began);
        times.limit.push(limitEnd - ran.began);
    }
    others.end();
    for (const [name, ms] of Object.entries(times)) say(`${name}: ${ms.map((each) => each.toFixed(0)).join(', ')} ms`);
    const ratio = figureOf(
        'webhook_ratio',
        times.package.map((ms, n) => ms / times.limit[n]!),
        '×',
        { most: 1.3 },
    );
    return {
        figures: [ratio, figureOf('wake-up to stock', times.package, 'ms', null)],
        keys: { webhook_ratio: rounded(ratio.value) },
    };
}
