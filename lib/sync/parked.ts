import { RejectedError, type ServerName } from '../http/errors';
import type { PrintRecord } from '../store/records';
import type { Sync } from './sync';

/** A print that waits for a person. */
export interface ParkedPrint {
    batch: string;
    archiveId: number | null;
    name: string;
    startedAt: string | null;
    /** the server's words */
    reason: string;
    at: string;
}

/** What a person may do with the parked prints of a source. */
export class Parked {
    /**
     * @param isOwn of this source: a store may have several
     * @param send offers one again. @returns whether it was sent
     */
    constructor(
        private readonly sync: Sync,
        private readonly server: ServerName,
        private readonly isOwn: (record: Readonly<PrintRecord>) => boolean,
        private readonly prepare: () => Promise<void>,
        private readonly send: (record: Readonly<PrintRecord>) => Promise<{ sent: boolean }>,
    ) {}

    /** Prints that wait for a person, newest first. */
    list(): ParkedPrint[] {
        return this.records(null)
            .map(({ batch, archiveId, name, startedAt, reason = '', at }) => ({
                batch,
                archiveId,
                name,
                startedAt,
                reason,
                at,
            }))
            .sort((a, b) => b.at.localeCompare(a.at));
    }

    /**
     * Sends parked prints once more.
     * @param batch one of them; null: all that are not likely doubles
     * @throws RejectedError where there is no such parked print
     */
    async retry(batch: string | null): Promise<{ sent: number; remaining: number }> {
        // a likely double is taken by name only
        const records = this.records(batch).filter(({ doubleOf }) => batch !== null || doubleOf === undefined);
        await this.prepare();
        let sent = 0;
        for (const record of records) if ((await this.send(record)).sent) sent++;
        return { sent, remaining: records.length - sent };
    }

    /** Lets parked prints go: they are not offered again. @param batch one of them; null: all */
    async forget(batch: string | null): Promise<{ forgotten: number }> {
        const records = this.records(batch);
        for (const { want: _want, print: _print, doubleOf: _double, ...kept } of records) {
            await this.sync.ledger.putPrint({ ...kept, state: 'skipped', reason: 'forgotten by hand' });
        }
        return { forgotten: records.length };
    }

    private records(batch: string | null): Readonly<PrintRecord>[] {
        if (batch === null) return [...this.sync.ledger.parked()].filter(this.isOwn);
        const record = this.sync.ledger.print(batch);
        if (record?.state === 'parked' && this.isOwn(record)) return [record];
        throw new RejectedError(`No parked print has the batch ${batch}`, { server: this.server, status: 404 });
    }
}
