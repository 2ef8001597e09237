// The import of a real Bambuddy's history into a real InvenTree, against the limit and the script on the same servers.
// The servers are those of the LIVE_* variables; every run gets codes of its own, since nothing is ever deleted.
import { execSync } from 'node:child_process';
import { argument, listed } from '../arguments';
import { Contenders } from '../contenders';
import { now } from '../rpc';
import type { Connection } from '../../test/harness/project';
import { freeArchives } from './archives';
import { CountingProxy } from './counting-proxy';

type Name = 'package' | 'limit' | 'lists' | 'script';

interface Run {
    name: Name;
    writes: number;
    seconds: number;
    requests: number;
    failed: number;
    /** how long InvenTree had something to do */
    busy: number;
}

const WRITES = [1, 2, 4, 8];
/** Puts the servers back to where they were: InvenTree takes longer for a new Part the more Parts there are. */
const BEFORE = argument('--before');

async function main(): Promise<void> {
    const writes = listed('--writes')?.map(Number) ?? WRITES;
    const names = (listed('--contenders') ?? Object.keys(RUNNERS)) as Name[];
    const proxy = new CountingProxy(new URL(needed('LIVE_INVENTREE_URL')));
    const servers: Connection = {
        bambuddyUrl: needed('LIVE_BAMBUDDY_URL'),
        apiKey: needed('LIVE_BAMBUDDY_KEY'),
        inventreeUrl: await proxy.listen(),
        token: needed('LIVE_INVENTREE_TOKEN'),
        category: Number(needed('LIVE_INVENTREE_CATEGORY')),
        location: Number(needed('LIVE_INVENTREE_LOCATION')),
    };
    const contenders = new Contenders();
    const runs: Run[] = [];
    let count = 0;
    const run = async (name: Name, width: number): Promise<void> => {
        const code = `b${Date.now().toString(36)}`;
        const connection = { ...servers, codes: { batch: code, ipn: code.toUpperCase() } };
        // a person's Node-RED runs before his import
        if (name === 'package') await contenders.package();
        if (BEFORE !== undefined) execSync(BEFORE, { stdio: ['ignore', 'ignore', 'inherit'] });
        const archives = await freeArchives(connection);
        proxy.reset();
        const began = now();
        await RUNNERS[name](contenders, connection, width);
        const seconds = (now() - began) / 1000;
        const { requests, failed } = proxy;
        const busy = proxy.busyMs / 1000;
        runs.push({ name, writes: width, seconds, requests, failed, busy });
        console.log(
            `${++count}: ${name}, ${width} at a time: ${archives} archives in ${seconds.toFixed(1)} s, ` +
                `${((seconds * 1000) / archives).toFixed(0)} ms each, ${requests} requests to InvenTree, ${failed} of them failed, ` +
                `with something to do for ${busy.toFixed(1)} s`,
        );
        for (const [kind, { count: times, ms }] of proxy.kinds)
            console.log(`     ${kind}: ${times} × ${(ms / times).toFixed(0)} ms`);
    };
    try {
        if (names.includes('script')) await run('script', 1);
        for (const width of writes) {
            // a bare client ends where the server fails a write
            for (const name of (['limit', 'lists'] as const).filter((each) => names.includes(each)))
                await run(name, width).catch((error: unknown) => {
                    console.log(`${name}, ${width} at a time, gave up: ${String(error).slice(0, 300)}`);
                    // the rest of its requests would go to the next one's servers
                    contenders.renewBare();
                });
            if (names.includes('package')) await run('package', width);
        }
    } finally {
        await contenders.stop();
        proxy.close();
    }
    console.table(rowsOf(runs, writes));
    console.log(JSON.stringify(runs));
}

const RUNNERS: Record<Name, (contenders: Contenders, connection: Connection, writes: number) => Promise<void>> = {
    package: async (contenders, connection, writes) => {
        const packaged = await contenders.package();
        await packaged.ready(connection, {
            writes,
            window: Math.max(4, 2 * writes),
            source: { live: false, interval: 0 },
        });
        await packaged.import();
        await packaged.settled();
    },
    limit: async (contenders, connection, writes) => void (await contenders.bare().ask.limit(connection, writes)),
    lists: async (contenders, connection, writes) => void (await contenders.bare().ask.lists(connection, writes)),
    script: async (contenders, connection) => void (await contenders.bare().ask.script(connection)),
};

function rowsOf(runs: readonly Run[], writes: readonly number[]): object[] {
    const of = (name: Name, width: number): Run | undefined =>
        runs.find((run) => run.name === name && run.writes === width);
    const seconds = (run: Run | undefined): number | null => (run === undefined ? null : Math.round(run.seconds));
    const ratio = (run: Run | undefined, to: Run | undefined): string =>
        run === undefined || to === undefined ? '' : (run.seconds / to.seconds).toFixed(2);
    return writes.map((width) => {
        const [own, limit, lists] = [of('package', width), of('limit', width), of('lists', width)];
        return {
            writes: width,
            'package, s': seconds(own),
            'limit, s': seconds(limit),
            'limit with lists, s': seconds(lists),
            'script / package (≥ 2.8)': ratio(of('script', 1), own),
            'package / limit (≤ 0.97)': ratio(own, limit),
            'package / limit with lists': ratio(own, lists),
            'failed answers': own?.failed,
        };
    });
}

function needed(name: string): string {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set: see CONTRIBUTING.md, real servers`);
    return value;
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});
