import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { exampleFlow, filledExample, nodeOf, withControl, withService } from '../harness/project';
import { seedHistory } from './history';
import { DEMO_BAMBUDDY, DEMO_SETTINGS, PrintsOfEachKind, seedSpool } from './kinds';
import { drawThumbnails } from './print-pictures';
import { faultsOf, reportOf } from './report';
import { shopDemo } from './shop';

/** In the demo a shop prints every so often. */
const NEXT_PRINT_MS = 20_000;
const WAIT_MS = 120_000;
const DEMO_SECRETS = { serviceToken: 'demo', webhookSecret: 'demo' };

async function main(): Promise<number> {
    const once = process.argv.includes('--once');
    if (process.argv.includes('--shop')) return shopDemo(once);
    const bambuddy = new BambuddySimulator({ version: DEMO_BAMBUDDY });
    const inventree = new InvenTreeSimulator();
    await Promise.all([bambuddy.listen(), inventree.listen()]);
    const history = seedHistory(bambuddy, inventree);
    seedSpool(bambuddy, inventree, history.category);
    await drawThumbnails(bambuddy);
    console.log(`Bambuddy (simulated)   ${bambuddy.url}\nInvenTree (simulated)  ${inventree.url}`);

    const port = Number(process.env['PORT'] ?? 0);
    const nodeRed = await NodeRed.start(port > 0 ? { port } : {});
    const stop = async (): Promise<void> => {
        await nodeRed.stop();
        await Promise.all([bambuddy.close(), inventree.close()]);
    };
    try {
        const example = filledExample(
            {
                bambuddyUrl: bambuddy.url,
                apiKey: bambuddy.apiKey,
                inventreeUrl: inventree.url,
                token: inventree.token,
                category: history.category,
                location: history.location,
            },
            DEMO_SETTINGS,
        );
        const flow = withFilament(example);
        const stopTelling = tellOfStock(inventree);
        await nodeRed.deploy(withService(withControl(flow), DEMO_SECRETS));
        console.log(`Node-RED               ${nodeRed.url}`);
        console.log(`Service API            ${nodeRed.url}/print-to-stock (token and webhook secret: demo)\n`);

        console.log('The history is imported:');
        await importHistory(nodeRed);
        await settled(bambuddy, inventree);
        console.log('\nA print of each kind:');
        const kinds = PrintsOfEachKind.print(bambuddy, inventree);
        const late = await kinds.follow((text) => console.log(`  ${text}`));
        await settled(bambuddy, inventree);
        if (once) {
            const before = inventree.state.stock.size;
            console.log('\nAnd once more:');
            console.log(`  ${(await importHistory(nodeRed)).text}`);
            const caught = await nodeRed.get<string[]>('/caught');
            for (const error of caught) console.log(`  error: ${error}`);
            stopTelling();
            const counted = [...inventree.state.stock.values()].filter((item) => item.batch?.startsWith('bambuddy-'));
            const report = reportOf(bambuddy, inventree, history, {
                failed: caught.length,
                before: counted.length - (inventree.state.stock.size - before),
            });
            const faults = [...faultsOf(report, bambuddy, inventree, history), ...late, ...kinds.faults()];
            console.log('');
            console.table(
                report.again.created === 0 ? { ...report, again: 0 } : { ...report, again: report.again.created },
            );
            for (const fault of faults) console.log(`WRONG: ${fault}`);
            console.log(JSON.stringify(report));
            await stop();
            return faults.length === 0 ? 0 : 1;
        }

        console.log(`\nOpen ${nodeRed.url} to see the flow at work. The shop goes on printing; Ctrl+C ends it.`);
        const shop = printOn(bambuddy);
        await new Promise<void>((resolve) => {
            process.once('SIGINT', resolve);
            process.once('SIGTERM', resolve);
        });
        clearInterval(shop);
        stopTelling();
        await stop();
        return 0;
    } catch (error) {
        console.error(nodeRed.log.slice(-20).join('\n'));
        await stop();
        throw error;
    }
}

/** What a print used is subtracted from its spool when all else is done. */
function withFilament(flow: readonly FlowNode[]): FlowNode[] {
    const last = nodeOf(flow, 'bambuddy-link-back');
    const consume = nodeOf(exampleFlow('Filament from stock'), 'inventree-stock-consume');
    const [after = []] = last['wires'] as string[][];
    const { z, g, sync, x, y } = last;
    return [
        ...flow.map((node) => (node === last ? { ...node, wires: [[consume.id]] } : node)),
        { ...consume, z, g, sync, x, y: Number(y) + 60, wires: [after, []] },
    ];
}

async function importHistory(nodeRed: NodeRed): Promise<{ text: string }> {
    const response = await fetch(`${nodeRed.url}/control`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ action: 'backfill', mode: 'all' }),
        signal: AbortSignal.timeout(WAIT_MS),
    });
    if (!response.ok) throw new Error(`The import failed: ${await response.text()}`);
    return (await response.json()) as { text: string };
}

/** Images and links follow the stock: waits until nothing is asked any more. */
async function settled(bambuddy: BambuddySimulator, inventree: InvenTreeSimulator): Promise<void> {
    const writes = (): number =>
        [...bambuddy.requests, ...inventree.requests].filter((request) => request.method !== 'GET').length;
    for (let before = -1, quiet = 0; quiet < 5;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        quiet = writes() === before ? quiet + 1 : 0;
        before = writes();
    }
}

/** A line per print as it becomes stock. @returns a function that ends it */
function tellOfStock(inventree: InvenTreeSimulator): () => void {
    const reported = new Set(inventree.state.stock.keys());
    const look = (): void => {
        for (const [pk, item] of inventree.state.stock) {
            if (reported.has(pk)) continue;
            reported.add(pk);
            const part = inventree.state.parts.get(item.part)!;
            console.log(`  +${item.quantity}  ${part.name.slice(0, 50).padEnd(50)}  ${part.IPN}  ${item.batch}`);
        }
    };
    const timer = setInterval(look, 50);
    return () => {
        look();
        clearInterval(timer);
    };
}

const CATALOGUE = ['Phone stand', 'Planter S', 'Drawer handle', 'Cable comb', 'Wall hook'];

function printOn(bambuddy: BambuddySimulator): NodeJS.Timeout {
    let n = 0;
    return setInterval(() => {
        const name = CATALOGUE[n++ % CATALOGUE.length]!;
        console.log(`A print of "${name}" has finished.`);
        bambuddy.print({ name, seconds: 1800, estimate: { seconds: 1800, grams: 21.5 }, usage: [[1, 2.5]] });
    }, NEXT_PRINT_MS);
}

main().then(
    (status) => process.exit(status),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
