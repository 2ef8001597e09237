import { NodeRed, type FlowNode } from '../harness/node-red';
import { exampleFlow, withControl } from '../harness/project';
import { EvotorSimulator } from '../simulators/evotor';
import { VkSimulator } from '../simulators/vk';
import { GROUP, seedTills, type ShopSeed } from './shop-tills';
import { shopFaults, shopReport } from './shop-report';

const WAIT_MS = 120_000;
/** In the demo somebody buys something every so often. */
const NEXT_SALE_MS = 15_000;
const CATEGORY = 1301;

/** `npm run demo -- --shop`: simulated tills and a simulated VK, and a real Node-RED with the example between them. */
export async function shopDemo(once: boolean): Promise<number> {
    const evotor = new EvotorSimulator();
    const vk = new VkSimulator();
    await Promise.all([evotor.listen(), vk.listen()]);
    const seed = seedTills(evotor, vk);
    console.log(`Evotor (simulated)     ${evotor.url}\nVK (simulated)         ${vk.url}`);
    const port = Number(process.env['PORT'] ?? 0);
    const nodeRed = await NodeRed.start(port > 0 ? { port } : {});
    const stop = async (): Promise<void> => {
        await nodeRed.stop();
        await Promise.all([evotor.close(), vk.close()]);
    };
    try {
        await nodeRed.deploy(withControl(filledShop(evotor, vk), 'evotor-catalog-in'));
        console.log(`Node-RED               ${nodeRed.url}\n`);
        const ask = (action: object): Promise<Record<string, unknown>> => control(nodeRed, action);
        await ask({ action: 'refresh' });
        for (const { id, name } of seed.stores) {
            await ask({ action: 'switch', store: id, on: true });
            console.log(`switched on: ${name}`);
        }
        await inStep(nodeRed, vk);
        console.log('One item is in the shop already: those that match are linked.');
        await ask({ action: 'link', matches: 'link' });
        await inStep(nodeRed, vk);
        // VK takes some time: what the till says meanwhile
        seed.after();
        await ask({ action: 'sync' });
        await inStep(nodeRed, vk);
        for (const item of vk.communities.get(GROUP)!.shown)
            console.log(`  ${item.hidden ? 'hidden ' : 'shown  '} ${(item.price ?? 0) / 100} RUB  ${item.name}`);
        if (once) return await finish(nodeRed, evotor, vk, seed, ask, stop);
        console.log(`\nOpen ${nodeRed.url} to see the flow at work. People go on buying; Ctrl+C ends it.`);
        const sales = setInterval(() => {
            seed.sell();
            void ask({ action: 'sync' }).catch(() => undefined);
        }, NEXT_SALE_MS);
        await new Promise<void>((resolve) => {
            process.once('SIGINT', resolve);
            process.once('SIGTERM', resolve);
        });
        clearInterval(sales);
        await stop();
        return 0;
    } catch (error) {
        console.error(nodeRed.log.slice(-20).join('\n'));
        await stop();
        throw error;
    }
}

async function finish(
    nodeRed: NodeRed,
    evotor: EvotorSimulator,
    vk: VkSimulator,
    seed: ShopSeed,
    ask: (action: object) => Promise<Record<string, unknown>>,
    stop: () => Promise<void>,
): Promise<number> {
    const before = vk.calls.length;
    await ask({ action: 'sync' });
    await inStep(nodeRed, vk);
    const again = vk.calls.length - before;
    const { records } = (await ask({ action: 'export', collections: ['links'] })) as {
        records: { links: { state: string; reason?: string; item?: number }[] };
    };
    const report = shopReport(evotor, vk, seed, records.links, again);
    const caught = await nodeRed.get<string[]>('/caught');
    const faults = [...shopFaults(report, vk, seed), ...caught.map((error) => `an error: ${error}`)];
    console.log('');
    console.table({ ...report, again });
    for (const fault of faults) console.log(`WRONG: ${fault}`);
    console.log(JSON.stringify(report));
    await stop();
    return faults.length === 0 ? 0 : 1;
}

/** The example with what a person fills in. */
export function filledShop(evotor: EvotorSimulator, vk: VkSimulator): FlowNode[] {
    const values: Record<string, Record<string, unknown>> = {
        'evotor-account': { url: evotor.url, credentials: { token: evotor.token } },
        'vk-community': {
            url: vk.url,
            groupId: String(GROUP),
            credentials: { accessToken: vk.tokens.add({ life: null }) },
        },
        'evotor-catalog-in': { interval: 0, stockInterval: 0, pollOnDeploy: false },
        // without a fallback picture: one product is refused, and says why
        'vk-product-upsert': { category: CATEGORY, dryRun: false },
    };
    return exampleFlow('Evotor to VK Market').map((node) => ({ ...node, ...values[node.type] }));
}

export async function control(nodeRed: NodeRed, action: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${nodeRed.url}/control`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(action),
        signal: AbortSignal.timeout(WAIT_MS),
    });
    if (!response.ok) throw new Error(`${JSON.stringify(action)} failed: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
}

/** Waits until nothing is under way and VK is not called any more. */
export async function inStep(nodeRed: NodeRed, vk: VkSimulator): Promise<void> {
    const end = Date.now() + WAIT_MS;
    for (let before = -1, quiet = 0; quiet < 8;) {
        if (Date.now() > end) throw new Error('The shop does not come in step');
        await new Promise((resolve) => setTimeout(resolve, 150));
        const { underWay, waiting } = await control(nodeRed, { action: 'status' });
        const isQuiet = underWay === 0 && waiting === 0 && vk.calls.length === before;
        quiet = isQuiet ? quiet + 1 : 0;
        before = vk.calls.length;
    }
}
