import type { OctoFile } from '../../../clients/octoprint/answers';
import type { Filament } from '../../../clients/octoprint/weight';
import { COMPARED } from '../../../store/ledger/records';
import { isMarkOfFile, readFileMark } from '../print-kind';
import { baselineOf } from './compare-with-history';
import { hash8, ordinalOf } from '../print-of-file';
import { FileStates } from './file-states';
import type { SourceContext } from '../../source';

/** An item of ours in InvenTree, as its mark and its code tell. */
interface Item {
    filename: string;
    /** to the second; null: not known */
    endedAt: string | null;
    hash8: string;
    n: number;
}

export interface BaselineSettings {
    prefix: string;
    startWith: 'now' | 'all';
    filament: Filament;
}

export function hasBaseline(sync: SourceContext, prefix: string): boolean {
    return sync.delivery.ledger.meta(`${COMPARED}:${prefix}`) !== undefined;
}

/**
 * Makes a ledger that begins, or that was lost, know where each file stands: what InvenTree has of it was taken, what was
 * printed before us is not wanted (or is, with "the whole history"). From then on no code exists that the ledger does not
 * know. Nothing is written in InvenTree.
 * @throws as `retryWhileUnavailable`
 */
export async function takeBaseline(
    sync: SourceContext,
    files: readonly OctoFile[],
    settings: BaselineSettings,
    signal: AbortSignal,
): Promise<void> {
    const { prefix, filament } = settings;
    const items = await itemsOf(sync, prefix, signal);
    const newest = items.reduce<string | null>((latest, { endedAt }) => later(latest, endedAt), null);
    const states = new FileStates(sync.delivery.ledger, prefix);
    for (const file of files) {
        // a ledger that lost a part of itself knows more of this file than its items tell
        if (file.hash === null || states.get(file.path) !== null) continue;
        const own = items.filter((item) => isMarkOfFile(item, file.path) && item.hash8 === hash8(file.hash, file.path));
        const taken = own.length > 0 ? takenByItems(file, own) : takenWithoutItems(file, newest, settings.startWith);
        if ((file.prints?.success ?? 0) > 0) await states.put(file.path, baselineOf(file, taken, filament));
    }
    await sync.delivery.ledger.setMetaDurable(`${COMPARED}:${prefix}`, new Date().toISOString());
}

async function itemsOf(sync: SourceContext, prefix: string, signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of sync.destination.itemsByPrefix(prefix, signal)) {
        for (const { batch, notes, pk, part } of page) {
            if (batch === null) continue;
            const [mark, code] = [readFileMark(notes), ordinalOf(batch, prefix)];
            if (mark !== null && code !== null) items.push({ ...mark, ...code });
            if (sync.delivery.ledger.print(batch) === undefined && sync.delivery.ledger.code(batch) === undefined)
                await sync.delivery.ledger.setCodeDurable(batch, { stockPk: pk, partPk: part });
        }
    }
    return items;
}

/** The newest item of the file says how far we were, by the count in its code. */
function takenByItems(file: OctoFile, items: readonly Item[]): number {
    const count = file.prints?.success ?? 0;
    const { last } = file.prints ?? {};
    const lastEnd = last == null ? null : second(last.date);
    // compared to the second: that is what a mark holds
    if (lastEnd === null || items.some(({ endedAt }) => endedAt !== null && endedAt >= lastEnd)) return count;
    const newest = items.reduce((a, b) => ((b.endedAt ?? '') > (a.endedAt ?? '') ? b : a));
    const uploadedSince = file.date !== null && newest.endedAt !== null && second(file.date) > newest.endedAt;
    if (uploadedSince && newest.n > count) return 0;
    return Math.min(Math.max(...items.filter(({ endedAt }) => endedAt === newest.endedAt).map(({ n }) => n)), count);
}

function takenWithoutItems(file: OctoFile, newest: string | null, startWith: 'now' | 'all'): number {
    const count = file.prints?.success ?? 0;
    const { last } = file.prints ?? {};
    if (startWith === 'all') return 0;
    if (newest === null || last == null || second(last.date) <= newest) return count;
    // we were at work before: what ended after our newest item was missed
    if (file.date !== null && second(file.date) > newest) return 0;
    return last.success ? count - 1 : count;
}

function second(epochSeconds: number): string {
    return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;
}

function later(a: string | null, b: string | null): string | null {
    if (a === null || b === null) return a ?? b;
    return a > b ? a : b;
}
