import { BUILD } from './build-scenarios';
import { EARLIER } from './earlier-scenarios';
import { EDITED } from './edited-scenarios';
import { FILAMENT } from './filament-scenarios';
import { FILES } from './files-scenarios';
import { GONE } from './gone-scenarios';
import { IMPORT } from './import-scenarios';
import { LATE_FILE } from './late-file-scenarios';
import { LOST } from './lost-scenarios';
import { OUTCOME } from './outcome-scenarios';
import { ago, FILE, madeBefore, printedAgain, stocked, type Scenario } from './scenario';

const ORDINARY: readonly Scenario[] = [
    {
        name: 'new print',
        after: null,
        ends: { done: 1 },
        // there is history that is not wanted, and the print ends while the source looks: then it is known to be new,
        // and nothing is looked up before it is created
        arrange: ({ bambuddy }) => {
            bambuddy.print({ name: 'Cable clip', startedAt: ago(72) });
            let done = false;
            bambuddy.interfere = ({ method, url }) => {
                // a look asks for a page; what the source asks before it has other limits
                if (done || method !== 'GET' || !/\/print-log\/\?(.*&)?limit=50(&|$)/.test(url)) return undefined;
                done = true;
                bambuddy.print({ ...FILE, seconds: 5400, startedAt: ago(3) });
                return undefined;
            };
        },
        expected: (servers) => stocked(servers),
    },
    {
        name: 'repeat print',
        after: 'new print',
        ends: { done: 2 },
        // it ended while Node-RED was off: everything is looked up
        arrange: (servers) => printedAgain(servers),
        expected: (servers) => stocked(servers),
    },
    {
        name: 'forced refresh',
        after: 'new print',
        ends: { done: 1 },
        // everything that it refreshes is gone
        arrange: (servers) => {
            servers.bambuddy.setExternalUrl(madeBefore(servers), null);
            const { state } = servers.inventree;
            const [part] = state.parts.values();
            state.changePart(part!, { image: null });
            const time = state.parameterOf(part!.pk, state.templateByName('PrintTime')!.pk);
            state.removeParameter(time!);
        },
        press: { message: (servers) => ({ action: 'archive', archiveId: madeBefore(servers), force: true }) },
        expected: (servers) => stocked(servers),
    },
];

/** The very first print of a printer: its location is made, below that of the example; the item has a price. */
const PLACED: Scenario = {
    name: 'new print, location per printer and price',
    after: null,
    settings: { 'inventree-stock-create': { locationPerPrinter: true, price: 'filament', currency: 'EUR' } },
    ends: { done: 1 },
    arrange: (servers) => {
        servers.inventree.allow('stock_location', 'add');
        ORDINARY[0]!.arrange(servers);
    },
    expected: (servers) => ({ ...stocked(servers), location: [...servers.inventree.state.locations.keys()].at(-1) }),
    check: ({ inventree }) => {
        const [shelf, own, ...more] = [...inventree.state.locations.values()];
        const items = [...inventree.state.stock.values()];
        return [
            ...(own?.parent === shelf?.pk && more.length === 0 ? [] : ['not one location of the printer']),
            ...items
                .filter(({ purchase_price }) => purchase_price === null)
                .map(({ batch }) => `${batch ?? 'an item'} has no price`),
        ];
    },
};

/** Each comes after the one that it begins with. */
export const SCENARIOS: readonly Scenario[] = [
    ...ORDINARY,
    PLACED,
    ...IMPORT,
    ...OUTCOME,
    ...LATE_FILE,
    ...FILAMENT,
    ...FILES,
    ...EDITED,
    ...BUILD,
    ...GONE,
    ...LOST,
    ...EARLIER,
];
