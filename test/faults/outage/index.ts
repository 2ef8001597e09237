import { BambuddySimulator } from '../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../simulators/inventree';
import { Chain, VirtualClock } from '../chain';
import { checkStock, type Expectation } from '../check';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';

type ServerName = 'Bambuddy' | 'InvenTree';

/** How a server is away: no connection, or a page that says so and asks to wait ten seconds. */
type Absence = 'reset' | 'maintenance';

export interface Outage {
    name: string;
    servers: readonly ServerName[];
    absence: Absence;
    /** the process is killed in the middle of it */
    crash?: true;
}

const OUTAGES: readonly Outage[] = [
    { name: 'InvenTree down', servers: ['InvenTree'], absence: 'reset' },
    { name: 'Bambuddy down', servers: ['Bambuddy'], absence: 'reset' },
    { name: 'InvenTree in maintenance', servers: ['InvenTree'], absence: 'maintenance' },
    { name: 'both down', servers: ['Bambuddy', 'InvenTree'], absence: 'reset' },
    { name: 'InvenTree down, Node-RED killed meanwhile', servers: ['InvenTree'], absence: 'reset', crash: true },
    { name: 'Bambuddy down, Node-RED killed meanwhile', servers: ['Bambuddy'], absence: 'reset', crash: true },
];

const HOUR = 3600_000;
const OUTAGE_HOURS = 72;
/** Polls come every five minutes; this long after its end everything must have gone on of itself. */
const AFTERWARDS_MS = 2 * HOUR;
const WINDOW = 4;
/** Every fifth print is of a file that was printed before. */
const FILES = 40;
/** A server that is away is asked once in two minutes at most, taken over the whole of it: at first faster, later slower. */
const PROBES_PER_HOUR = 30;

/**
 * Prints finish for three days while a server is away. Nothing is lost or doubled, the line goes on by itself, one
 * warning says so, and the server that is away is not hammered.
 */
export async function runOutageProof(
    { fast }: ProofOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const result = emptyResult();
    for (const outage of fast ? OUTAGES.slice(0, 2) : OUTAGES) {
        const note = await runOutage(outage, fast ? 40 : 200, result);
        result.notes.push(note);
        report(note);
    }
    return result;
}

/** One outage. @returns the figures in words */
export async function runOutage(
    outage: Outage,
    prints: number,
    result: ProofResult,
    hours = OUTAGE_HOURS,
): Promise<string> {
    const allowed = hours * PROBES_PER_HOUR;
    // what was accepted before the process was killed waits beside what is accepted after it
    const lives = outage.crash === true ? 2 : 1;
    const clock = new VirtualClock(false);
    const bambuddy = new BambuddySimulator({ now: clock.date });
    const inventree = new InvenTreeSimulator({ writeMs: 0 });
    await Promise.all([bambuddy.listen(), inventree.listen()]);
    bambuddy.addPrinter({ name: 'Left printer' });
    const source = { interval: 300, window: WINDOW };
    const chain = await Chain.open({ bambuddy, inventree, clock, source });
    const wrong = (text: string): void => {
        result.wrong++;
        result.findings.push(`${outage.name}: ${text}`);
    };
    const runs: Expectation['runs'] = [];
    const print = (n: number): void => {
        const { archiveId } = bambuddy.print({ name: `File ${n % FILES}` });
        runs.push({ archiveId, startedAt: bambuddy.state.archives.get(archiveId)!.started_at! });
    };
    const away = (is: boolean): void => {
        for (const server of outage.servers) {
            if (server === 'Bambuddy') bambuddy.down = is;
            else if (outage.absence === 'maintenance') inventree.maintenance = is;
            else inventree.down = is;
        }
    };
    result.cases++;
    try {
        bambuddy.print({ name: 'Old' });
        chain.start();
        await clock.advance(HOUR);
        print(0);
        await clock.advance(HOUR);
        if (inventree.state.stock.size !== 1) wrong('the print before the outage is not in stock');

        const before = { bambuddy: bambuddy.requestCount, inventree: inventree.requestCount };
        const began = { outages: chain.outages.length };
        away(true);
        let [most, underWay] = [0, 0];
        for (let n = 1; n < prints; n++) {
            await clock.advance((hours * HOUR) / (prints - 1));
            print(n);
            most = Math.max(most, [...chain.ledger.unfinished()].length);
            underWay = Math.max(underWay, chain.source.status().underWay);
            if (outage.crash === true && n === Math.floor(prints / 2)) {
                await chain.crash();
                chain.start();
            }
        }
        const probes = {
            Bambuddy: bambuddy.requestCount - before.bambuddy,
            InvenTree: inventree.requestCount - before.inventree,
        };
        if (inventree.state.stock.size !== 1) wrong('something came into stock although a server was away');
        if (underWay > WINDOW) wrong(`${underWay} prints under way at a time, ${WINDOW} allowed`);
        if (most > WINDOW * lives) wrong(`${most} prints accepted and not finished, ${WINDOW * lives} allowed`);
        for (const server of outage.servers) {
            if (probes[server] > allowed) wrong(`${server} was asked ${probes[server]} times while it was away`);
            // with Bambuddy away too, there is nothing to ask InvenTree for
            if (probes[server] === 0 && server === outage.servers[0])
                wrong(`${server} was never asked while it was away`);
        }

        away(false);
        const back = clock.now();
        while (inventree.state.stock.size < prints && clock.now() - back < AFTERWARDS_MS) await clock.advance(60_000);
        const minutes = Math.round((clock.now() - back) / 60_000);
        await clock.advance(AFTERWARDS_MS - (clock.now() - back));
        const left = chain.left();
        if (left !== null) wrong(`left undone: ${left}`);
        checkStock(
            bambuddy,
            inventree,
            { runs, parts: Math.min(prints, FILES), images: true, links: true },
            result,
            outage.name,
        );
        countWarnings(outage, chain, began.outages, wrong);
        for (const leak of chain.leaks()) wrong(`a secret in ${leak}`);
        const asked = outage.servers.map((server) => `${server} asked ${probes[server]} times`).join(', ');
        return `${outage.name} for ${hours} h, ${prints} prints: ${asked} (at most ${allowed} each allowed), at most ${underWay} of ${WINDOW} under way, ${most} accepted, all in stock ${minutes} min after its end`;
    } finally {
        await chain.close();
        await Promise.all([bambuddy.close(), inventree.close()]);
    }
}

/** One word when it begins and one when it ends, for each server; a process that began in the midst of it says it once more. */
function countWarnings(outage: Outage, chain: Chain, from: number, wrong: (text: string) => void): void {
    for (const server of outage.servers) {
        const reported = chain.outages.slice(from).filter((state) => state.server === server);
        const begins = reported.filter(({ downSince }) => downSince !== null).length;
        const ends = reported.length - begins;
        // a process that came into the outage of InvenTree hears of it when it has a print in hand
        const lives = outage.crash === true ? 2 : 1;
        const reached = server === 'InvenTree' && outage.servers.includes('Bambuddy') ? 0 : 1;
        if (begins > lives || begins < reached) wrong(`${begins} warnings that ${server} is away`);
        if (ends > 1 || (begins > 0 && ends === 0)) wrong(`${ends} words that ${server} is back`);
    }
}
