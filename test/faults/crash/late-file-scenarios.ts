import type { Part } from '../../simulators/inventree';
import { ago, FILE, madeBefore, NEWEST, PARAMETERS, runsOf, stocked, type Expected, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const JOB = 'goose_job';
const NAME = 'Goose';
/** More than the two minutes after which an archive is looked at again. */
const AWAITED_MS = 180_000;

/** Both prints in stock, each of a Part of its own. */
function bothStocked(servers: CaseServers, name: string): Expected {
    const archiveId = madeBefore(servers, name);
    const goose = runsOf(servers, archiveId).map(({ startedAt }) => ({ archiveId, startedAt }));
    const bin = stocked(servers);
    return { ...bin, runs: [...bin.runs, ...goose], parts: 2 };
}

function partOf(servers: CaseServers, name: string): Part | undefined {
    return [...servers.inventree.state.parts.values()].find((part) => part.name === name);
}

function valuesOf({ inventree }: CaseServers, part: Part): number {
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
        expected: (servers) => ({ ...bothStocked(servers, JOB), images: false, parameters: {}, values: 3 }),
        check: (servers) =>
            partOf(servers, JOB)?.image === null ? [] : ['the Part of a job has a picture, or another name'],
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
        arrange: (servers) => {
            const { estimate } = FILE;
            servers.bambuddy.fetchFile(madeBefore(servers, JOB), { name: NAME, filename: 'goose.gcode.3mf', estimate });
        },
        isThrough: (servers) => {
            const part = partOf(servers, NAME);
            return (
                part !== undefined && part.image !== null && valuesOf(servers, part) === Object.keys(PARAMETERS).length
            );
        },
        expected: (servers) => bothStocked(servers, NAME),
    },
];
