import { ago, FILE, madeBefore, printedAgain, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const PIECES = 6;
const WANTED = 4;
/** A look asks for a page; what the source asks before it has other limits. */
const LOOK = /\/print-log\/\?(.*&)?limit=50(&|$)/;

/** The Part is there, and somebody wants four more of it; the next print is of six. */
function ordered(servers: CaseServers): void {
    const { inventree } = servers;
    for (const action of ['view', 'add'] as const) inventree.allow('build', action);
    const [part] = inventree.state.parts.keys();
    if (part !== undefined) inventree.addBuild({ part, quantity: WANTED });
    servers.bambuddy.editArchive(madeBefore(servers), { quantity: PIECES });
    printedAgain(servers);
}

/** A print becomes the output of a build order, and an item of what the order has no need of. */
export const BUILD: readonly Scenario[] = [
    {
        name: 'print without an order',
        after: null,
        settings: { 'inventree-stock-create': { quantity: '1', quantityType: 'plate', buildOrders: true } },
        ends: { done: 1 },
        arrange: (servers) => {
            for (const action of ['view', 'add'] as const) servers.inventree.allow('build', action);
            let done = false;
            servers.bambuddy.interfere = ({ method, url }) => {
                if (done || method !== 'GET' || !LOOK.test(url)) return undefined;
                done = true;
                servers.bambuddy.print({ ...FILE, seconds: 5400, startedAt: ago(3) });
                return undefined;
            };
        },
        expected: (servers) => stocked(servers),
    },
    {
        name: 'print into a build order',
        after: 'print without an order',
        ends: { done: 2 },
        arrange: ordered,
        expected: (servers) => ({
            ...stocked(servers),
            // weight and time are those of a piece
            parameters: {},
            pieces: [1, WANTED, PIECES - WANTED],
            rests: 1,
            made: 3,
        }),
        check: ({ inventree }) => {
            const [order] = inventree.state.builds.values();
            const outputs = [...inventree.state.stock.values()].filter(({ build }) => build !== null);
            return [
                ...(order?.completed === WANTED ? [] : [`the order has ${order?.completed ?? 'no'} pieces`]),
                ...(outputs.length === 1 ? [] : [`${outputs.length} outputs`]),
                ...(outputs.some(({ is_building }) => is_building) ? ['an output is not completed'] : []),
            ];
        },
    },
];
