import { RejectedError, type ServerName } from '../http/errors';
import { timeOf } from '../store/ledger/print-order';
import type { PrintRecord } from '../store/ledger/records';
import { isUnanswered } from './open-questions';
import { ClosedError } from '../http/errors';
import { earlierDamage } from './recovery/earlier-damage';
import { settled, type Delivery } from './delivery';

/** A print that waits for a person. */
export interface ParkedPrint {
    batch: string;
    archiveId: number | null;
    name: string;
    startedAt: string | null;
    /** its end; null: not known */
    completedAt: string | null;
    /** the server's words */
    reason: string;
    at: string;
}

/** What a person may do with the parked prints of a source. */
export class DeadLetters {
    /**
     * @param isOwn of this source: a store may have several
     * @param send offers one again. @returns whether it was sent
     */
    constructor(
        private readonly delivery: Delivery,
        private readonly server: ServerName,
        private readonly isOwn: (record: Readonly<PrintRecord>) => boolean,
        private readonly prepare: () => Promise<void>,
        private readonly send: (record: Readonly<PrintRecord>) => Promise<{ sent: boolean }>,
    ) {}

    /** Prints that wait for a person; the one that ended last first. */
    list(): ParkedPrint[] {
        return this.records(null)
            .sort((a, b) => timeOf(b).localeCompare(timeOf(a)))
            .map(({ batch, archiveId, name, startedAt, completedAt = null, reason = '', at }) => ({
                batch,
                archiveId,
                name,
                startedAt,
                completedAt,
                reason,
                at,
            }));
    }

    /**
     * Sends parked prints once more.
     * @param batch one of them; null: all but likely doubles and those whose outcome nobody told, which a person names
     * @throws RejectedError where there is no such parked print
     */
    async retry(batch: string | null): Promise<{ sent: number; remaining: number }> {
        const records = this.records(batch).filter((record) => batch !== null || !isQuestion(record));
        await this.prepare();
        let sent = 0;
        for (const record of records) if ((await this.send(record)).sent) sent++;
        return { sent, remaining: records.length - sent };
    }

    /**
     * Sends once what an earlier version parked without a word of the server about the print. One that cannot be sent stays
     * parked, and is not tried at the next start again.
     * @param isMine of the source node that asks
     * @param failed told what went wrong with one; the others go on
     * @throws ClosedError
     */
    async offerEarlier(
        isMine: (record: Readonly<PrintRecord>) => boolean,
        failed: (error: unknown) => void,
    ): Promise<void> {
        const { ledger } = this.delivery;
        const isOwn = (record: Readonly<PrintRecord>): boolean => this.isOwn(record) && isMine(record);
        for (const record of earlierDamage(ledger, 'parked', isOwn)) {
            try {
                if ((await this.send(record)).sent) continue;
                // only its time changes: it was looked at
                if (ledger.print(record.batch)?.at === record.at) await ledger.changePrint(record.batch, {});
            } catch (error) {
                if (error instanceof ClosedError) throw error;
                failed(error);
            }
        }
    }

    /** Lets parked prints go: they are not offered again. @param batch one of them; null: all */
    async forget(batch: string | null): Promise<{ forgotten: number }> {
        const { ledger } = this.delivery;
        let forgotten = 0;
        for (const { batch: each } of this.records(batch)) {
            const record = ledger.print(each);
            // one that is tried again meanwhile stays as it is
            if (record?.state !== 'parked') continue;
            forgotten++;
            // in stock it stays: what was not subtracted or adjusted is not any more
            if (record.stockPk !== undefined) {
                await ledger.setPrintDurable(
                    settled({ ...record, want: [], apply: undefined, adjusting: undefined }, 'consume'),
                );
                continue;
            }
            const { want: _want, print: _print, doubleOf: _double, ...kept } = record;
            await ledger.setPrintDurable({ ...kept, state: 'skipped', reason: 'forgotten by hand' });
        }
        return { forgotten };
    }

    private records(batch: string | null): Readonly<PrintRecord>[] {
        if (batch === null) return [...this.delivery.ledger.parked()].filter(this.isOwn);
        const record = this.delivery.ledger.print(batch);
        if (record?.state === 'parked' && this.isOwn(record)) return [record];
        throw new RejectedError(`No parked print has the batch ${batch}`, { server: this.server, status: 404 });
    }
}

/** Nothing failed: a person has to say whether there is something to stock. */
function isQuestion(record: Readonly<PrintRecord>): boolean {
    return record.doubleOf !== undefined || isUnanswered(record);
}
