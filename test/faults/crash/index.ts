import { rmSync } from 'node:fs';
import { checkStock } from '../check';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { Case, portsForCase } from './case';
import { PackedPackage } from './packed';
import { SCENARIOS } from './scenarios';
import type { Scenario } from './scenario';
import type { Ports } from './servers';
import type { State } from './user-folder';

/** Cases at a time: each is one process, and a short one. */
const LANES = 2;
/** In the whole mode every so many points a second crash follows, in the recovery from the first. */
const SECOND_EVERY = 30;

/** A scenario with the points at which Node-RED may die in it, as a first, undisturbed run met them. */
export interface Enumerated {
    scenario: Scenario;
    before: State | null;
    points: readonly string[];
}

/** What one case came to. */
export interface CaseOutcome {
    /** Node-RED died where it was to die, each time */
    reached: boolean;
    /** StockItems in InvenTree when it was started anew */
    items: number;
    result: ProofResult;
}

/**
 * A real Node-RED is killed at every point of every scenario, started again on what lies on the disk, and when it is
 * through with its work everything must be exactly right.
 */
export async function runCrashProof(
    { fast }: ProofOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const total = emptyResult();
    const runner = await CrashRunner.open();
    try {
        const work: { enumerated: Enumerated; deaths: string[] }[] = [];
        for (const enumerated of runner.scenarios) {
            const { scenario, points } = enumerated;
            report(`${scenario.name}: ${points.length} points`);
            const chosen = fast ? spread(points, 1) : points;
            for (const point of chosen) work.push({ enumerated, deaths: [point] });
            if (fast) continue;
            spread(points, Math.floor(points.length / SECOND_EVERY)).forEach((point, n) => {
                // anywhere in the recovery: the points there are others, so by number
                work.push({ enumerated, deaths: [point, String(5 + ((n * 23) % 80))] });
            });
        }
        let unreached = 0;
        const ports: Ports[] = [];
        for (let lane = 0; lane < LANES; lane++) ports.push(await portsForCase());
        await inLanes(work, async ({ enumerated, deaths }, left, lane) => {
            const { reached, result } = await runner.run(enumerated, deaths, ports[lane]!);
            if (!reached && deaths.length === 1) unreached++;
            add(total, result);
            result.findings.forEach(report);
            if (total.cases % 50 === 0) report(`${total.cases} cases, ${left} to go`);
        });
        total.notes.push(
            `crash points: ${runner.scenarios.map(({ scenario, points }) => `${points.length} of a ${scenario.name}`).join(', ')}`,
        );
        if (unreached > 0) total.notes.push(`${unreached} points were not met again in their case`);
    } finally {
        runner.close();
    }
    return total;
}

/** The built package, and each scenario with its points. */
export class CrashRunner {
    private readonly states: State[] = [];
    readonly scenarios: Enumerated[] = [];

    private constructor(private readonly packed: PackedPackage) {}

    /** @param only names of scenarios; default: all */
    static async open(only: readonly string[] | null = null): Promise<CrashRunner> {
        const runner = new CrashRunner(new PackedPackage());
        try {
            await runner.enumerate(only);
        } catch (error) {
            runner.close();
            throw error;
        }
        return runner;
    }

    close(): void {
        for (const { userDir } of this.states) rmSync(userDir, { recursive: true, force: true });
        this.packed.remove();
    }

    /** The points of a scenario, by its name. */
    of(name: string): Enumerated {
        return this.scenarios.find(({ scenario }) => scenario.name === name)!;
    }

    /**
     * One case: a life for each death, and a last one that must bring everything to its end.
     * @param bug one of those in bugs.cjs
     */
    async run(
        { scenario, before }: Enumerated,
        deaths: readonly string[],
        ports: Ports,
        bug?: string,
    ): Promise<CaseOutcome> {
        const result = emptyResult();
        result.cases = 1;
        const what = `${scenario.name}, dies ${deaths.join(', then at point ')}`;
        const one = await Case.begin(scenario, before, ports, this.packed, bug);
        try {
            let reached = true;
            let last = '';
            const faults: string[] = [];
            for (const death of deaths) {
                reached = (await one.live(death)) === 'died' && reached;
                last = one.points.at(-1) ?? '';
                faults.push(...(await one.formatFaults()));
            }
            const items = one.servers.inventree.state.stock.size;
            const end = await one.live(null);
            const where = deaths.length > 1 ? `${what} (${last})` : what;
            if (end !== 'drained') faults.push(`does not come to an end: ${one.log.slice(-3).join(' | ')}`);
            else faults.push(...(await settled(one, scenario)));
            faults.push(...(await one.formatFaults()));
            result.wrong += faults.length;
            result.findings.push(...faults.map((fault) => `${where}: ${fault}`));
            checkCase(one, scenario, result, where);
            return { reached, items, result };
        } finally {
            await one.end();
        }
    }

    /** @param only names; those that they begin with come along */
    private async enumerate(only: readonly string[] | null): Promise<void> {
        const wanted = only === null ? SCENARIOS : SCENARIOS.filter(({ name }) => isNeeded(name, only));
        const ends = new Map<string, State>();
        for (let left = wanted; left.length > 0; left = left.filter(({ name }) => !ends.has(name))) {
            const ready = left.filter(({ after }) => after === null || ends.has(after));
            await inLanes(ready, async (scenario) => {
                const before = scenario.after === null ? null : ends.get(scenario.after)!;
                ends.set(scenario.name, await this.undisturbed(scenario, before));
            });
        }
        this.scenarios.sort((a, b) => SCENARIOS.indexOf(a.scenario) - SCENARIOS.indexOf(b.scenario));
    }

    /** Counts the points, and leaves what others may begin with. */
    private async undisturbed(scenario: Scenario, before: State | null): Promise<State> {
        const one = await Case.begin(scenario, before, await portsForCase(), this.packed);
        const end = await one.live(null, true);
        const result = emptyResult();
        checkCase(one, scenario, result, scenario.name);
        const state = await one.leave();
        this.states.push(state);
        if (end !== 'drained' || result.findings.length > 0)
            throw new Error(
                `${scenario.name} fails undisturbed: ${[end, ...result.findings, ...one.log.slice(-10)].join('\n')}`,
            );
        this.scenarios.push({ scenario, before, points: one.points });
        return state;
    }
}

/** Whether a scenario is among these, or is what one of them begins with. */
function isNeeded(name: string, only: readonly string[]): boolean {
    return only.includes(name) || SCENARIOS.some(({ after, name: later }) => after === name && isNeeded(later, only));
}

/** Once more, when all is done: what is over is over. @returns what is wrong */
async function settled(one: Case, { over }: Scenario): Promise<string[]> {
    if (over === undefined) return [];
    const { bambuddy } = one.servers;
    const from = bambuddy.requestCount;
    const end = await one.live(null);
    const asked = bambuddy.requests.filter(({ n, url }) => n > from && over.test(url));
    const faults = asked.map(({ method, url }) => `asks again at the next start: ${method} ${url}`);
    return end === 'drained' ? faults : [...faults, 'does not come to rest at the next start'];
}

/** Beside what every proof checks: nothing at all that is not of these prints. */
function checkCase({ servers }: Case, scenario: Scenario, result: ProofResult, what: string): void {
    const expected = scenario.expected(servers);
    checkStock(servers.bambuddy, servers.inventree, expected, result, what);
    const wrong = (text: string): void => {
        result.wrong++;
        result.findings.push(`${what}: ${text}`);
    };
    const { stock, parameters, parts } = servers.inventree.state;
    if (expected.runs.length === 0) wrong('no run in Bambuddy');
    if (parameters.size !== (expected.values ?? parts.size * 2)) wrong(`${parameters.size} parameters`);
    if (servers.itemsMade !== (expected.made ?? expected.runs.length)) {
        result.duplicated++;
        result.findings.push(`${what}: ${servers.itemsMade} items were made`);
    }
    scenario.check?.(servers).forEach(wrong);
    for (const item of stock.values()) {
        if (item.batch !== null && Object.hasOwn(expected.spools ?? {}, item.batch)) continue;
        if (
            (expected.pieces === undefined && item.quantity !== 1) ||
            item.location !== (expected.location ?? servers.connection.location)
        )
            wrong(`${item.batch ?? 'an item'}: quantity ${item.quantity}, location ${item.location ?? 'none'}`);
    }
    const pieces = [...stock.values()].map(({ quantity }) => quantity).join(', ');
    if (expected.pieces !== undefined && pieces !== expected.pieces.join(', ')) wrong(`pieces in stock: ${pieces}`);
    const batches = [...stock.values()].map((item) => item.batch);
    const own = `bambuddy-${expected.runs[0]?.archiveId}`;
    if (!batches.includes(own) && !batches.includes(`${own}-a1`))
        wrong(`no item has the archive's own code: ${batches.join(', ')}`);
}

/** Does the work of a list, so much at a time. @param what gets what is left after it, and its lane */
async function inLanes<T>(
    list: readonly T[],
    what: (each: T, left: number, lane: number) => Promise<void>,
): Promise<void> {
    const queue = [...list];
    const lane = async (n: number): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await what(next, queue.length, n);
    };
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
}

function add(total: ProofResult, part: ProofResult): void {
    total.cases += part.cases;
    total.lost += part.lost;
    total.duplicated += part.duplicated;
    total.wrong += part.wrong;
    total.findings.push(...part.findings);
}

/** So many of a list, evenly spread, from inside rather than from the ends. */
export function spread<T>(list: readonly T[], count: number): T[] {
    return Array.from({ length: count }, (_, n) => list[Math.floor(((n + 0.5) * list.length) / count)]!);
}
