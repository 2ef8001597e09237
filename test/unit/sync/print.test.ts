import assert from 'node:assert/strict';
import { NoPrintError, passOf, printOf } from '../../../lib/sync/print';

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

    it('with values of the wrong kind has null there', () => {
        const print = printOf({
            batch: 'b-1',
            identity: 'x',
            archiveId: '11',
            weightGrams: NaN,
            printSeconds: Infinity,
            name: {},
            printer: 'P1S',
            estimate: null,
            tags: ['a', 1, null],
            archive: [],
        });
        assert.equal(print.archiveId, null);
        assert.equal(print.weightGrams, null);
        assert.equal(print.printSeconds, null);
        assert.equal(print.name, null);
        assert.deepEqual(print.printer, { id: null, name: null, model: null });
        assert.deepEqual(print.tags, ['a']);
        assert.equal(print.archive, null);
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
