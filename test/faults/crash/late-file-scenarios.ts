import type { Part } from '../../simulators/inventree';
import { ago, FILE, madeBefore, NEWEST, PARAMETERS, runsOf, stocked, type Expected, type Scenario } from './scenario';
import type { Shop } from './shop';

const JOB = 'goose_job';
const NAME = 'Goose';
/** More than the two minutes after which an archive is looked at again. */
const AWAITED_MS = 180_000;

/** Both prints in stock, each of a Part of its own. */
function bothStocked(shop: Shop, name: string): Expected {
    const archiveId = madeBefore(shop, name);
    const goose = runsOf(shop, archiveId).map(({ startedAt }) => ({ archiveId, startedAt }));
    const bin = stocked(shop);
    return { ...bin, runs: [...bin.runs, ...goose], parts: 2 };
}

function partOf(shop: Shop, name: string): Part | undefined {
    return [...shop.inventree.state.parts.values()].find((part) => part.name === name);
}

function valuesOf({ inventree }: Shop, part: Part): number {
    return inventree.state.parametersOf(part.pk).length;
}

/** A print whose 3MF Bambuddy gets later: its Part has a job's name, no picture and not all parameters until then. */
export const LATE_FILE: readonly Scenario[] = [
    {
        name: 'print without its file',
        after: 'new print',
        version: NEWEST,
        ends: { done: 2 },
        arrange: ({ bambuddy }) => void bambuddy.print({ name: JOB, no3mf: true, seconds: 3500, startedAt: ago(1) }),
        expected: (shop) => ({ ...bothStocked(shop, JOB), images: false, parameters: {}, values: 3 }),
        check: (shop) =>
            partOf(shop, JOB)?.image === null ? [] : ['the Part of a job has a picture, or another name'],
    },
    {
        name: 'file that comes later',
        after: 'print without its file',
        version: NEWEST,
        ends: { done: 2 },
        // it came while Node-RED was off, and its look is due
        ledger: ({ prints }) => {
            for (const record of Object.values(prints)) {
                if (record.fileAwaited === undefined) continue;
                record.fileAwaited = new Date(Date.parse(record.fileAwaited) - AWAITED_MS).toISOString();
            }
        },
        arrange: (shop) => {
            const { estimate } = FILE;
            shop.bambuddy.fetchFile(madeBefore(shop, JOB), { name: NAME, filename: 'goose.gcode.3mf', estimate });
        },
        isThrough: (shop) => {
            const part = partOf(shop, NAME);
            return part !== undefined && part.image !== null && valuesOf(shop, part) === Object.keys(PARAMETERS).length;
        },
        expected: (shop) => bothStocked(shop, NAME),
    },
];
