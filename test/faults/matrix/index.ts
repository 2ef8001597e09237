import { checkStock } from '../check';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { AILMENTS, FLEETING_401, FOREIGN, LATE, LATE_COMMIT, REFUSALS, REFUSED, type Ailment } from './ailments';
import { MAIN_SCENARIOS, newPrint, SCENARIOS, type Scenario } from './scenarios';
import { MatrixFixture, type Strike } from './fixture';

/** Cases at a time: those that wait for a timeout leave the processor to the others. */
const LANES = 6;
/** Of the clients, in seconds; short where a request is left hanging. */
const TIMEOUT = 10;
const SHORT_TIMEOUT = 0.4;
/** How many requests a fault that goes on strikes. */
const REPEATED = 3;
/** Of all cases a fast run takes one in so many, in a fixed spread. */
const SPREAD = 17;

/** Of somebody else's answers a scenario of many requests tries one in so many at each. */
const FOREIGN_SPREAD = 9;

interface Case {
    scenario: Scenario;
    strike: Strike;
}

/** What a scenario asks and leaves behind when nothing goes wrong. */
interface CleanRun {
    heard: MatrixFixture['heard'];
    /** with and without the outcomes of picture and link */
    fingerprint: [string[], string[]];
}

/**
 * Every fault at every request: each scenario is run once undisturbed, then once for every request it made and every
 * fault that can strike it there. At the end both servers must be as if nothing had happened.
 */
export async function runMatrixProof(
    { fast }: ProofOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const result = emptyResult();
    const clean = new Map<Scenario, CleanRun>();
    const cases: Case[] = [];
    for (const scenario of SCENARIOS) {
        const run = await cleanRun(scenario, result);
        clean.set(scenario, run);
        const own = casesOf(scenario, run);
        cases.push(...own);
        report(`${scenario.name}: ${run.heard.length} requests, ${own.length} cases`);
    }
    const chosen = fast ? cases.filter((_, index) => index % SPREAD === 0) : cases;
    let requests = 0;
    await inLanes(chosen, async ({ scenario, strike }) => {
        const asked = await runCase(scenario, strike, clean.get(scenario)!, result);
        requests += asked;
    });
    result.notes.push(
        `${chosen.length} of ${cases.length} cases, ${requests} requests asked, secrets in any text: checked in each`,
    );
    return result;
}

/** Runs one scenario under the faults that `wanted` takes; for planted bugs. */
export async function runStrikes(scenario: Scenario, wanted: (strike: Strike) => boolean): Promise<ProofResult> {
    const result = emptyResult();
    const run = await cleanRun(scenario, result);
    const chosen = casesOf(scenario, run).filter(({ strike }) => wanted(strike));
    await inLanes(chosen, async ({ strike }) => void (await runCase(scenario, strike, run, result)));
    return result;
}

function casesOf(scenario: Scenario, { heard }: CleanRun): Case[] {
    const cases: Case[] = [];
    const add = (ailments: readonly Ailment[], times: number, spread = 1): void => {
        for (const [n, { key, nth, asked }] of heard.entries()) {
            if (scenario.only !== undefined && asked.server !== scenario.only) continue;
            for (const [m, ailment] of ailments.entries()) {
                if ((n + m) % spread !== 0) continue;
                if (ailment.fits?.(asked) === false) continue;
                if (ailment.twice !== undefined && scenario.single !== true) continue;
                cases.push({ scenario, strike: { key, nth, ailment, times } });
            }
        }
    };
    add([...AILMENTS, ...LATE, LATE_COMMIT, FLEETING_401, ...REFUSED, ...REFUSALS], 1);
    // all of them at every request of a new print; in the other scenarios each request gets some, each time others
    add(FOREIGN, 1, scenario === newPrint ? 1 : FOREIGN_SPREAD);
    const goingOn = [...AILMENTS, ...FOREIGN].filter((ailment) => ailment.goesOn === true);
    if (MAIN_SCENARIOS.includes(scenario)) add(goingOn, REPEATED);
    return cases;
}

async function cleanRun(scenario: Scenario, result: ProofResult): Promise<CleanRun> {
    const fixture = await MatrixFixture.open({ ...scenario.fixture, timeout: TIMEOUT });
    try {
        const left = await perform(scenario, fixture, null);
        judge(scenario, fixture, left, `${scenario.name}, undisturbed`, result);
        return { heard: fixture.heard, fingerprint: [fixture.fingerprint(false), fixture.fingerprint(true)] };
    } finally {
        await fixture.close();
    }
}

/** @returns the number of requests asked */
async function runCase(scenario: Scenario, strike: Strike, clean: CleanRun, result: ProofResult): Promise<number> {
    const { key, nth, ailment, times } = strike;
    const what = `${scenario.name} | ${key} no. ${nth} | ${ailment.name}${times > 1 ? `, ${times} times` : ''}`;
    const fixture = await MatrixFixture.open({
        ...scenario.fixture,
        timeout: ailment.slow === true ? SHORT_TIMEOUT : TIMEOUT,
    });
    result.cases++;
    try {
        const left = await perform(scenario, fixture, strike);
        if (fixture.struck === 0) wrong(result, `${what}: the request never came`);
        if (ailment.twice === undefined) judge(scenario, fixture, left, what, result);
        else judgeTwice(scenario, fixture, left, what, result);
        const askedAgain = ailment.forPerson === true;
        const found = fixture.fingerprint(askedAgain);
        const wanted = clean.fingerprint[askedAgain ? 1 : 0];
        const missing = wanted.filter((line) => !found.includes(line));
        const more = found.filter((line) => !wanted.includes(line));
        if (missing.length + more.length > 0) {
            wrong(
                result,
                `${what}: not as without the fault: ${[...missing.map((line) => `- ${line}`), ...more.map((line) => `+ ${line}`)].join(' | ')}`,
            );
        }
        return fixture.heard.length;
    } catch (error) {
        wrong(result, `${what}: ${String(error)}`);
        return 0;
    } finally {
        await fixture.close();
    }
}

/** @returns what was left undone */
async function perform(scenario: Scenario, fixture: MatrixFixture, strike: Strike | null): Promise<string | null> {
    const { chain } = fixture;
    await scenario.before(fixture);
    fixture.listen(strike);
    let left = await toTheEnd(fixture, scenario.act(fixture));
    // what a server does late
    await fixture.clock.still();
    if (strike?.ailment.forPerson !== true)
        return scenario.asksPerson === true && strike !== null ? toTheEnd(fixture, chain.retry()) : left;
    // a look that was refused is asked for again, and parked prints are sent again
    left = await toTheEnd(fixture, scenario.again(fixture));
    left = await toTheEnd(fixture, chain.retry());
    if (left !== null) {
        // where the picture is refused, the message goes no further: the next start takes it up
        await chain.restart();
        chain.start();
        left = await toTheEnd(fixture, Promise.resolve());
    }
    for (const { archiveId, image, link, files } of [...chain.ledger.prints()]) {
        if ([image, link, files].includes('failed')) left = await toTheEnd(fixture, chain.archive(archiveId!, true));
    }
    return left;
}

/** Waits for the end of some work, and of all that follows from it. @returns what is left where nothing moves any more */
async function toTheEnd({ clock, chain }: MatrixFixture, work: Promise<unknown>): Promise<string | null> {
    let over = false;
    const ended = work.finally(() => (over = true)).then(() => chain.idle());
    const stalled = async (): Promise<string | null> => {
        for (let stuck = 0; ;) {
            await clock.still();
            if (over) return ended;
            const left = chain.left();
            stuck = left === null ? 0 : stuck + 1;
            if (stuck > 2) return left;
        }
    };
    return Promise.race([ended, stalled()]);
}

function judge(
    scenario: Scenario,
    fixture: MatrixFixture,
    left: string | null,
    what: string,
    result: ProofResult,
): void {
    const { bambuddy, inventree, chain, runs } = fixture;
    if (left !== null) wrong(result, `${what}: left undone: ${left}`);
    checkStock(bambuddy, inventree, { ...scenario.expected, runs }, result, what);
    for (const leak of chain.leaks()) wrong(result, `${what}: a secret in ${leak}`);
}

/** Beside one item too many all is right, and a person is told of that one. */
function judgeTwice(
    scenario: Scenario,
    fixture: MatrixFixture,
    left: string | null,
    what: string,
    result: ProofResult,
): void {
    const strict = emptyResult();
    judge(scenario, fixture, left, what, strict);
    result.lost += strict.lost;
    result.wrong += strict.wrong;
    if (strict.lost + strict.wrong > 0) result.findings.push(...strict.findings);
    const items = fixture.inventree.state.stock.size;
    if (items !== fixture.runs.length + 1) wrong(result, `${what}: ${items} items for ${fixture.runs.length} runs`);
    if (!fixture.chain.reported.some((text) => text.includes('has 2 StockItems for batch')))
        wrong(result, `${what}: nobody was told of the second item`);
}

function wrong(result: ProofResult, finding: string): void {
    result.wrong++;
    result.findings.push(finding);
}

async function inLanes<T>(list: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
    const rest = [...list];
    const lane = async (): Promise<void> => {
        for (let each = rest.shift(); each !== undefined; each = rest.shift()) await work(each);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
}
