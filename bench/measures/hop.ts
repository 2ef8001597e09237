import { figureOf, rounded, type Bench, type Result } from '../measure';

/** Nobody listens there: requests are answered in the process. */
const NOWHERE = {
    bambuddyUrl: 'http://127.0.0.1:9',
    apiKey: 'bb_bench',
    inventreeUrl: 'http://127.0.0.1:9',
    token: 'inv-bench',
    category: 1,
    location: 1,
};

/** Processor time of the five nodes for one print: requests are answered by stubs in the process. */
export async function hop({ contenders, quick, repetitions, say, profile }: Bench): Promise<Result> {
    const prints = quick ? 500 : 2000;
    const packaged = await contenders.package();
    await packaged.node.stub(prints);
    const spent: number[] = [];
    const cold: number[] = [];
    // so many prints until the code is compiled for good; a forced collection would take that away again
    for (let n = quick ? -5 : -4; n < repetitions; n++) {
        await packaged.ready(NOWHERE, { debug: false, window: 4, source: { live: false, interval: 0, settle: 0 } });
        await packaged.node.rest();
        const before = await packaged.node.cpu();
        const report = await packaged.node.profiled(n === repetitions - 1 ? profile : null, async () => {
            const imported = await packaged.import();
            await packaged.settled();
            return imported.report;
        });
        const cpu = (((await packaged.node.cpu()) - before) * 1000) / prints;
        if (report.created !== prints) throw new Error(`${report.created} of ${prints} prints came into stock`);
        (n < 0 ? cold : spent).push(cpu);
    }
    // who comes after this one would miss the servers
    await contenders.renewPackage();
    const listed = (values: readonly number[]): string => values.map((us) => us.toFixed(0)).join(', ');
    say(`${listed(spent)} µs; before, until it was warm, ${listed(cold)} µs`);
    const figure = figureOf('hop_us', spent, 'µs', null);
    const first = figureOf(`hop_us, the first ${prints} prints`, cold.slice(0, 1), 'µs', null);
    return { figures: [figure, first], keys: { hop_us: rounded(figure.value) } };
}
