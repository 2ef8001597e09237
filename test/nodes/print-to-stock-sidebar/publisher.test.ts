import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Publisher } from '../../../plugins/print-to-stock-sidebar/publisher';

describe('what the sidebar is told', () => {
    let clock: sinon.SinonFakeTimers;
    let notes: { topic: string; at: number; n: number }[];
    let publisher: Publisher;

    beforeEach(() => {
        clock = sinon.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') });
        notes = [];
        publisher = new Publisher(
            (topic, data) => void notes.push({ topic, at: performance.now(), n: (data as { n: number }).n }),
            () => ({}),
        );
    });
    afterEach(() => clock.restore());

    it('is a note twice a second of each store, however much happens, and the last change is in it', () => {
        for (let n = 0; n < 2000; n++) {
            publisher.changed('a');
            clock.tick(5);
        }
        clock.tick(500);
        assert.equal(notes.length, 21);
        for (const [n, { at }] of notes.entries()) if (n > 0) assert.ok(at - notes[n - 1]!.at >= 500);
        const before = notes.length;
        publisher.changed('a');
        clock.tick(500);
        assert.equal(notes.length, before + 1);
    });

    it('is a note a second of what printers do, beside the notes of the store', () => {
        for (let n = 0; n < 2000; n++) {
            publisher.printingChanged('a');
            publisher.changed('a');
            clock.tick(5);
        }
        clock.tick(1000);
        const printing = notes.filter(({ topic }) => topic === 'print-to-stock/printing/a');
        assert.equal(printing.length, 11);
        for (const [n, { at }] of printing.entries()) if (n > 0) assert.ok(at - printing[n - 1]!.at >= 1000);
        publisher.printingChanged('a');
        publisher.forget('a');
        clock.tick(5000);
        assert.equal(notes.filter(({ topic }) => topic.includes('/printing/')).length, 11);
    });

    it('is not late for a clock that is set back', () => {
        publisher.changed('a');
        clock.tick(100);
        clock.setSystemTime(Date.parse('2026-11-21T12:00:00Z'));
        publisher.changed('a');
        clock.tick(500);
        assert.equal(notes.length, 2);
    });
});
