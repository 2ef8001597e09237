import type { PrintRecord, Step } from '../../store/ledger/records';
import type { Acceptor } from '../../delivery/acceptor';
import { recordOf } from '../../print/record-fields';
import type { Print } from '../../print/print';
import { withoutArchive } from '../../delivery/delivery';
import type { SourceContext } from '../source';
import { OCTOPRINT_PRINTS } from './print-kind';

/** OctoPrint's way into the ledger. What is needed to offer a print again is kept with it: its file may be gone by then. */
export class OctoPrintAcceptor implements Acceptor {
    readonly source = OCTOPRINT_PRINTS.kind;
    /** own names of the prints that are about to be accepted */
    private readonly runs = new Map<string, string>();

    constructor(
        private readonly sync: SourceContext,
        private readonly via: string,
    ) {}

    /** @param run the print's own name, for all time */
    name(print: Print, run: string): void {
        this.runs.set(print.batch, run);
    }

    async accept(print: Print, _first: boolean, want: Step[]): Promise<void> {
        const run = this.runs.get(print.batch);
        await this.sync.delivery.ledger.setPrintDurable({
            ...recordOf(print),
            ...(run === undefined ? {} : { run }),
            state: want.length === 0 ? 'done' : 'accepted',
            ...(want.length === 0 ? {} : { want, print: withoutArchive(print), via: this.via }),
        });
        // only now: where the disk was full it is accepted once more
        this.runs.delete(print.batch);
    }

    again(record: Readonly<PrintRecord>): Promise<Print | null> {
        const kept = (record.print ?? null) as Print | null;
        return Promise.resolve(kept === null ? null : { ...kept, batch: record.batch });
    }
}
