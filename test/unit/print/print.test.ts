import assert from 'node:assert/strict';
import { NoPrintError, passOf, printOf } from '../../../lib/print/print';

describe('the print in a message', () => {
    for (const payload of [undefined, null, 'poll', 7, [], ['x'], true])
        it(`${JSON.stringify(payload)} is none, and the error says what was expected`, () =>
            assert.throws(
                () => printOf(payload),
                (error) => error instanceof NoPrintError && /\{ batch, identity \}/.test(error.message),
            ));

    it('needs batch and identity, and says which one is missing', () => {
        assert.throws(() => printOf({ identity: 'name:x' }), /has no batch/);
        assert.throws(() => printOf({ batch: 'b-1' }), /has no identity/);
        assert.throws(() => printOf({ batch: '  ', identity: 'x' }), /has no batch/);
        assert.throws(() => printOf({ batch: 12, identity: 'x' }), /has no batch/);
    });

    it('of a manual message has null for what is missing, never undefined', () => {
        const print = printOf({ batch: 'b-1', identity: 'name:x' });
        assert.equal(print.source, 'manual');
        assert.equal(print.status, 'completed');
        const { batch: _batch, identity: _identity, ...rest } = print;
        assert.ok(!JSON.stringify(Object.values(rest)).includes('undefined'));
        for (const value of Object.values(rest)) assert.notEqual(value, undefined);
        assert.deepEqual(print.estimate, { seconds: null, grams: null });
        assert.deepEqual(print.tags, []);
    });

    const WRONG: Record<string, readonly unknown[]> = {
        archiveId: [0, -1, 1.5, 1e308, NaN, 2 ** 60, '0x10', 'x', {}, [1], true],
        runId: [0, -1],
        'printer.id': [0, -1, {}],
        'project.id': ['P1'],
        weightGrams: [NaN, Infinity, -1, 1e308, 'light', '1,234', {}],
        printSeconds: [Infinity, -5, '1h 20m', []],
        'estimate.seconds': ['long'],
        'estimate.grams': [-1],
        quantity: ['three', NaN, 1e308, {}, [3], true],
        cost: [{}],
        layerHeight: [-0.2],
        plate: [-1, 'two'],
        startedAt: ['12', '2026-11-22', '2026-11-22T04:33:35', '22.11.2026 04:33', 'yesterday', 1764000000, {}],
        completedAt: ['2026-11-22 04:33:35', '2026-13-40T99:99:99Z'],
        notAfter: ['now'],
        name: [{}, ['Hook'], 7, false],
        filename: [{}],
        status: [200],
        'printer.name': [{}],
        url: [{}],
        printer: ['P1S', ['P1S'], 3],
        estimate: [60],
        tags: ['a', [1], [null], {}],
        archive: [[], 'x', 7],
        verdict: ['rejected', true],
        stockStatus: [0, 'OK'],
    };
    for (const [path, values] of Object.entries(WRONG))
        it(`with a value of the wrong kind as ${path} is refused, and the error names it`, () => {
            for (const value of values) {
                const [name, field] = path.split('.') as [string, string | undefined];
                const given = field === undefined ? value : { [field]: value };
                assert.throws(
                    () => printOf({ batch: 'b-1', identity: 'x', [name]: given }),
                    (error) =>
                        error instanceof NoPrintError &&
                        error.message.startsWith(`"${path}" of the print in msg.payload must be `),
                    `${path}: ${String(value)} was taken`,
                );
            }
        });

    it('takes a number that came as a text, an empty text for unknown, and 0 seconds too', () => {
        const print = printOf({
            batch: 'b-1',
            identity: 'x',
            archiveId: '11',
            weightGrams: '12,5',
            cost: '',
            printSeconds: 0,
            estimate: { seconds: '0', grams: 3 },
        });
        assert.deepEqual([print.archiveId, print.weightGrams, print.cost, print.printSeconds], [11, 12.5, null, null]);
        assert.deepEqual(print.estimate, { seconds: null, grams: 3 });
    });

    it('has its times in UTC, and those that are stay as they are', () => {
        const times = { startedAt: '2026-11-22T05:00:00+01:00', completedAt: '2026-11-22T04:33:35.123456Z' };
        const { startedAt, completedAt } = printOf({ batch: 'b-1', identity: 'x', ...times });
        assert.deepEqual([startedAt, completedAt], ['2026-11-22T04:00:00.000Z', '2026-11-22T04:33:35.123456Z']);
    });

    it('read again is the same', () => {
        const print = printOf({ batch: 'b-1', identity: 'x', quantity: 0, tags: ['t'], archive: { id: 1 } });
        assert.deepEqual(printOf(print), print);
    });

    for (const [why, batch] of [
        ['longer than the server keeps', 'x'.repeat(101)],
        ['with what the server takes for HTML', 'a<b>1'],
        ['with a line break', 'a\nb'],
    ] as const)
        it(`a batch ${why} is refused: an item under it would never be found again`, () =>
            assert.throws(() => printOf({ batch, identity: 'x' }), NoPrintError));
});

describe('the pass in a message', () => {
    it('is an ordinary one unless it says otherwise', () => {
        for (const sync of [undefined, null, 'force', {}, { force: 'true', mode: 'preview' }])
            assert.deepEqual(passOf(sync), { force: false, mode: 'all' });
        assert.deepEqual(passOf({ force: true, mode: 'parts' }), { force: true, mode: 'parts' });
    });
});
