import { figureOf, rounded, type Bench, type Figure, type Result } from '../measure';

const SOON = { bambuddyMs: 2, inventreeMs: 4, oneWriteAtATime: true };

/** Requests per print, counted by the servers. They do not depend on how fast these are. */
export async function requests({ simulators, contenders, quick, say }: Bench): Promise<Result> {
    const prints = quick ? 40 : 500;
    const bench = await contenders.package();
    const { ask } = simulators;

    const connection = await ask.open(SOON);
    await ask.print({ prints, repeats: true });
    await bench.ready(connection);
    await ask.forgetRequests();
    await bench.import();
    await ask.finished(120_000);
    const first = await ask.count();
    say(
        `import of ${prints}: ${first.total} requests, ${first.pages} pages, ${first.lookups} look-ups, ${first.failed} failed, ` +
            `${rounded(first.writes)} writes a new print`,
    );

    await bench.settled();
    await ask.forgetRequests();
    await bench.import();
    const again = await ask.count();
    const known = (again.total - again.pages) / prints;
    say(`once more: ${again.total} requests, ${again.pages} of them pages`);

    const idle: number[] = [];
    for (const archives of quick ? [100, 5_000] : [100, 100_000]) {
        const servers = await ask.open(SOON);
        await ask.age(archives);
        // a live connection that comes just now would have it look once more
        await bench.ready(servers, { source: { live: false } });
        await ask.forgetRequests();
        await bench.poll();
        const { total } = await ask.count();
        say(`idle poll at ${archives} archives: ${total} requests`);
        idle.push(total);
    }
    const most = (name: string, value: number, bar: number): Figure => ({
        ...figureOf(name, [value], 'requests', { most: bar }),
        spread: undefined,
    });
    return {
        figures: [
            most('requests.new', first.new, 7),
            most('requests.repeat', first.repeat, 3),
            most('requests.writes', first.writes, 2.2),
            most('requests.known', known, 0),
            most('requests.idle', Math.max(...idle), 1),
            { name: 'look-ups per print', value: first.lookups / prints, unit: 'requests', bar: null },
        ],
        keys: {
            requests: {
                new: rounded(first.new),
                repeat: rounded(first.repeat),
                writes: rounded(first.writes),
                known: rounded(known),
                idle: Math.max(...idle),
            },
        },
    };
}
