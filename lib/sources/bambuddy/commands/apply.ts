import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import type { Dispatcher } from '../../../delivery/dispatcher';
import { RejectedError } from '../../../http/errors';
import type { Apply, PrintRecord, Step } from '../../../store/ledger/records';
import type { SourceContext } from '../../source';
import { outcomeOf, type AdmissionRules } from '../admission-rules';
import { isNewestRun, isSuccessful } from '../finished-run';
import type { Intake } from '../import/intake';

export interface Applied {
    batch: string;
    /** it goes through the flow once more, where its stock is put right */
    sent: boolean;
}

/** Puts the stock of single prints right whose archive was edited after they came into stock. */
export class ApplyEdits {
    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly rules: Pick<AdmissionRules, 'outcome' | 'countsPieces'>,
        private readonly successOnly: boolean,
        /** the steps that a print sent from here will meet */
        private readonly reachable: (print: { filamentOnly?: true }) => Step[],
        private readonly prepare: () => Promise<void>,
        private readonly signal: AbortSignal,
    ) {}

    /**
     * Sends a print through the flow once more, with what its archive says now: *add to stock* puts its stock right.
     * @param less pieces may be taken out of stock, too
     * @throws RejectedError where no such print is in stock, its archive is gone, or nothing behind the source stocks
     */
    async run(batch: string, less: boolean): Promise<Applied> {
        const { archiveId } = this.inStock(batch);
        if (!this.reachable({}).includes('stock'))
            throw new RejectedError('No "add to stock" node is wired behind the source: nothing can be applied', {
                server: 'Bambuddy',
            });
        await this.prepare();
        return this.dispatcher.inSlot('live', () =>
            this.admissionMutex.run(`${archiveId}`, async () => {
                const record = this.inStock(batch);
                const apply = await this.read(record);
                const { sent } = await this.dispatcher.sendAgain(record, false, { apply: { less, ...apply } });
                return { batch, sent };
            }),
        );
    }

    private inStock(batch: string): Readonly<PrintRecord> & { archiveId: number } {
        const record = this.sync.delivery.ledger.print(batch);
        const { archiveId = null, stockPk } = record ?? {};
        if (record === undefined || archiveId === null || stockPk === undefined)
            throw new RejectedError(`No print with the batch ${batch} is in stock`, {
                server: 'Bambuddy',
                status: 404,
            });
        return { ...record, archiveId };
    }

    /** What its archive says now. */
    private async read(record: Readonly<PrintRecord>): Promise<Omit<Apply, 'less'>> {
        const archive = await this.intake.reader.archiveOf(record, this.signal);
        if (archive === null)
            throw new RejectedError(`The archive of ${record.batch} is gone`, { server: 'Bambuddy', status: 404 });
        const run = await this.intake.reader.runOf(archive, record, this.signal);
        const { verdict } = outcomeOf(archive, run);
        const nothing =
            (this.successOnly && !isSuccessful(run)) ||
            (verdict === 'reject' && this.rules.outcome.rejected === 'skip') ||
            (archive.quantity === 0 && isNewestRun(archive, run.startedAt) && this.rules.countsPieces());
        return { ...(nothing ? { none: true as const } : {}), ...(verdict === null ? {} : { verdict }) };
    }
}
