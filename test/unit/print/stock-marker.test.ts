import assert from 'node:assert/strict';
import { isMarkedFor, markOf, readMark } from '../../../lib/print/stock-marker';
import '../../../lib/sources/bambuddy/print-kind';
import '../../../lib/sources/octoprint/print-kind';

const print = { source: 'bambuddy', archiveId: 11, batch: 'bambuddy-11', startedAt: '2026-11-22T04:33:35.123456Z' };

describe('mark: by which a StockItem is known again', () => {
    it('names archive and start in one readable line', () => {
        assert.equal(markOf(print), 'Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC');
    });

    it('comes back as it was written, to the second', () => {
        assert.deepEqual(readMark(`${markOf(print)}\n\nPrinter: P1S`), {
            source: 'bambuddy',
            archiveId: 11,
            batch: null,
            startedAt: '2026-11-22T04:33:35Z',
        });
    });

    it('is the same whether the server tells fractions of the second or not', () => {
        assert.equal(markOf({ ...print, startedAt: '2026-11-22T04:33:35Z' }), markOf(print));
        assert.ok(isMarkedFor(markOf(print), { ...print, startedAt: '2026-11-22T04:33:35Z' }));
    });

    it('of a print whose start is unknown says so, and is read as such', () => {
        const unknown = { ...print, startedAt: null };
        assert.equal(markOf(unknown), 'Bambuddy archive 11, printed at an unknown time');
        assert.equal(readMark(markOf(unknown))?.startedAt, null);
        assert.ok(!isMarkedFor(markOf(unknown), print));
    });

    it('of another source names the batch', () => {
        const other = { source: 'octoprint', archiveId: null, batch: 'octo-7', startedAt: print.startedAt };
        assert.equal(markOf(other), 'OctoPrint print octo-7, printed 2026-11-22 04:33:35 UTC');
        assert.equal(readMark(markOf(other))?.batch, 'octo-7');
        assert.equal(readMark(markOf({ ...other, source: 'my-farm 2' }))?.source, 'myfarm2');
    });

    it('is found wherever a person moved it in the notes, with their line ends', () => {
        const notes = `Sold two at the fair\r\n${markOf(print)}\r\nrest in the box`;
        assert.ok(isMarkedFor(notes, print));
        assert.equal(readMark(notes)?.archiveId, 11);
    });

    it('is not taken from what only looks like it', () => {
        for (const notes of [
            null,
            '',
            'Bambuddy archive 11',
            'see Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC',
            'Bambuddy archive 11, printed 2026-11-22',
        ])
            assert.equal(readMark(notes), null, String(notes));
    });

    it('is of one run: not of another archive, another start, another archive that begins with the same digits', () => {
        const notes = markOf(print);
        assert.ok(!isMarkedFor(notes, { ...print, archiveId: 12 }));
        assert.ok(!isMarkedFor(notes, { ...print, archiveId: 1 }));
        assert.ok(!isMarkedFor(notes, { ...print, startedAt: '2026-11-22T04:33:36Z' }));
    });
});
