import assert from 'node:assert/strict';
import { GONE, OFFERED, needsFormat2, type PrintRecord } from '../../../lib/store/records';

describe('records that an earlier version would misread', () => {
    const told: [string, Partial<PrintRecord>, boolean][] = [
        ['a print that waits for a verdict', { state: 'accepted', hold: 'verdict' }, true],
        ['a print that waits for a number', { state: 'accepted', hold: 'number' }, true],
        ['a likely double', { state: 'parked', reason: 'suspected double of b-1', doubleOf: 'b-1' }, true],
        ['a print whose item was made and is gone', { state: 'done', reason: GONE }, true],
        ['a print offered after a lost ledger', { state: 'skipped', reason: OFFERED }, true],
        ['a print under way', { state: 'accepted', printerId: 2, content: 'hash:1' }, false],
        ['a print parked with the words of a server', { state: 'parked', reason: GONE }, false],
        ['a print whose archive is gone', { state: 'skipped', reason: 'archive gone' }, false],
        ['a print that is done', { state: 'done' }, false],
    ];
    for (const [what, fields, expected] of told)
        it(`${what}: ${expected ? 'yes' : 'no'}`, () => {
            assert.equal(needsFormat2({ state: 'accepted', ...fields }), expected);
        });
});
