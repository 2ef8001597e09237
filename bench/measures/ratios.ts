import { figureOf, rounded, type Bench, type Figure, type Result } from '../measure';
import type { ServerOptions } from '../servers/simulated-servers';
import { USUAL } from '../simulators';

type Name = 'package' | 'limit' | 'lists' | 'handWired' | 'script';

interface Race {
    /** of a history a third of which repeats */
    prints: Partial<Record<Name, number>>;
    servers: ServerOptions;
    writes: number;
    window: number;
}

const PATIENCE_MS = 300_000;

/** The contenders take turns at the same work. @returns milliseconds per print, one per repetition */
export async function race(
    bench: Bench,
    names: readonly Name[],
    { prints, servers, writes, window }: Race,
): Promise<Record<Name, number[]>> {
    const { simulators, contenders, repetitions } = bench;
    const times: Record<Name, number[]> = { package: [], limit: [], lists: [], handWired: [], script: [] };
    const run = async (name: Name, count: number): Promise<number> => {
        const connection = await simulators.ask.open(servers);
        await simulators.ask.print({ prints: count, repeats: true });
        let began: number;
        const finished = (): Promise<number> => simulators.ask.finished(PATIENCE_MS);
        if (name === 'package') {
            const packaged = await contenders.package();
            await packaged.ready(connection, { writes, window });
            const [{ began: at }, end] = await Promise.all([packaged.import(), finished()]);
            return (end - at) / count;
        }
        if (name === 'handWired') {
            const handWired = await contenders.handWired();
            await handWired.ready(connection);
            ({ began } = await handWired.import());
        } else {
            const { ask } = contenders.bare();
            const [ran, end] = await Promise.all([
                name === 'script' ? ask.script(connection) : ask[name](connection, writes),
                finished(),
            ]);
            return (end - ran.began) / count;
        }
        return ((await finished()) - began) / count;
    };
    // the first of each warms it up
    for (const name of names) await run(name, Math.ceil(prints[name]! / 4));
    for (let n = 0; n < repetitions; n++) for (const name of names) times[name].push(await run(name, prints[name]!));
    for (const name of names) bench.say(`${name}: ${times[name].map((ms) => ms.toFixed(1)).join(', ')} ms a print`);
    return times;
}

/** Each of one's repetitions against the other's of the same turn. */
function ratios(of: readonly number[], to: readonly number[]): number[] {
    return of.map((value, n) => value / to[n]!);
}

/** `limit_ratio`, `lists_ratio`, `handwired_ratio`, `sequential_ratio` at the settings as shipped. */
export async function ratiosAsShipped(bench: Bench): Promise<Result> {
    const work = bench.quick
        ? { package: 100, limit: 100, lists: 100, handWired: 6, script: 6 }
        : { package: 200, limit: 200, lists: 200, handWired: 60, script: 60 };
    const race1 = { prints: work, servers: USUAL, writes: 1, window: 4 };
    const times = await race(bench, ['package', 'limit', 'lists', 'handWired', 'script'], race1);
    const limit = figureOf('limit_ratio', ratios(times.package, times.limit), '×', { most: 0.8 });
    const lists = figureOf('lists_ratio', ratios(times.package, times.lists), '×', { most: 1.1 });
    const handWired = figureOf('handwired_ratio', ratios(times.handWired, times.package), '×', { least: 3.2 });
    const sequential = figureOf('sequential_ratio', ratios(times.script, times.package), '×', { least: 5.4 });
    return {
        figures: [limit, lists, handWired, sequential, perPrint('as shipped', times.package)],
        keys: {
            limit_ratio: rounded(limit.value),
            lists_ratio: rounded(lists.value),
            handwired_ratio: rounded(handWired.value),
            sequential_ratio: rounded(sequential.value),
        },
    };
}

/** The same with 8 writes at a time and a window of 16, against a server that takes them. */
export async function ratiosWide(bench: Bench): Promise<Result> {
    const prints = { package: 300, limit: 300, handWired: 40, script: 40 };
    const wide = { prints, servers: { ...USUAL, oneWriteAtATime: false }, writes: 8, window: 16 };
    const times = await race(bench, ['package', 'limit', 'handWired', 'script'], wide);
    return {
        figures: [
            figureOf('handwired_ratio, 8 writes', ratios(times.handWired, times.package), '×', { least: 8 }),
            figureOf('sequential_ratio, 8 writes', ratios(times.script, times.package), '×', { least: 8 }),
            figureOf('limit_ratio, 8 writes', ratios(times.package, times.limit), '×', null),
            perPrint('8 writes', times.package),
        ],
        keys: {},
    };
}

/** Servers that answer at once: what is left is the processor's time of all. Reported only. */
export async function ratiosAtOnce(bench: Bench): Promise<Result> {
    const work = { package: 60, limit: 60, handWired: 60, script: 60 };
    const servers = { bambuddyMs: 0, inventreeMs: 0, oneWriteAtATime: true };
    const times = await race(bench, ['package', 'limit', 'handWired', 'script'], {
        prints: work,
        servers,
        writes: 1,
        window: 4,
    });
    return {
        figures: [
            figureOf('limit_ratio at 0 ms', ratios(times.package, times.limit), '×', null),
            figureOf('handwired_ratio at 0 ms', ratios(times.handWired, times.package), '×', null),
            figureOf('sequential_ratio at 0 ms', ratios(times.script, times.package), '×', null),
        ],
        keys: {},
    };
}

function perPrint(name: string, times: readonly number[]): Figure {
    return figureOf(`ms a print, ${name}`, times, 'ms', null);
}
