import type { Expectation } from '../check';
import type { Shop } from './shop';

export interface Scenario {
    name: string;
    /** the ledger is empty: the very first start; else a first print is in stock already */
    first: boolean;
    /** happens before Node-RED starts, or while it runs */
    arrange: (shop: Shop) => void;
    /** the message into the source that a person sends, and sends again where the crash took its answer */
    press?: (shop: Shop) => object;
    /** successful runs that must be in stock */
    runs: number;
}

/** What is printed; its estimate is what the parameters show. */
const FILE = { name: 'Gridfinity bin 2x3x6', estimate: { seconds: 5400, grams: 33.7 } };
const PARAMETERS = { Weight: '33.7', PrintTime: '1h 30m' };
const HOUR_MS = 3600_000;

const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

/** The first one leaves what the others begin with: one print in stock. */
export const SCENARIOS: readonly Scenario[] = [
    {
        name: 'new print',
        first: true,
        runs: 1,
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
    },
    {
        name: 'repeat print',
        first: false,
        runs: 2,
        // it ended while Node-RED was off: everything is looked up
        arrange: ({ bambuddy }) => void bambuddy.print({ archive: madeBefore(bambuddy.state.archives), seconds: 1800 }),
    },
    {
        name: 'forced refresh',
        first: false,
        runs: 1,
        // everything that it refreshes is gone
        arrange: ({ bambuddy, inventree }) => {
            bambuddy.setExternalUrl(madeBefore(bambuddy.state.archives), null);
            const { state } = inventree;
            const [part] = state.parts.values();
            state.changePart(part!, { image: null });
            const time = state.parameterOf(part!.pk, state.templateByName('PrintTime')!.pk);
            state.removeParameter(time!);
        },
        press: ({ bambuddy }) => ({
            action: 'archive',
            archiveId: madeBefore(bambuddy.state.archives),
            force: true,
        }),
    },
];

export function expectationOf({ bambuddy }: Shop): Expectation {
    const archiveId = madeBefore(bambuddy.state.archives);
    return {
        runs: bambuddy.state.runsOf(archiveId).map((run) => ({ archiveId, startedAt: run.started_at! })),
        parts: 1,
        parameters: PARAMETERS,
        images: true,
        links: true,
    };
}

/** The archive of what is printed. */
function madeBefore(archives: ReadonlyMap<number, { id: number; print_name: string | null }>): number {
    return [...archives.values()].find((archive) => archive.print_name === FILE.name)?.id ?? 0;
}
