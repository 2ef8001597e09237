import { yieldToEventLoop } from '../engine/lines';
import type { PackedRecords } from '../engine/packed/packed-records';
import { packedOf } from '../engine/packed/records-view';
import { PrintOrder } from './print-order';
import { PrinterIndex } from './printer-index';
import { RunIndex } from './run-index';
import { OFFERED, PRINT_STATES, UNFINISHED, type PrintRecord, type PrintState } from './records';

/** Records indexed between two yields to the event loop. */
const PORTION = 1000;

/** What is asked of prints otherwise than by their batch. Each change costs the same, whatever the number of prints. */
export class PrintIndex {
    readonly order: PrintOrder;
    readonly printers: PrinterIndex;
    readonly runs: RunIndex;
    /** batches */
    readonly unfinished = new Set<string>();
    readonly parked = new Set<string>();
    /** offered after a lost ledger */
    readonly offered = new Set<string>();
    readonly states = Object.fromEntries(PRINT_STATES.map((state) => [state, 0])) as Record<PrintState, number>;

    private constructor(private readonly packed: PackedRecords) {
        const print = (id: number): PrintRecord | undefined => packed.byId(id) as PrintRecord | undefined;
        this.order = new PrintOrder((batch) => packed.get(batch) as PrintRecord);
        this.printers = new PrinterIndex(print);
        this.runs = new RunIndex(print);
    }

    /** The index of all prints. In portions: a hundred thousand at once would hold up the whole process. */
    static async of(prints: Readonly<Record<string, PrintRecord>>): Promise<PrintIndex> {
        const packed = packedOf(prints)!;
        const index = new PrintIndex(packed);
        let portion: PrintRecord[] = [];
        for (const [, record] of packed.entries()) {
            portion.push(record as PrintRecord);
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
            const id = this.note(record);
            this.printers.put(id, record, undefined);
        }
        this.order.fill(records);
    }

    /** @param next as it is among the prints by now */
    put(next: PrintRecord, previous: PrintRecord | undefined): void {
        if (previous !== undefined) this.states[previous.state]--;
        const id = this.note(next);
        this.printers.put(id, next, previous);
        this.order.put(next, previous);
    }

    /**
     * The code is given up; its run is looked up under the next one.
     * @param record as it still is among the prints
     */
    remove(record: PrintRecord): void {
        this.states[record.state]--;
        this.unfinished.delete(record.batch);
        this.parked.delete(record.batch);
        this.offered.delete(record.batch);
        this.printers.remove(this.packed.idOf(record.batch)!, record);
        this.order.remove(record);
    }

    /** @returns the number of the record */
    private note(record: PrintRecord): number {
        this.states[record.state]++;
        if (UNFINISHED.has(record.state)) this.unfinished.add(record.batch);
        else this.unfinished.delete(record.batch);
        if (record.state === 'skipped' && record.reason === OFFERED) this.offered.add(record.batch);
        else this.offered.delete(record.batch);
        if (record.state === 'parked') this.parked.add(record.batch);
        else this.parked.delete(record.batch);
        const id = this.packed.idOf(record.batch)!;
        this.runs.note(id, record);
        return id;
    }
}
