import assert from 'node:assert/strict';
import { Notes } from '../../../editor/sidebar/notes';
import type { LedgerOverview, Note, SourceOverview } from '../../../lib/admin/sidebar/wire';
import type { PrintState } from '../../../lib/store/ledger/records';

const countsOf = (parked: number) => ({ parked }) as Readonly<Record<PrintState, number>>;
const source = { id: 'source', paused: false, backfill: null };

/** What is shown, and what the runtime told of it last. */
function shown(): { store: LedgerOverview; note: Note; notes: Notes } {
    const told = { counts: countsOf(1), questions: { held: 0, offered: 0 }, parkedMark: 'before' };
    const note: Note = { ...told, off: [], sources: [{ ...source, mark: 'ready' }] };
    const store: LedgerOverview = { ...told, off: [], parked: [], sources: [{ ...source } as SourceOverview] };
    const notes = new Notes();
    notes.take(store, note);
    return { store, note, notes };
}

describe('a note of the runtime in the sidebar', () => {
    it('leaves nothing open where it holds what has changed, which is shown then', () => {
        const { store, note, notes } = shown();
        const paused = { ...source, paused: true, mark: 'ready' };
        assert.equal(notes.take(store, { ...note, counts: countsOf(7), sources: [paused] }), null);
        assert.equal(store.counts.parked, 7);
        assert.equal(store.sources[0]!.paused, true);
    });

    it('leaves open why prints are parked where only that has changed, until the overview has it', () => {
        const { store, note, notes } = shown();
        const changed = { ...note, parkedMark: 'after' };
        assert.equal(notes.take(store, changed), 'parked');
        assert.equal(notes.take(store, changed), 'parked');
        store.parkedMark = 'after';
        assert.equal(notes.take(store, changed), null);
    });

    it('leaves all open where a source, its long work or an outage is another', () => {
        const off = [{ server: 'InvenTree', since: '2026-11-30T12:00:00.000Z' }];
        const others: Partial<Note>[] = [
            { off },
            { sources: [] },
            { sources: [{ ...source, mark: 'ended' }] },
            {
                sources: [
                    { ...source, mark: 'ready' },
                    { ...source, id: 'new', mark: 'ready' },
                ],
            },
        ];
        for (const other of others) {
            const { store, note, notes } = shown();
            assert.equal(notes.take(store, { ...note, ...other }), 'all', JSON.stringify(other));
        }
    });
});
