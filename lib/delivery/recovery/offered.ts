import { RejectedError } from '../../http/errors';
import { OFFERED, type PrintRecord } from '../../store/ledger/records';
import type { Delivery } from '../delivery';

/** A print that was not in stock after the ledger was lost, and that nobody has answered for yet. */
export interface OfferedPrint {
    batch: string;
    archiveId: number | null;
    name: string;
    startedAt: string | null;
    completedAt: string | null;
}

/** What a person may do with the prints that are offered after a lost ledger. They stay offered until one does. */
export class Offered {
    /** @param take takes one as a new print. @returns whether it was sent */
    constructor(
        private readonly delivery: Delivery,
        private readonly prepare: () => Promise<void>,
        private readonly take: (record: Readonly<PrintRecord>) => Promise<{ sent: boolean }>,
    ) {}

    /** Oldest first. */
    list(): OfferedPrint[] {
        return this.records(null).map(({ batch, archiveId, name, startedAt, completedAt = null }) => ({
            batch,
            archiveId,
            name,
            startedAt,
            completedAt,
        }));
    }

    /**
     * Takes them into stock as an import does.
     * @param batch one of them; null: all
     * @throws RejectedError where there is no such offered print
     */
    async import(batch: string | null): Promise<{ sent: number; remaining: number }> {
        const records = this.records(batch);
        await this.prepare();
        let sent = 0;
        for (const record of records) if ((await this.take(record)).sent) sent++;
        return { sent, remaining: records.length - sent };
    }

    /** Lets them go: they are not offered again. One that is imported meanwhile stays as it is. As `import`. */
    async dismiss(batch: string | null): Promise<{ dismissed: number }> {
        const { ledger } = this.delivery;
        let dismissed = 0;
        for (const { batch: each } of this.records(batch)) {
            const record = ledger.print(each);
            if (record === undefined || !isOffered(record)) continue;
            await ledger.setPrintDurable({ ...record, state: 'skipped', reason: 'forgotten by hand' });
            dismissed++;
        }
        return { dismissed };
    }

    private records(batch: string | null): Readonly<PrintRecord>[] {
        const all = [...this.delivery.ledger.offered()];
        all.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''));
        if (batch === null) return all;
        const record = all.find((each) => each.batch === batch);
        if (record !== undefined) return [record];
        throw new RejectedError(`No print with the batch ${batch} is offered`, { server: 'Bambuddy', status: 404 });
    }
}

export function isOffered(record: Readonly<PrintRecord> | undefined): boolean {
    return record?.state === 'skipped' && record.reason === OFFERED;
}
