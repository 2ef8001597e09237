import { ago, FILE, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const SPOOL = 'SPOOL-1';
const USED = 12.5;

/** What the history of the spool says was removed. */
function removals({ inventree }: CaseServers): number[] {
    const item = [...inventree.state.stock.values()].find(({ batch }) => batch === SPOOL);
    return (inventree.state.tracking.get(item?.pk ?? 0) ?? [])
        .filter(({ tracking_type }) => tracking_type === 12)
        .map(({ deltas }) => (deltas as { removed: number }).removed);
}

/** What a print used is subtracted from its spool, after its stock. */
export const FILAMENT: readonly Scenario[] = [
    {
        name: 'filament used',
        after: null,
        ends: { done: 1 },
        settings: { 'bambuddy-link-back': { wires: [['c0de000000000020']] } },
        nodes: [
            {
                id: 'c0de000000000020',
                type: 'inventree-stock-consume',
                name: '',
                findBy: 'batch',
                key: '{tag}',
                parameter: '',
                spools: [],
                startWith: 'all',
                diameter: 1.75,
                density: '',
                wires: [[], []],
            },
        ],
        arrange: ({ bambuddy, inventree }) => {
            const [category] = inventree.state.categories.keys();
            const part = inventree.addPart({ name: 'PLA', units: 'g', category: category! });
            inventree.addStock({ part: part.pk, quantity: 1000, batch: SPOOL, delete_on_deplete: false });
            bambuddy.spools.add({ tag_uid: SPOOL });
            let done = false;
            bambuddy.interfere = ({ method, url }) => {
                if (done || method !== 'GET' || !/\/print-log\/\?(.*&)?limit=50(&|$)/.test(url)) return undefined;
                done = true;
                bambuddy.print({ ...FILE, printer: 1, seconds: 5400, startedAt: ago(3), usage: [[1, USED]] });
                return undefined;
            };
        },
        expected: (servers) => ({ ...stocked(servers), spools: { [SPOOL]: 1000 - USED }, made: 2, values: 2 }),
        check: (servers) => {
            const removed = removals(servers);
            return removed.length === 1 && removed[0] === USED ? [] : [`removed of the spool: ${removed.join(', ')}`];
        },
    },
];
