// What the runtime tells of a store goes into what is shown of it at once; what a note does not hold is asked for.
import type { LedgerOverview, Note, Outage } from '../../lib/admin/sidebar/wire';

/** What a note leaves open. `all`: it is no use before the overview; `parked`: why prints are parked; null: nothing. */
export type LeftOpen = 'all' | 'parked' | null;

const outagesOf = (off: readonly Pick<Outage, 'server' | 'since'>[]): string =>
    off.map(({ server, since }) => server + since).join();

export class Notes {
    /** of the sources' long work, as the runtime told it last */
    private marks = '';

    /** @param store is brought up to date as far as the note goes */
    take(store: LedgerOverview, note: Note): LeftOpen {
        Object.assign(store, { counts: note.counts, questions: note.questions });
        const marks = note.sources.map(({ id, mark }) => id + mark).join();
        const isKnown = marks === this.marks && outagesOf(store.off) === outagesOf(note.off);
        this.marks = marks;
        for (const { id, paused, backfill } of note.sources) {
            const source = store.sources.find((each) => each.id === id);
            if (source) Object.assign(source, { paused, backfill });
        }
        if (!isKnown || note.sources.length !== store.sources.length) return 'all';
        return store.parkedMark === note.parkedMark ? null : 'parked';
    }
}
