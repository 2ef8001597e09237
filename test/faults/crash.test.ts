import assert from 'node:assert/strict';
import { CrashRunner, runCrashProof, type CaseOutcome } from './crash';
import { portsForCase } from './crash/case';
import type { Ports } from './crash/servers';
import { isClean } from './result';

const ORDINARY = ['new print', 'repeat print', 'forced refresh'];

/** Bugs in what came later, each with a point at which a crash brings it to light. */
const PLANTED: { bug: string; what: string; scenario: string; point: string; found: RegExp }[] = [
    {
        bug: 'no upgrade',
        what: 'an earlier version would send a print that waits for its outcome',
        scenario: 'held print',
        point: 'before Bambuddy GET /api/v1/print-log/ #3',
        found: /format 2 stands where an earlier version reads it/,
    },
    {
        bug: 'history not read',
        what: 'an item that was sold at once is made again',
        scenario: 'item sold at once',
        point: 'sent InvenTree POST /api/stock/ #1',
        found: /items were made/,
    },
    {
        bug: 'blind removal',
        what: 'what a print used is subtracted from its spool twice',
        scenario: 'filament used',
        point: 'sent InvenTree POST /api/stock/remove/ #1',
        found: /removed of the spool: 12.5, 12.5/,
    },
    {
        bug: 'blind adjustment',
        what: 'pieces that were added are added again',
        scenario: 'more after an edit',
        point: 'sent InvenTree POST /api/stock/add/ #1',
        found: /pieces in stock: 10/,
    },
    {
        bug: 'blind output',
        what: 'a second output of the order is made',
        scenario: 'print into a build order',
        point: 'sent InvenTree POST /api/build/2/create-output/ #1',
        found: /pieces in stock: 1, 4, 4/,
    },
    {
        bug: 'blind attachment',
        what: 'a file whose answer was lost is attached again',
        scenario: 'files attached',
        point: 'sent InvenTree POST /api/attachment/ #1',
        found: /attached: part 3MF, part 3MF/,
    },
    {
        bug: 'parameters not noted',
        what: 'new Parts of an import stay without parameters',
        scenario: 'imported history',
        point: 'before InvenTree POST /api/parameter/ #2',
        found: /is missing/,
    },
    {
        bug: 'parameters not resumed',
        what: 'new Parts of an import stay without parameters',
        scenario: 'imported history',
        point: 'before InvenTree POST /api/parameter/ #2',
        found: /is missing/,
    },
    {
        bug: 'loss forgotten',
        what: 'a print that was sold before the ledger was lost is made again',
        scenario: 'lost ledger',
        point: 'before making store.lock #1',
        found: /items were made/,
    },
    {
        bug: 'offered at every start',
        what: 'earlier damage is offered at each start',
        scenario: 'earlier damage',
        point: 'before InvenTree POST /api/stock/ #1',
        found: /asks again at the next start/,
    },
];

describe('crash: Node-RED dies at any point, is started again, and everything is exactly right', function () {
    this.timeout(300_000);

    it('at a point of each scenario', async () => {
        const result = await runCrashProof({ fast: true });
        assert.deepEqual(result.findings, []);
        assert.ok(isClean(result));
        assert.ok(result.cases >= 12);
    });

    describe('the crash points', () => {
        let runner: CrashRunner;
        let ports: Ports;

        before(async () => {
            runner = await CrashRunner.open([...ORDINARY, ...PLANTED.map(({ scenario }) => scenario)]);
            ports = await portsForCase();
        });

        after(() => runner.close());

        const dies = (scenario: string, point: string, bug?: string): Promise<CaseOutcome> =>
            runner.run(runner.of(scenario), [`${point} #1`], ports, bug);

        it('are of every kind: before and after each request, answer and write of the store', () => {
            const requests = {
                'new print': [
                    'InvenTree POST /api/part/',
                    'InvenTree POST /api/parameter/',
                    'InvenTree POST /api/stock/',
                    'Bambuddy PATCH /api/v1/archives/2',
                ],
                'repeat print': ['InvenTree GET /api/stock/', 'InvenTree POST /api/stock/'],
                'forced refresh': [
                    'InvenTree POST /api/parameter/',
                    'InvenTree PATCH /api/part/1/',
                    'Bambuddy PATCH /api/v1/archives/2',
                ],
            };
            for (const [scenario, expected] of Object.entries(requests)) {
                const { points } = runner.of(scenario);
                const journals = new Set(points.map((point) => /store\.journal\.\d+/.exec(point)?.[0]));
                const journal = [...journals].filter((name) => name !== undefined).at(-1)!;
                const wanted = [
                    ...expected.flatMap((what) => [
                        `before ${what}`,
                        `sent ${what}`,
                        `answer to ${what} there`,
                        `answer to ${what} seen`,
                    ]),
                    ...['before writing', 'half-way through writing', 'after writing', 'after flushing'].map(
                        (when) => `${when} ${journal}`,
                    ),
                    'before making store.lock',
                    'after writing store.owner',
                ];
                for (const point of wanted) assert.ok(points.includes(`${point} #1`), `${scenario}: no "${point}"`);
                assert.ok(new Set(points).size === points.length, 'a point twice');
            }
        });

        it('tell a request that never left from one that the server has done', async () => {
            const itemsAfter = async (point: string): Promise<number> => {
                const { reached, items, result } = await dies('new print', `${point} InvenTree POST /api/stock/`);
                assert.ok(reached);
                assert.deepEqual(result.findings, []);
                return items;
            };
            assert.equal(await itemsAfter('before'), 0);
            assert.equal(await itemsAfter('sent'), 1);
        });

        it('show what a torn line in the journal does: nothing', async () => {
            const [point] = runner
                .of('repeat print')
                .points.filter((each) => /half-way.*journal/.test(each))
                .slice(-1);
            const { reached, result } = await runner.run(runner.of('repeat print'), [point!], ports);
            assert.ok(reached);
            assert.deepEqual(result.findings, []);
        });

        it('of a removal from a spool: before it nothing was subtracted, after it nothing is subtracted again', async () => {
            for (const when of ['before', 'sent', 'answer to', 'seen'] as const) {
                const of = 'InvenTree POST /api/stock/remove/';
                const point =
                    when === 'answer to'
                        ? `${when} ${of} there`
                        : when === 'seen'
                          ? `answer to ${of} seen`
                          : `${when} ${of}`;
                const { reached, result } = await dies('filament used', point);
                assert.ok(reached, point);
                assert.deepEqual(result.findings, []);
            }
        });

        it('include those of a recovery: a second crash there does no harm either', async () => {
            const deaths = ['sent InvenTree POST /api/stock/ #1', 'before InvenTree GET /api/stock/ #2'];
            const { result } = await runner.run(runner.of('repeat print'), deaths, ports);
            assert.deepEqual(result.findings, []);
        });

        describe('a planted bug is found', () => {
            for (const { bug, what, scenario, point, found } of PLANTED)
                it(`${bug}: ${what}`, async () => {
                    const { result } = await runner.run(runner.of(scenario), [point], ports, bug);
                    assert.match(result.findings.join('\n'), found);
                });

            it('blind repeat: the item whose answer was lost is made again', async () => {
                const { reached, result } = await dies(
                    'repeat print',
                    'sent InvenTree POST /api/stock/',
                    'blind repeat',
                );
                assert.ok(reached);
                assert.ok(result.duplicated > 0, JSON.stringify(result));
                assert.equal(result.lost, 0);
            });

            it('blind repeat: the same Part again is refused, and its print stays behind', async () => {
                const { reached, result } = await dies(
                    'new print',
                    'answer to InvenTree POST /api/part/ there',
                    'blind repeat',
                );
                assert.ok(reached);
                assert.ok(result.lost > 0, JSON.stringify(result));
            });

            it('no recovery: an accepted print is lost', async () => {
                const { reached, result } = await dies('new print', 'before InvenTree POST /api/part/', 'no recovery');
                assert.ok(reached);
                assert.ok(result.lost > 0, JSON.stringify(result));
            });

            it('done too early: the link never comes (a new Part has its image from the first)', async () => {
                const { reached, result } = await dies(
                    'new print',
                    'before Bambuddy PATCH /api/v1/archives/2',
                    'done too early',
                );
                assert.ok(reached);
                assert.ok(
                    result.findings.some((finding) => finding.includes('links to nothing')),
                    JSON.stringify(result),
                );
            });

            it('force forgotten: a refresh that was interrupted goes on as an ordinary pass and refreshes nothing', async () => {
                const { reached, result } = await dies(
                    'forced refresh',
                    'before InvenTree POST /api/parameter/',
                    'force forgotten',
                );
                assert.ok(reached);
                assert.ok(
                    result.findings.some((finding) => finding.includes('PrintTime is missing')),
                    JSON.stringify(result),
                );
            });
        });
    });
});
