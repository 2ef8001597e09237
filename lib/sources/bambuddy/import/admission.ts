import { readCursor } from './cursor';
import type { Archive } from '../../../clients/bambuddy/answers';
import { endedBefore, utc } from '../../../clients/bambuddy/times';
import { ConfigError, RejectedError } from '../../../http/errors';
import { OFFERED } from '../../../store/ledger/records';
import type { Clock } from '../../../concurrency/clock';
import type { Dispatcher } from '../../../delivery/dispatcher';
import type { Candidate, Classification } from './classifier';
import type { Intake } from './intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { PoisonedError } from '../../../delivery/retry/retry-while-unavailable';
import type { RefusedCandidates } from '../follow-up/refused-candidates';
import type { SourceContext } from '../../source';
import { UnreadableRows } from '../follow-up/unreadable-rows';

const MOST_UNWANTED = 2000;
const OFFERS =
    'The ledger was lost. Some earlier prints are not in stock, and InvenTree cannot tell whether they ever were: import them? ' +
    'The action "offered" lists them, "import-offered" imports them, "dismiss-offered" dismisses them.';

/** Admits the candidates of polls and events: classifies each candidate once and sends the prints. */
export class Admission {
    /** runs whose archive is excluded by the filter: polls return them repeatedly, the archive is requested once */
    private readonly unwanted = new Set<string>();

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly refused: RefusedCandidates,
        private readonly settings: { id: string; settle: number; ipnPrefix: string; startWith: 'now' | 'all' },
        /** called for prints that were parked */
        private readonly onError: (error: Error) => void,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {}

    /**
     * Processes a candidate until it is sent or rejected.
     * @returns `known`: it was taken before, and nothing new has come of its archive; `waits`: it was refused something for its
     * own sake, and has to be offered again
     * @throws as `retryWhileUnavailable`
     */
    async admit(candidate: Candidate): Promise<'admitted' | 'known' | 'waits'> {
        const fromLedger = this.intake.classifier.classifyFromLedger(candidate);
        if (fromLedger !== null) return fromLedger.kind === 'known' ? 'known' : 'admitted';
        if (this.unwanted.has(keyOf(candidate))) return 'admitted';
        const done = await this.refused.unlessRefused(keyOf(candidate), () => this.admitNew(candidate));
        return done === null ? 'waits' : 'admitted';
    }

    private async admitNew(candidate: Candidate): Promise<true> {
        await this.letSettle(candidate);
        await this.dispatcher.inSlot('live', () =>
            this.admissionMutex.run(`${candidate.archiveId}`, async () => {
                const classified = this.intake.classifier.recheck(await this.afterLoss(await this.classify(candidate)));
                if (classified === null) return { sent: false };
                if (classified.kind === 'print')
                    return this.dispatcher.acceptAndSend(classified, { force: false, mode: 'all' }, { waits: true });
                if (classified.kind === 'known') return { sent: false };
                if (classified.kind === 'skipped' && !classified.gone && classified.print === undefined)
                    this.rememberUnwanted(candidate);
                const parked = await this.intake.acceptance.remember(classified);
                if (parked !== null) this.onError(new Error(`Archive ${candidate.archiveId} is parked: ${parked}`));
                return { sent: false };
            }),
        );
        return true;
    }

    /** A print from before the loss of the ledger is admitted only if InvenTree shows that it never was in stock. */
    private async afterLoss(classified: Classification | null): Promise<Classification | null> {
        if (classified?.kind !== 'print' || this.settings.startWith === 'all') return classified;
        if (classified.print.filamentOnly === true) return classified;
        const { print, first } = classified;
        const found = await this.sync.destination.afterLoss(print, this.settings.ipnPrefix, this.signal);
        if (found === 'take') return classified;
        if (found === 'offer') {
            this.sync.delivery.warnOnce(OFFERS, 'offered');
            return { kind: 'skipped', reason: OFFERED, run: null, gone: false, print };
        }
        await this.sync.destination.adopt(print, first, { item: found, unmarked: false }, this.signal);
        const record = this.sync.delivery.ledger.print(print.batch)!;
        return { kind: 'known', record };
    }

    /** @returns null for a candidate that was parked because it cannot be read */
    private async classify(candidate: Candidate): Promise<Classification | null> {
        try {
            return await this.intake.classifier.classify(candidate, this.signal);
        } catch (error) {
            const own =
                error instanceof PoisonedError || error instanceof RejectedError || error instanceof ConfigError;
            if (!own || candidate.run === null) throw error;
            await this.intake.acceptance.park(candidate.run, error.message);
            this.onError(error);
            return null;
        }
    }

    /** An archive without a row in the print log, identified by its own start time. */
    async admitArchive(archiveId: number): Promise<void> {
        const archive = await this.archiveToTake(archiveId);
        if (archive === null || archive.status === 'printing' || archive.completed_at === null) return;
        const start = readCursor(this.sync.delivery.ledger, this.settings.id)?.baseline ?? null;
        // of before "from now on", whoever tells of it
        if (start !== null && endedBefore(utc(archive.completed_at), start)) return;
        await this.admit({ archiveId, run: null, archive });
    }

    /** @returns null if it was deleted, or parked because it cannot be read */
    private async archiveToTake(archiveId: number): Promise<Archive | null> {
        try {
            return await this.intake.reader.archive(archiveId, this.signal);
        } catch (error) {
            if (!(error instanceof RejectedError) || error.failureKind !== 'unreadable') throw error;
            await new UnreadableRows(this.sync, this.intake).parkArchive(archiveId, error.message);
            this.onError(error);
            return null;
        }
    }

    private rememberUnwanted(candidate: Candidate): void {
        if (candidate.run === null) return;
        if (this.unwanted.size >= MOST_UNWANTED) this.unwanted.clear();
        this.unwanted.add(keyOf(candidate));
    }

    private async letSettle(candidate: Candidate): Promise<void> {
        const ended = candidate.run?.completedAt;
        if (ended === undefined || ended === null || this.settings.settle <= 0) return;
        const limit = this.settings.settle * 1000;
        // two clocks are compared: never wait longer than the setting
        const wait = Math.min(limit, Date.parse(ended) + limit - this.clock.now());
        if (wait > 0) await this.clock.sleep(wait, this.signal);
    }
}

function keyOf({ archiveId, run }: Candidate): string {
    return `${archiveId}@${run?.startedAt ?? ''}`;
}
