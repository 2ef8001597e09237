import { appendFile, truncate } from 'node:fs/promises';
import { journalName } from './journal';
import { apply, linesOf, readLine, yieldToEventLoop } from './lines';
import type { Collections } from './schema';

export interface Replay {
    lines: number;
    /** the last line was truncated by a crash: it was never acknowledged */
    torn: boolean;
    /** number of damaged lines, which are lost */
    damaged: number;
    /** bytes up to the torn line */
    whole: number;
    /** the last line is complete, but lacks its line break */
    unended: boolean;
}

/** Applies a journal to the data. The file is only read. @throws OtherStore; what the disk says */
export async function readJournal<T extends Collections<T>>(file: string, number: number, data: T): Promise<Replay> {
    const replay: Replay = { lines: 0, torn: false, damaged: 0, whole: 0, unended: false };
    const path = journalName(file, number);
    for await (const { text, next, ended } of linesOf(path)) {
        const changes = readLine(text, data, path);
        if (changes === null && !ended) {
            replay.torn = true;
            break;
        }
        replay.whole = next;
        if (changes === null) {
            replay.damaged++;
            continue;
        }
        apply(data, changes);
        replay.unended = !ended;
        if (++replay.lines % 250 === 0) await yieldToEventLoop();
    }
    return replay;
}

/** Applies a journal to the data, and repairs its end so that the next append starts on a new line. */
export async function replayJournal<T extends Collections<T>>(file: string, number: number, data: T): Promise<Replay> {
    const replay = await readJournal(file, number, data);
    if (replay.torn) await truncate(journalName(file, number), replay.whole);
    else if (replay.unended) await appendFile(journalName(file, number), '\n');
    return replay;
}

/** @returns the first journal that should be there, from the snapshot's on to the newest, and is not */
export function missingJournal(journals: readonly number[], start: { journal: number; count: number }): number | null {
    const newest = Math.max(start.journal, ...journals);
    // nothing there at all: a new store
    if (journals.length === 0 && start.journal === 1 && start.count === 0) return null;
    for (let number = start.journal; number <= newest; number++) if (!journals.includes(number)) return number;
    return null;
}
