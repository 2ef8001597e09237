import type { PrinterJob } from '../../delivery/printing/printing-now';
import { printKind } from '../../print/print-kind';
import type { Sync } from '../../sync';
import { ServiceError } from '../http-api/service-error';
import { PICTURE_MS, PictureCache, type Thumbnail } from './picture-cache';
import { rowOf } from './print-row';
import type { Printers } from './source-adapter';
import type { SourceHandle } from './source-handle';
import type { PrinterCard } from './wire';

interface AtWork {
    key: string;
    job: PrinterJob;
    source: SourceHandle;
    printers: Printers;
}

/** The printers of a store's sources that have a job, for the sidebar. Asks no server but for pictures. */
export class PrintersAtWork {
    private readonly pictures = new PictureCache();

    constructor(
        private readonly sync: Sync,
        private readonly sources: () => readonly SourceHandle[],
    ) {}

    /** Whether there is something to show. */
    get any(): boolean {
        return this.all().length > 0;
    }

    cards(): PrinterCard[] {
        return this.all().map(({ key, job, source: { kind } }) => {
            const { name, phase, percent, layer, layers, secondsLeft } = job;
            const record = job.batch === null ? undefined : this.sync.delivery.ledger.print(job.batch);
            return {
                key,
                printer: name,
                sourceLabel: printKind(kind).label,
                job: job.job,
                phase,
                percent,
                layer,
                layers,
                secondsLeft,
                picture: job.picture ? `${key}/${job.since}` : null,
                print: record === undefined ? null : rowOf(this.sync, record),
            };
        });
    }

    /**
     * @param picture as the card has it
     * @returns null where there is none, or where the printer has another job by now. @throws ServiceError 404
     */
    async picture(picture: string): Promise<Thumbnail | null> {
        const found = this.all().find(({ key, job }) => `${key}/${job.since}` === picture);
        if (found === undefined) throw new ServiceError(404, 'This printer has another job, or none');
        const { job, printers } = found;
        return this.pictures.of(picture, () => printers.picture(job.printer, AbortSignal.timeout(PICTURE_MS)));
    }

    /** Several nodes may listen to one server: each printer is shown once. */
    private all(): AtWork[] {
        const found = new Map<string, AtWork>();
        for (const source of this.sources()) {
            const { printers } = source;
            for (const job of printers?.now.list() ?? []) {
                // a store has one Bambuddy, and of each OctoPrint a node
                const key = `${source.hasHistory ? source.kind : source.id}/${job.printer}`;
                if (!found.has(key)) found.set(key, { key, job, source, printers: printers! });
            }
        }
        return [...found.values()];
    }
}
