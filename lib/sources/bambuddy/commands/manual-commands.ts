import type { Archive } from '../../../clients/bambuddy/answers';
import { ClosedError, RejectedError } from '../../../http/errors';
import { ARCHIVE_GONE, type PrintRecord } from '../../../store/ledger/records';
import type { Dispatcher } from '../../../delivery/dispatcher';
import { earlierDamage } from '../../../delivery/recovery/earlier-damage';
import { isSuccessful, runOfArchive } from '../finished-run';
import type { Candidate } from '../import/classifier';
import type { Intake } from '../import/intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { isOffered, Offered } from '../../../delivery/recovery/offered';
import { DeadLetters, type ParkedPrint } from '../../../delivery/dead-letters';
import { Readmission, type Readmitted } from '../import/readmission';
import type { SourceContext } from '../../source';
import { UnreadableRows } from '../follow-up/unreadable-rows';
import { BAMBUDDY_PRINTS } from '../print-kind';

export interface ArchiveAnswer {
    archiveId: number;
    batch: string;
    /** it goes (or goes once more) through the flow */
    sent: boolean;
    state: string;
}

export type { ParkedPrint };

/** What a person asks for by name: one archive, and the prints that are parked. */
export class ManualCommands {
    private readonly waiting: DeadLetters;
    /** prints that are not in stock after the ledger was lost */
    readonly offered: Offered;
    private readonly readmission: Readmission;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly prepare: () => Promise<void>,
        private readonly signal: AbortSignal,
        private readonly unreadable: UnreadableRows = new UnreadableRows(sync, intake),
    ) {
        this.readmission = new Readmission(sync, intake, dispatcher, signal);
        this.waiting = new DeadLetters(
            sync.delivery,
            'Bambuddy',
            // prints made by hand have no other source
            ({ source }) => source === BAMBUDDY_PRINTS.kind || sync.delivery.printSource(source) === undefined,
            prepare,
            (record) =>
                dispatcher.inSlot('live', () =>
                    admissionMutex.run(`${record.archiveId}`, () => this.retryOne(record.batch)),
                ),
        );
        this.offered = new Offered(sync.delivery, prepare, ({ archiveId, batch }) =>
            dispatcher.inSlot('live', () => admissionMutex.run(`${archiveId}`, () => this.takeOffered(batch))),
        );
    }

    /** One that is offered, as a new print; what its archive says by now may be another thing. */
    private async takeOffered(batch: string): Promise<{ sent: boolean }> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined || !isOffered(record)) return { sent: false };
        const classification = this.intake.classifier.recheck(
            await this.intake.classifier.classifyAgain(record, this.signal),
        );
        // dismissed while its archive was read
        if (!isOffered(this.sync.delivery.ledger.print(batch))) return { sent: false };
        if (classification?.kind === 'print')
            return this.dispatcher.acceptAndSend(classification, { force: false, mode: 'all' });
        if (classification !== null && classification.kind !== 'known')
            await this.intake.acceptance.remember(classification);
        return { sent: false };
    }

    /**
     * One archive: its newest successful run.
     * @throws RejectedError where there is no such archive, or nothing of it that counts
     */
    async offerArchive(archiveId: number, force: boolean): Promise<ArchiveAnswer> {
        const { signal } = this;
        // refused at once, though prints before it, or an outage, may hold it up
        await this.archive(archiveId);
        await this.prepare();
        return this.dispatcher.inSlot('live', () =>
            this.admissionMutex.run(`${archiveId}`, async () => {
                // both as they are now: while it waited, the id may have become another's
                const archive = await this.archive(archiveId);
                const runs = await this.intake.reader.runs(archiveId, signal);
                const newest = runs.find(isSuccessful) ?? runs[0] ?? runOfArchive(archive);
                const classification = this.intake.classifier.recheck(
                    await this.intake.classifier.classify({ archiveId, run: newest, archive }, signal),
                );
                if (classification.kind === 'print') {
                    await this.dispatcher.acceptAndSend(classification, { force, mode: 'all' });
                    return { archiveId, batch: classification.print.batch, sent: true, state: 'accepted' };
                }
                if (classification.kind === 'known') return this.offerKnown(archiveId, classification.record, force);
                const parked = await this.intake.acceptance.remember(classification);
                if (classification.kind === 'held' && parked === null)
                    return { archiveId, batch: classification.print.batch, sent: false, state: 'accepted' };
                const reason =
                    parked ?? (classification.kind === 'skipped' ? classification.reason : classification.kind);
                throw new RejectedError(`Archive ${archiveId} is not taken: ${reason}`, { server: 'Bambuddy' });
            }),
        );
    }

    /** Prints that wait for a person, newest first. */
    parked(): ParkedPrint[] {
        return this.waiting.list();
    }

    /** Keyless ones are judged anew, by the archive as it is now. As `Parked.retry`. */
    retry(batch: string | null): Promise<{ sent: number; remaining: number }> {
        return this.waiting.retry(batch);
    }

    /**
     * Sends a known print once more, with all that a forced pass refreshes: never a second StockItem.
     * @throws RejectedError where there is no such print, or none that this source can offer again, or the rules of
     * admission say no
     */
    async again(batch: string): Promise<{ sent: boolean; state: string }> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined)
            throw new RejectedError(`No print has the batch ${batch}`, { server: 'Bambuddy', status: 404 });
        await this.prepare();
        const { sent, reason = 'its archive is gone' } = await this.dispatcher.inSlot('live', () =>
            this.admissionMutex.run(`${record.archiveId}`, async (): Promise<Readmitted> => {
                const now = this.sync.delivery.ledger.print(batch) ?? record;
                return now.source === BAMBUDDY_PRINTS.kind ? this.readmission.send(now, true) : { sent: false };
            }),
        );
        if (!sent) throw new RejectedError(`${batch} is not sent again: ${reason}`, { server: 'Bambuddy' });
        return { sent, state: this.sync.delivery.ledger.print(batch)?.state ?? record.state };
    }

    /** As `Parked.offerEarlier`; and the archives that an earlier version took for gone are looked for once more. */
    async offerEarlier(
        isMine: (record: Readonly<PrintRecord>) => boolean,
        failed: (error: unknown) => void,
    ): Promise<void> {
        await this.waiting.offerEarlier(isMine, failed);
        const isOwn = (record: Readonly<PrintRecord>): boolean =>
            record.source === BAMBUDDY_PRINTS.kind && isMine(record);
        for (const { batch, archiveId } of earlierDamage(this.sync.delivery.ledger, 'skipped', isOwn)) {
            const look = (): Promise<{ sent: boolean }> =>
                this.dispatcher.inSlot('live', () =>
                    this.admissionMutex.run(`${archiveId}`, () => this.lookAgain(batch)),
                );
            await look().catch((error: unknown) => {
                if (error instanceof ClosedError) throw error;
                failed(error);
            });
        }
    }

    /** As `Parked.forget`. */
    forget(batch: string | null): Promise<{ forgotten: number }> {
        return this.waiting.forget(batch);
    }

    private async archive(archiveId: number): Promise<Archive> {
        const archive = await this.intake.reader.archive(archiveId, this.signal);
        if (archive !== null) return archive;
        throw new RejectedError(`Bambuddy has no archive ${archiveId}`, { server: 'Bambuddy', status: 404 });
    }

    private async offerKnown(archiveId: number, record: Readonly<PrintRecord>, force: boolean): Promise<ArchiveAnswer> {
        const { batch, state } = record;
        if (!force && state !== 'parked' && state !== 'passed') return { archiveId, batch, sent: false, state };
        const { sent } = await this.readmission.send(record, force);
        return {
            archiveId,
            batch,
            sent,
            state: sent ? 'accepted' : (this.sync.delivery.ledger.print(batch)?.state ?? state),
        };
    }

    private async retryOne(batch: string): Promise<{ sent: boolean }> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record?.state !== 'parked') return { sent: false };
        const found = await this.unreadable.readAgain(record, this.signal);
        if (found === undefined) return this.readmission.send(record, false);
        return found === null ? { sent: false } : this.takeRead(record, found);
    }

    /** A row that could not be read and now can: its print is judged like any other. */
    private takeRead(record: Readonly<PrintRecord>, candidate: Candidate): Promise<{ sent: boolean }> {
        return this.admissionMutex.run(`${candidate.archiveId}`, async () => {
            const classification = this.intake.classifier.recheck(
                await this.intake.classifier.classify(candidate, this.signal),
            );
            if (classification.kind === 'print')
                await this.dispatcher.acceptAndSend(classification, { force: false, mode: 'all' });
            else if (classification.kind !== 'known') await this.intake.acceptance.remember(classification);
            await this.unreadable.settle(record);
            return { sent: classification.kind === 'print' };
        });
    }

    /** One whose archive was taken for gone: as a new print where it is there; else it is skipped again, from now on for good. */
    private async lookAgain(batch: string): Promise<{ sent: boolean }> {
        const { ledger } = this.sync.delivery;
        const record = ledger.print(batch);
        if (record?.state !== 'skipped' || record.reason !== ARCHIVE_GONE || record.archiveId === null)
            return { sent: false };
        const classification =
            record.identity === ''
                ? this.intake.classifier.recheck(await this.intake.classifier.classifyAgain(record, this.signal))
                : null;
        if (classification?.kind === 'print')
            return this.dispatcher.acceptAndSend(classification, { force: false, mode: 'all' });
        // one that was accepted before keeps its code: what was sent for it may be in stock under that
        if (record.identity !== '' && (await this.readmission.send(record, false)).sent) return { sent: true };
        if (classification !== null && classification.kind !== 'known')
            await this.intake.acceptance.remember(classification);
        // its time changes, whatever else does: it was looked at
        if (ledger.print(batch) === record)
            await ledger.changePrint(
                batch,
                classification?.kind === 'skipped' ? { reason: classification.reason } : {},
            );
        return { sent: false };
    }
}
