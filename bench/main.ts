import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { argument, listed } from './arguments';
import { calibration } from './calibration';
import { Contenders } from './contenders';
import { isMet, rounded, type Bench, type Figure, type Measure } from './measure';
import { cpu } from './measures/cpu';
import { hop } from './measures/hop';
import { large } from './measures/large';
import { ratiosAsShipped, ratiosAtOnce, ratiosWide } from './measures/ratios';
import { requests } from './measures/requests';
import { shop } from './measures/shop';
import { store } from './measures/store';
import { streamed } from './measures/streamed';
import { webhook } from './measures/wake';
import { Simulators } from './simulators';
import { removeStores } from './stores';

const MEASURES: Measure[] = [
    { name: 'requests', run: requests },
    { name: 'ratios', run: ratiosAsShipped },
    { name: 'wide', run: ratiosWide },
    { name: 'at-once', run: ratiosAtOnce },
    { name: 'webhook', run: webhook },
    { name: 'cpu', run: cpu },
    { name: 'store', run: store },
    { name: 'hop', run: hop },
    { name: 'large', run: large },
    { name: 'streamed', run: streamed },
    { name: 'shop', run: shop },
];

/** A quick run leaves these out: no key of the last line is theirs. */
const NOT_QUICK = ['wide', 'at-once', 'streamed'];

const NAMES = [...MEASURES.map(({ name }) => name), 'templates'];

/** Figures that a slower machine makes larger: they are divided by `calibration`. */
const ABSOLUTE = ['cpu_ms', 'block_ms', 'start_s', 'hop_us'];

/** The order of the last line. */
const KEYS = [
    'calibration',
    'requests',
    'limit_ratio',
    'lists_ratio',
    'handwired_ratio',
    'sequential_ratio',
    'webhook_ratio',
    'cpu_ratio',
    'cpu_ms',
    'block_ms',
    'store_ratio',
    'start_s',
    'memory_mb',
    'hop_us',
    'shop',
];

async function main(): Promise<number> {
    const quick = process.argv.includes('--quick');
    const only = listed('--only');
    const unknown = only?.filter((name) => !NAMES.includes(name)) ?? [];
    if (unknown.length > 0) {
        console.error(`No measure ${unknown.join(', ')}. There are: ${NAMES.join(', ')}`);
        return 1;
    }
    const bench: Bench = {
        simulators: new Simulators(),
        contenders: new Contenders(),
        quick,
        repetitions: quick ? 2 : 5,
        say: (text) => console.log(`  ${text}`),
        profile: argument('--profile') ?? null,
    };
    const slower = calibration();
    const figures: Figure[] = [{ name: 'calibration', value: slower, unit: '×', bar: null }];
    const keys: Record<string, unknown> = { calibration: rounded(slower) };
    let broken = false;
    try {
        // beside the first measure, which only counts
        if (only === undefined) bench.contenders.prepare();
        for (const { name, run } of MEASURES) {
            if (only === undefined ? quick && NOT_QUICK.includes(name) : !only.includes(name)) continue;
            const began = Date.now();
            console.log(`${name} …`);
            try {
                const result = await run(bench);
                figures.push(...result.figures.map((figure) => calibrated(figure, slower)));
                for (const [key, value] of Object.entries(result.keys)) {
                    const isAbsolute = ABSOLUTE.includes(key) && typeof value === 'number';
                    keys[key] = isAbsolute ? rounded(value / slower) : value;
                }
            } catch (error) {
                broken = true;
                console.error(`${name} broke: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
            }
            console.log(`  ${((Date.now() - began) / 1000).toFixed(1)} s`);
        }
    } finally {
        await bench.contenders.stop();
        bench.simulators.end();
        await removeStores();
    }
    if (only === undefined || only.includes('templates')) Object.assign(keys, await fromWebhookBench(figures, quick));
    tell(figures);
    console.log(JSON.stringify(ordered(keys)));
    return broken ? 1 : 0;
}

/** A figure as it would be on the machine of docs/performance.md. */
function calibrated(figure: Figure, slower: number): Figure {
    if (!ABSOLUTE.some((name) => figure.name.startsWith(name))) return figure;
    const { value, spread } = figure;
    return {
        ...figure,
        value: value / slower,
        ...(spread === undefined ? {} : { spread: [spread[0] / slower, spread[1] / slower] }),
    };
}

/** Two figures of the outgoing webhooks, where that part is there. */
async function fromWebhookBench(figures: Figure[], quick: boolean): Promise<Record<string, unknown>> {
    const file = join(__dirname, 'webhook.ts');
    if (!existsSync(file)) return {};
    console.log('templates …');
    const { benchWebhook } = (await import(file)) as {
        benchWebhook: (quick: boolean) => Promise<Record<string, number>>;
    };
    const keys = await benchWebhook(quick);
    for (const [name, value] of Object.entries(keys)) figures.push({ name, value, unit: '×', bar: null });
    return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, rounded(value)]));
}

function tell(figures: readonly Figure[]): void {
    const rows = figures.map((figure) => {
        const { name, value, spread, unit, bar, note } = figure;
        return {
            measure: name,
            value: `${rounded(value)} ${unit}`,
            spread: spread === undefined ? '' : `${rounded(spread[0])} to ${rounded(spread[1])}`,
            bar: bar === null ? '' : 'most' in bar ? `≤ ${bar.most}` : `≥ ${bar.least}`,
            result: bar === null ? 'reported' : isMet(figure) ? 'met' : 'NOT MET',
            ...(note === undefined ? {} : { note }),
        };
    });
    console.table(rows);
}

/** The agreed keys first, in their order; others behind. */
function ordered(keys: Record<string, unknown>): Record<string, unknown> {
    const known = KEYS.filter((key) => key in keys).map((key): [string, unknown] => [key, keys[key]]);
    const others = Object.entries(keys).filter(([key]) => !KEYS.includes(key));
    return Object.fromEntries([...known, ...others]);
}

main().then(
    (status) => process.exit(status),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
