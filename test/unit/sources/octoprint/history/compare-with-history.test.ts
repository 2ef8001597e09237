import assert from 'node:assert/strict';
import type { OctoFile } from '../../../../../lib/clients/octoprint/answers';
import {
    compareWithHistory,
    baselineOf,
    type Ended,
    type FileState,
} from '../../../../../lib/sources/octoprint/history/compare-with-history';

const FILAMENT = { diameter: null, density: null };
const HASH = 'd14e6c19f06051d75fe53270cbd82af0d2e5fcc7';

interface Printed {
    success: number;
    /** of the last print; null: it failed */
    time?: number | null;
    sum?: number;
    date?: number;
    hash?: string;
}

function file({ success, time = null, sum, date = 1000, hash = HASH }: Printed): OctoFile {
    const last = { date: 2000 + success, success: time !== null, printTime: time };
    const statistics = sum === undefined ? {} : { statistics: { averagePrintTime: { _default: sum / success } } };
    return {
        path: 'a.gcode',
        name: 'a.gcode',
        display: 'a.gcode',
        origin: 'local',
        type: 'machinecode',
        date,
        size: 1,
        hash,
        prints: success === 0 ? null : { success, failure: 0, last },
        gcodeAnalysis: null,
        children: null,
        ...statistics,
    };
}

const ended = (time: number, sure = false): Ended => ({ time, at: 5_000_000, sure });

/** Takes all there is, and says by which names. */
function takeAll(before: FileState | null, now: OctoFile | null, event: Ended | null = null): [string[], FileState] {
    const keys: string[] = [];
    let state = before;
    for (;;) {
        const { state: seen, next } = compareWithHistory(state, now, event, FILAMENT);
        state = next?.after ?? seen;
        if (next === null) return [keys, state!];
        keys.push(`${next.n}:${next.key}@${next.endedAt ?? 'unknown'}`);
    }
}

describe('comparing a file’s history with the prints taken', () => {
    it('each success once; of several missed ones only the last has a time', () => {
        const [keys, state] = takeAll(baselineOf(file({ success: 0 }), 0, FILAMENT), file({ success: 3, time: 7.5 }));
        assert.deepEqual(keys, ['1:1@unknown', '2:2@unknown', '3:3@2003000']);
        assert.deepEqual(takeAll(state, file({ success: 3, time: 7.5 }))[0], []);
    });

    it('a failure after a missed success takes its time away, not the print', () => {
        assert.deepEqual(takeAll(baselineOf(file({ success: 0 }), 0, FILAMENT), file({ success: 1, time: null }))[0], [
            '1:1@unknown',
        ]);
    });

    it('an event whose print is not written down yet takes nothing, until OctoPrint had all the time it needs', () => {
        const before = baselineOf(file({ success: 0 }), 0, FILAMENT);
        const early = compareWithHistory(before, file({ success: 0 }), ended(7.5), FILAMENT);
        assert.deepEqual([early.next, early.found], [null, false]);
        const [keys, state] = takeAll(before, file({ success: 0 }), ended(7.5, true));
        assert.deepEqual(keys, ['1:t7.5@5000000']);
        // written down after all: it is the same print
        assert.deepEqual(takeAll(state, file({ success: 1, time: 7.5 }))[0], []);
    });

    it('one that was never written down hides no later one', () => {
        const [, state] = takeAll(
            baselineOf(file({ success: 0 }), 0, FILAMENT),
            file({ success: 0 }),
            ended(7.5, true),
        );
        const [keys, after] = takeAll(state, file({ success: 1, time: 9 }));
        assert.deepEqual(keys, ['1:1@2001000']);
        assert.deepEqual(takeAll(after, file({ success: 3, time: 9.5 }))[0], ['2:2@unknown', '3:3@2003000']);
    });

    it('an event told twice is one print, also when the file is gone', () => {
        const [keys, state] = takeAll(baselineOf(file({ success: 0 }), 0, FILAMENT), null, ended(7.5));
        assert.deepEqual(keys, ['1:t7.5@5000000']);
        assert.deepEqual(takeAll(state, null, ended(7.5))[0], []);
        assert.deepEqual(takeAll(state, null, ended(8))[0], ['2:t8@5000000']);
    });

    it('other content, a smaller count, or a file that was gone begins anew', () => {
        const [, state] = takeAll(null, file({ success: 2, time: 7.5 }));
        for (const now of [
            file({ success: 2, time: 9, hash: HASH.replace('d', 'e'), date: 1500 }),
            file({ success: 1, time: 9, date: 1500 }),
        ]) {
            const { next } = compareWithHistory(state, now, null, FILAMENT);
            assert.equal(next?.n, 1);
            assert.equal(next.after.life, 1500);
        }
        assert.equal(
            compareWithHistory({ ...state, gone: true }, file({ success: 2, time: 9, date: 1500 }), null, FILAMENT).next
                ?.n,
            1,
        );
    });

    it('the same content uploaded over it goes on; deleted and uploaded again it begins anew: its times tell', () => {
        const [, state] = takeAll(null, file({ success: 1, time: 7.5, sum: 7.5 }));
        const over = compareWithHistory(state, file({ success: 2, time: 8, sum: 15.5, date: 1500 }), null, FILAMENT);
        assert.deepEqual([over.next?.n, over.next?.after.life], [2, 1000]);
        const anew = compareWithHistory(state, file({ success: 1, time: 8, sum: 8, date: 1500 }), null, FILAMENT);
        assert.deepEqual([anew.next?.n, anew.next?.after.life], [1, 1500]);
        const twice = compareWithHistory(state, file({ success: 2, time: 3, sum: 6, date: 1500 }), null, FILAMENT);
        assert.deepEqual([twice.next?.n, twice.next?.after.life], [1, 1500]);
    });
});
