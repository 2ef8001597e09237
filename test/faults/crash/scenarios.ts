import { EARLIER } from './earlier-scenarios';
import { GONE } from './gone-scenarios';
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

/** Each comes after the one that it begins with. */
export const SCENARIOS: readonly Scenario[] = [...ORDINARY, ...OUTCOME, ...LATE_FILE, ...GONE, ...LOST, ...EARLIER];
