import { yieldToEventLoop } from '../engine/lines';
import { PrintOrder } from './print-order';
import { PrinterIndex } from './printer-index';
import { OFFERED, PRINT_STATES, UNFINISHED, type PrintRecord, type PrintState } from './records';

/** Records indexed between two yields to the event loop. */
const PORTION = 1000;

/** Prints of a source that has archives. */
interface ArchiveIndex {
    /** by archive and start */
    runs: Map<string, string>;
    /** of an archive the one noted last that has an identity */
    newest: Map<number, string>;
}

/** What is asked of prints otherwise than by their batch. Each change costs the same, whatever the number of prints. */
export class PrintIndex {
    readonly order = new PrintOrder();
    readonly printers = new PrinterIndex();
    /** batches */
    readonly unfinished = new Set<string>();
    readonly parked = new Set<string>();
    /** offered after a lost ledger */
    readonly offered = new Set<string>();
    readonly states = Object.fromEntries(PRINT_STATES.map((state) => [state, 0])) as Record<PrintState, number>;
    /** runs and archives, by source: ids are a source's own */
    private readonly archives = new Map<string, ArchiveIndex>();
    private readonly keys = new Map<string, string>();

    /** The index of all prints. In portions: a hundred thousand at once would hold up the whole process. */
    static async of(prints: Readonly<Record<string, PrintRecord>>): Promise<PrintIndex> {
        const index = new PrintIndex();
        let portion: PrintRecord[] = [];
        for (const batch in prints) {
            portion.push(prints[batch]!);
            if (portion.length < PORTION) continue;
            index.fill(portion);
            portion = [];
            await yieldToEventLoop();
        }
        index.fill(portion);
        return index;
    }

    /** Takes records that are not here yet. */
    private fill(records: readonly PrintRecord[]): void {
        for (const record of records) {
            this.note(record);
            this.printers.put(record, undefined);
        }
        this.order.fill(records);
    }

    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        if (previous !== undefined) this.states[previous.state]--;
        this.note(next);
        this.printers.put(next, previous);
        this.order.put(next, previous);
    }

    /** The code is given up; its run is looked up under the next one. */
    remove(record: PrintRecord): void {
        this.states[record.state]--;
        this.unfinished.delete(record.batch);
        this.parked.delete(record.batch);
        this.offered.delete(record.batch);
        this.printers.remove(record);
        this.order.remove(record);
    }

    batchOfRun(source: string, archiveId: number, startedAt: string | null): string | undefined {
        return this.archives.get(source)?.runs.get(runKey(archiveId, startedAt));
    }

    /** A print of that archive of a source that has an identity: the one noted last. */
    batchOfArchive(source: string, archiveId: number): string | undefined {
        return this.archives.get(source)?.newest.get(archiveId);
    }

    /** @param run a source's own key of a run */
    batchByKey(run: string): string | undefined {
        return this.keys.get(run);
    }

    private note(record: PrintRecord): void {
        this.states[record.state]++;
        if (UNFINISHED.has(record.state)) this.unfinished.add(record.batch);
        else this.unfinished.delete(record.batch);
        if (record.state === 'skipped' && record.reason === OFFERED) this.offered.add(record.batch);
        else this.offered.delete(record.batch);
        if (record.state === 'parked') this.parked.add(record.batch);
        else this.parked.delete(record.batch);
        if (record.run !== undefined) this.keys.set(record.run, record.batch);
        const { source, archiveId, startedAt, identity, batch } = record;
        if (archiveId === null) return;
        let index = this.archives.get(source);
        if (index === undefined) this.archives.set(source, (index = { runs: new Map(), newest: new Map() }));
        index.runs.set(runKey(archiveId, startedAt), batch);
        if (identity !== '') index.newest.set(archiveId, batch);
    }
}

/** A run is an archive and its start, to the second: fractions differ between versions, ids come back. */
function runKey(archiveId: number, startedAt: string | null): string {
    return `${archiveId}@${startedAt === null ? '' : startedAt.slice(0, 19)}`;
}
