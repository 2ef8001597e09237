import { setMaxListeners } from 'node:events';
import { hasEnded, Live } from '../../clients/bambuddy/live';
import type { PrintingNow } from '../../delivery/printing/printing-now';
import type { Picture } from '../../http/picture-type';
import { listenToPrinters, printersOf } from './printers';
import type { Step, Verdict } from '../../store/ledger/records';
import type { Applied } from './commands/apply';
import type { BackfillOptions, BackfillReport } from './commands/backfill';
import type { ManualCommands } from './commands/manual-commands';
import { repeat, systemClock, type Clock } from '../../concurrency/clock';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { EventFollowUp } from './follow-up/event-follow-up';
import { PollRunner } from './import/poll-runner';
import { isCounted, isDouble } from '../../delivery/open-questions';
import { reconcile } from './commands/reconcile';
import { RejectedError } from '../../http/errors';
import type { ImportNote, Reconciliation } from './commands/reports';
import { RememberedPause } from '../../delivery/remembered-pause';
import { SourceActivity } from '../../delivery/source-activity';
import type { SourceOutput, SourceSettings, SourceStatus } from './settings';
import type { BambuddyContext } from './context';
import { SourceParts } from './source-parts';

export type { SourceOutput, SourceSettings, SourceStatus } from './settings';

/** Finds finished prints in one Bambuddy and sends each once, oldest first, a bounded number at a time. */
export class Source {
    private readonly parts: SourceParts;
    private readonly followUp: EventFollowUp;
    private readonly live: Live | null;
    private readonly closed = new AbortController();
    private readonly activity: SourceActivity;
    private readonly polls: PollRunner;
    private readonly pausing: RememberedPause;
    /** What the printers do, as the WebSocket tells it; nothing where it is not listened to. */
    readonly printing: PrintingNow;
    private wasConnected = false;

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: BambuddyContext,
        private readonly settings: SourceSettings,
        reachable: (print: { filamentOnly?: true }) => Step[],
        private readonly output: SourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        const { bambuddy, bambuddyBreaker } = sync;
        if (bambuddy === null || bambuddyBreaker === null) throw new Error('the store has no Bambuddy server');
        const activity = new SourceActivity(sync.delivery, settings.id, output, clock);
        const { signal } = this.closed;
        // everything under way listens to it
        setMaxListeners(0, signal);
        const look = (): Promise<void> => this.polls.look();
        const tools = { sync, settings, reachable, output, activity, clock, signal, look };
        const parts = new SourceParts(tools, bambuddy, bambuddyBreaker);
        this.activity = activity;
        this.parts = parts;
        this.pausing = new RememberedPause(sync.delivery.ledger, settings.id, parts.dispatcher, () =>
            activity.changed(),
        );
        this.polls = new PollRunner(
            { poll: () => this.pollOnce(), afterwards: () => parts.held.look() },
            activity,
            clock,
        );
        this.followUp = new EventFollowUp(
            {
                look,
                take: (archiveId) => parts.admission.admitArchive(archiveId),
                failed: (error) => activity.fail(error),
            },
            clock,
            signal,
        );
        this.printing = printersOf(sync.delivery.ledger);
        this.live =
            settings.live === true
                ? new Live(bambuddy, {
                      finished: (archiveId, status) => this.heard(archiveId, status),
                      touched: (archiveId) => this.touched(archiveId),
                      connected: () => this.connected(),
                      ...listenToPrinters(this.printing),
                  })
                : null;
        activity.open(() => this.recovered());
    }

    /** What a person asks of single prints. */
    get manual(): ManualCommands {
        return this.parts.manual;
    }

    /** Offers again what a restart interrupted, then polls at its interval. */
    start(): void {
        this.activity.recall();
        void this.loop().catch((error: unknown) => this.activity.fail(error));
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. Resolves when nothing is written any more. */
    async close(): Promise<void> {
        this.closed.abort();
        this.live?.close();
        this.printing.close();
        this.activity.close();
        this.parts.dispatcher.close();
        this.polls.close();
        this.parts.refused.close();
        await Promise.allSettled([this.polls.inFlight, this.parts.startup.over()]);
    }

    /** Something has happened at Bambuddy (a webhook): a look, soon. A flood is a few looks. */
    wake(): void {
        this.followUp.wake();
    }

    /** An event told of an archive: where it has ended, its print is looked for until it comes. */
    heard(archiveId: number, status: string): void {
        const { successOnly, failedForFilament } = this.settings.filter;
        if (status === 'completed' || (hasEnded(status) && (!successOnly || failedForFilament?.() === true)))
            this.followUp.ended(archiveId);
    }

    /** An event told that an archive has changed: its outcome may be known now, or its file have come. */
    touched(archiveId: number): void {
        this.parts.held.wake(archiveId);
        this.parts.lateFiles.wake(archiveId);
    }

    /** The WebSocket stands: what it missed is looked for. At the deploy that is as the person wants it. */
    private connected(): void {
        if (this.wasConnected || this.settings.pollOnDeploy) this.followUp.wake();
        this.wasConnected = true;
    }

    /** The ledger can be written again: what was caught goes on, and a look that failed is made once more. */
    private recovered(): void {
        this.parts.startup.resumeAgain();
        // another process may have held prints, or taken some without their file
        this.parts.held.added();
        this.parts.goodPieces.added();
        this.parts.lateFiles.recall();
        if (this.activity.lastError !== null) this.poll().catch((error: unknown) => this.activity.fail(error));
    }

    /** Told when something to show has changed. @returns ends it */
    watch(watcher: () => void): () => void {
        return this.activity.watch(watcher);
    }

    /** Both servers. */
    get breakers(): CircuitBreaker[] {
        return [this.sync.bambuddyBreaker!, this.sync.destination.breaker];
    }

    /** A person has seen to it: what waits for a server tries now. */
    tryNow(): void {
        for (const breaker of this.breakers) breaker.wake();
        this.polls.wake();
        this.parts.refused.wake();
    }

    /** The picture of the job of a printer, by its id. @returns null where there is none, or Bambuddy is off */
    async printerPicture(printer: string, signal: AbortSignal): Promise<Picture | null> {
        const { bambuddy, bambuddyBreaker } = this.sync;
        return bambuddyBreaker!.state.downSince === null ? bambuddy!.cover(Number(printer), signal) : null;
    }

    /** Looks for new prints now, whatever was refused. While a look is under way the next one follows it. */
    poll(): Promise<void> {
        return this.polls.poll();
    }

    /**
     * Goes through the history.
     * @throws BackfillRunning; as `retryWhileUnavailable`
     */
    runBackfill(options: BackfillOptions, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
        return this.parts.backfills.run(options, progress);
    }

    /** The newest imports of the history that created something, newest first. */
    imports(): ImportNote[] {
        return this.parts.backfills.importList;
    }

    /** Compares ledger, InvenTree and Bambuddy; changes nothing. */
    reconcile(): Promise<Reconciliation> {
        return reconcile(this.sync, this.parts.intake, this.settings, this.closed.signal);
    }

    /**
     * A person answers for a print that is held: how it came out; how many of its pieces are good; or, of one that is told
     * twice, whether it is a print of its own (`good`: it is taken; `reject`: nothing is stocked for it).
     * @param pieces 0 and more; undefined: `good` is all of them, as far as their number is known, `reject` none
     * @throws RejectedError where no such print waits, or its pieces are not known
     */
    async release(
        batch: string,
        verdict: Verdict,
        pieces?: number,
    ): Promise<{ batch: string; sent: boolean } & ({ verdict: Verdict } | { pieces: number })> {
        const record = this.sync.delivery.ledger.print(batch);
        if (pieces !== undefined || (record !== undefined && isCounted(record)))
            return this.parts.goodPieces.answer(batch, pieces ?? allOrNone(batch, verdict, record?.count));
        if (!isDouble(record)) return this.parts.held.release(batch, verdict);
        if (verdict === 'good') return { batch, verdict, sent: (await this.parts.manual.retry(batch)).sent > 0 };
        await this.parts.manual.forget(batch);
        return { batch, verdict, sent: false };
    }

    /** As `ApplyEdits.run`. */
    apply(batch: string, less: boolean): Promise<Applied> {
        return this.parts.edits.run(batch, less);
    }

    /** Sends nothing until `resume`, over restarts too; what is under way goes on. */
    pause(): Promise<void> {
        return this.pausing.pause();
    }

    resume(): Promise<void> {
        return this.pausing.resume();
    }

    /** Ends a running backfill; what it has sent goes on. */
    stop(): { stopped: boolean } {
        return this.parts.backfills.stop();
    }

    status(): SourceStatus {
        return {
            counts: this.sync.delivery.ledger.counts(),
            offered: this.sync.delivery.ledger.offeredCount,
            underWay: this.parts.dispatcher.inFlightCount,
            waiting: this.parts.dispatcher.waitingCount + this.parts.refused.size,
            today: this.activity.sentToday,
            held: this.parts.held.count + this.parts.goodPieces.count,
            paused: this.parts.dispatcher.paused,
            live: this.live?.isConnected ?? null,
            lastPoll: this.polls.last,
            lastError: this.activity.lastError,
            backfill: this.parts.backfills.report,
        };
    }

    private async loop(): Promise<void> {
        const { signal } = this.closed;
        const { interval, pollOnDeploy } = this.settings;
        const attempt = (work: Promise<void>): Promise<void> =>
            work.catch((error: unknown) => this.activity.fail(error));
        this.pausing.recall();
        await attempt(this.parts.startup.prepare().catch((error: unknown) => this.polls.hold(error)));
        this.live?.start();
        void this.parts.held.run();
        void this.parts.goodPieces.run();
        void this.parts.lateFiles.run();
        void attempt(this.parts.backfills.resume((report) => this.output.progress?.(report)));
        if (pollOnDeploy) await attempt(this.polls.look());
        await repeat(this.clock, interval * 1000, () => attempt(this.polls.look()), signal);
    }

    private async pollOnce(): Promise<void> {
        const { signal } = this.closed;
        await this.parts.startup.prepare();
        await this.parts.poller.run(async (candidate) => {
            const admitted = await this.parts.admission.admit(candidate);
            // a run of before says nothing about the reprint that is waited for
            if (admitted === 'admitted') this.followUp.came(candidate.archiveId);
            return admitted !== 'waits';
        }, signal);
        for (const { batch } of await this.parts.unreadable.afterUpdate(signal)) await this.parts.manual.retry(batch);
    }
}

/** @param count of pieces, as the source told it */
function allOrNone(batch: string, verdict: Verdict, count: number | undefined): number {
    if (verdict === 'reject') return 0;
    if (count !== undefined) return count;
    throw new RejectedError(`Bambuddy does not tell how many pieces ${batch} has: say how many are good in "pieces"`, {
        server: 'Bambuddy',
    });
}
