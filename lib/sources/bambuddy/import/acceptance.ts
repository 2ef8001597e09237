import type { AcceptOptions, Acceptor } from '../../../delivery/acceptor';
import { withoutArchive } from '../../../delivery/delivery';
import { batchFor } from '../../../print/batch-code';
import { reasonOfDouble } from '../../../print/duplicate-report';
import { isWithoutFile, type Print } from '../../../print/print';
import { recordOf, shownOf } from '../../../print/record-fields';
import { UNANSWERED, type Hold, type PrintRecord, type Step } from '../../../store/ledger/records';
import type { SourceContext } from '../../source';
import type { Ruling } from '../admission-rules';
import { isSuccessful, type FinishedRun } from '../finished-run';
import { NO_IDENTITY, type Classification, type Classifier, type Remembered } from './classifier';
import { BAMBUDDY_PRINTS } from '../print-kind';

const SOURCE = BAMBUDDY_PRINTS.kind;

/** Writes prints to the ledger: those that are sent, and those that are not. */
export class BambuddyAcceptor implements Acceptor {
    readonly source = SOURCE;
    /** called when a print is held */
    onHold: (hold: Hold) => void = () => undefined;
    /** called for a print that was accepted without its 3MF */
    onWithoutFile: (batch: string) => void = () => undefined;

    /** @param via id of the source node */
    constructor(
        private readonly sync: SourceContext,
        private readonly classifier: Classifier,
        private readonly via: string,
    ) {}

    /** Writes a print to the ledger. From here on it cannot be lost. */
    async accept(
        print: Print,
        first: boolean,
        want: Step[],
        { force = false, deferFlush = false, imported }: AcceptOptions = {},
    ): Promise<void> {
        const record: Omit<PrintRecord, 'at'> = {
            ...recordOf(print),
            state: want.length === 0 ? 'done' : 'accepted',
            ...(first ? { first: true as const } : {}),
            ...(want.length === 0 ? {} : { want, print: withoutArchive(print), via: this.via }),
            ...(force && want.length > 0 ? { force: true as const } : {}),
            ...(imported === undefined ? {} : { imported }),
            ...(isWithoutFile(print) ? { fileAwaited: new Date(this.sync.delivery.now()).toISOString() } : {}),
        };
        await this.bind(record, deferFlush);
        if (record.fileAwaited !== undefined) this.onWithoutFile(record.batch);
    }

    again(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Print | null> {
        return this.classifier.again(record, signal);
    }

    /** Records what is not sent: later polls do not classify it again. @returns the error to show; null: none */
    async remember(classification: Remembered): Promise<string | null> {
        const { ledger } = this.sync.delivery;
        switch (classification.kind) {
            case 'noIdentity':
                await this.bind({ ...recordOf(classification.print), state: 'parked', reason: NO_IDENTITY });
                return NO_IDENTITY;
            case 'double': {
                const reason = reasonOfDouble(classification.of, ledger.print(classification.of));
                await this.keep(classification, { state: 'parked', reason, doubleOf: classification.of });
                return reason;
            }
            case 'held': {
                const now = new Date(this.sync.delivery.now()).toISOString();
                const { hold } = classification;
                const until = hold === 'verdict' ? { holdUntil: classification.until } : {};
                if (until.holdUntil === undefined || until.holdUntil > now) {
                    await this.keep(classification, { state: 'accepted', hold, holdSince: now, ...until });
                    this.onHold(hold);
                    return null;
                }
                await this.keep(classification, { state: 'parked', reason: UNANSWERED });
                return UNANSWERED;
            }
            case 'skipped':
                if (classification.print !== undefined)
                    await this.keep(
                        { print: classification.print, first: false },
                        { state: 'skipped', reason: classification.reason },
                    );
                else await this.rememberGone(classification);
                return null;
        }
    }

    /** Makes a known print wait for its outcome, or for how many pieces are good. */
    async hold(record: Readonly<PrintRecord>, ruling: Extract<Ruling, { kind: 'held' }>): Promise<void> {
        const { reason: _reason, ...kept } = record;
        await this.sync.delivery.ledger.setPrintDurable({
            ...kept,
            state: 'accepted',
            hold: ruling.hold,
            holdSince: new Date(this.sync.delivery.now()).toISOString(),
            ...(ruling.hold === 'verdict' ? { holdUntil: ruling.until } : {}),
            print: withoutArchive(ruling.print),
            via: this.via,
        });
        this.onHold(ruling.hold);
    }

    /** Parks a run that cannot be read, with the error of the server, so that later runs continue. */
    async park(run: FinishedRun, reason: string): Promise<void> {
        const { ledger } = this.sync.delivery;
        if (ledger.printOfRun(SOURCE, run.archiveId, run.startedAt) !== undefined) return;
        const { archiveId, runId, startedAt, name } = run;
        const prefix = this.sync.delivery.batchPrefix;
        const batch = batchFor(ledger, SOURCE, prefix, { ...run, successful: isSuccessful(run) });
        await ledger.setPrintDurable({
            batch,
            source: SOURCE,
            archiveId,
            runId,
            startedAt,
            identity: '',
            name: name ?? '',
            ...shownOf(run),
            state: 'parked',
            reason,
        });
    }

    private async keep(
        { print, first }: { print: Print; first: boolean },
        what: Pick<PrintRecord, 'state' | 'reason' | 'hold' | 'holdSince' | 'holdUntil' | 'doubleOf'>,
    ): Promise<void> {
        await this.bind({
            ...recordOf(print),
            ...what,
            ...(first ? { first: true as const } : {}),
            ...(what.state === 'skipped' ? {} : { print: withoutArchive(print), via: this.via }),
        });
    }

    /** Records a run whose archive was deleted, so that it is not requested again. */
    private async rememberGone({ run, gone, reason }: Extract<Classification, { kind: 'skipped' }>): Promise<void> {
        const { ledger } = this.sync.delivery;
        if (!gone || run === null || ledger.printOfRun(SOURCE, run.archiveId, run.startedAt) !== undefined) return;
        await ledger.setPrintDurable({
            // never a code that is in use: Bambuddy assigns row ids again
            batch: batchFor(ledger, SOURCE, this.sync.delivery.batchPrefix, { ...run, successful: false }),
            source: SOURCE,
            archiveId: run.archiveId,
            runId: run.runId,
            startedAt: run.startedAt,
            identity: '',
            name: run.name ?? '',
            ...shownOf(run),
            state: 'skipped',
            reason,
        });
    }

    /** Puts the record of a run; where it was skipped under another code, it gives that up. */
    private async bind(record: Omit<PrintRecord, 'at'>, deferFlush = false): Promise<void> {
        const { ledger } = this.sync.delivery;
        const { archiveId, startedAt, batch } = record;
        const skipped = archiveId === null ? undefined : ledger.printOfRun(SOURCE, archiveId, startedAt);
        if (skipped !== undefined && skipped.batch !== batch) await ledger.rebind(skipped.batch, record);
        else await ledger.setPrintDurable(record, deferFlush);
    }
}
