import assert from 'node:assert/strict';
import { plainCell, readCsv, writeCsv } from '../../../lib/text/csv';

describe('a table as CSV', () => {
    it('is read with any of the usual separators, quotes, a mark at the beginning and line ends of Windows', () => {
        const wanted = [
            ['a', 'b'],
            ['1', 'x; "y", z\nw'],
        ];
        for (const separator of [';', ',', '\t'])
            assert.deepEqual(readCsv(`\ufeffa${separator} b\r\n\r\n1${separator}"x; ""y"", z\nw"`), wanted);
        assert.deepEqual(readCsv(''), []);
        assert.deepEqual(readCsv('a\n"open'), [['a'], ['open']]);
    });

    it('is read as it was written', () => {
        const rows = [
            ['store', 'Сыр, твёрдый', ''],
            ['a"b', 'two\nlines', 'tab\there'],
        ];
        assert.deepEqual(readCsv(writeCsv(rows)), rows);
    });

    it('has no cell that a spreadsheet takes for a formula', () => {
        assert.equal(plainCell('=HYPERLINK("http://x","y")'), `'=HYPERLINK("http://x","y")`);
        for (const text of ['+1', '-1', '@x', '\tx']) assert.equal(plainCell(text), `'${text}`);
        for (const text of ['Clip = new', '', 'a-b']) assert.equal(plainCell(text), text);
    });
});
