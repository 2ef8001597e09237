import type { Ledger } from '../../../store/ledger/ledger';
import { UNFINISHED } from '../../../store/ledger/records';
import type { ImportNote } from './reports';

/** The newest so many are listed; what each print came by stays with the print. */
const MOST = 20;

/**
 * Imports of the history of one source, and which prints came into stock by each: that stands in the record of the print, as
 * long as the ledger has it, and the list of imports beside them.
 */
export class Imports {
    /** @param source id of the source node */
    constructor(
        private readonly ledger: Ledger,
        private readonly source: string,
        private readonly now: () => number,
    ) {}

    /** Newest first. */
    list(): ImportNote[] {
        const kept = this.ledger.meta(this.key);
        return kept === undefined ? [] : (JSON.parse(kept) as ImportNote[]);
    }

    /** An import begins. @param id of one that goes on after a restart. @returns its id: when it began, ISO 8601 UTC */
    begin(id: string = new Date(this.now()).toISOString()): string {
        const others = this.list().filter((each) => each.id !== id);
        this.keep([{ id, endedAt: null, created: 0 }, ...others].slice(0, MOST));
        return id;
    }

    /** Its item was there before. */
    wasThere(batch: string): void {
        const { imported, ...record } = this.ledger.print(batch) ?? {};
        if (imported !== undefined && 'batch' in record) this.ledger.setPrintDeferred(record);
    }

    /** An import is over, whichever way. One that created nothing is not listed. */
    async ended(id: string): Promise<void> {
        let created = 0;
        // what a restart has interrupted goes on beside the import, and may come into stock after its end
        for await (const { imported, stockPk, state } of this.ledger.printsByPortions())
            if (imported === id && (stockPk !== undefined || UNFINISHED.has(state))) created++;
        const others = this.list().filter((each) => each.id !== id);
        const ended = { id, endedAt: new Date(this.now()).toISOString(), created };
        this.keep(created === 0 ? others : [ended, ...others]);
    }

    private keep(imports: readonly ImportNote[]): void {
        this.ledger.setMetaDeferred(this.key, JSON.stringify(imports));
    }

    private get key(): string {
        return `imports:${this.source}`;
    }
}
