import { setMaxListeners } from 'node:events';
import { hasEnded, Live } from '../../clients/bambuddy/live';
import type { Step, Verdict } from '../../store/ledger/records';
import { ADMISSION_DEFAULTS } from './admission-rules';
import type { BackfillOptions, BackfillReport } from './commands/backfill';
import { Backfills } from './commands/backfills';
import { ManualCommands } from './commands/manual-commands';
import { repeat, systemClock, type Clock } from '../../concurrency/clock';
import { Dispatcher } from '../../delivery/dispatcher';
import { HeldPrints } from './follow-up/held-prints';
import { LateFiles } from './follow-up/late-files';
import { Intake } from './import/intake';
import { KeyedMutex } from '../../concurrency/keyed-mutex';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { EventFollowUp } from './follow-up/event-follow-up';
import { Poll } from './import/poll';
import { PollRunner } from './import/poll-runner';
import { isDouble } from '../../delivery/open-questions';
import { Startup } from './recovery/startup';
import { reconcile } from './commands/reconcile';
import type { Reconciliation } from './commands/reports';
import { RememberedPause } from '../../delivery/remembered-pause';
import { SourceActivity } from '../../delivery/source-activity';
import type { SourceOutput, SourceSettings, SourceStatus } from './settings';
import type { BambuddyContext } from './context';
import { Admission } from './import/admission';
import { RefusedCandidates } from './follow-up/refused-candidates';
import { UnreadableRows } from './follow-up/unreadable-rows';

export type { SourceOutput, SourceSettings, SourceStatus } from './settings';

/** Finds finished prints in one Bambuddy and sends each once, oldest first, a bounded number at a time. */
export class Source {
    private readonly intake: Intake;
    private readonly dispatcher: Dispatcher;
    private readonly poller: Poll;
    private readonly admission: Admission;
    private readonly refused: RefusedCandidates;
    private readonly followUp: EventFollowUp;
    private readonly live: Live | null;
    private readonly backfills: Backfills;
    private readonly startup: Startup;
    private readonly unreadable: UnreadableRows;
    readonly manual: ManualCommands;
    private readonly held: HeldPrints;
    private readonly lateFiles: LateFiles;
    private readonly closed = new AbortController();
    private readonly activity: SourceActivity;
    private readonly polls: PollRunner;
    private readonly pausing: RememberedPause;
    /** the same run coming in by several ways at once is judged once */
    private readonly admissionMutex = new KeyedMutex();
    private wasConnected = false;

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: BambuddyContext,
        private readonly settings: SourceSettings,
        reachable: () => Step[],
        private readonly output: SourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        const activity = new SourceActivity(sync.delivery, settings.id, output, clock);
        this.activity = activity;
        const reportError = (error: unknown): void => activity.reportError(error);
        const fail = (error: unknown): void => activity.fail(error);
        const changed = (): void => activity.changed();
        const { bambuddy, bambuddyBreaker } = sync;
        if (bambuddy === null || bambuddyBreaker === null) throw new Error('the store has no Bambuddy server');
        this.intake = new Intake(sync, bambuddy, bambuddyBreaker, settings);
        const { signal } = this.closed;
        // everything under way listens to it
        setMaxListeners(0, signal);
        this.dispatcher = new Dispatcher(
            sync.delivery,
            this.intake.acceptance,
            settings,
            reachable,
            (print, pass) => activity.send(print, pass),
            signal,
            clock,
        );
        this.pausing = new RememberedPause(sync.delivery.ledger, settings.id, this.dispatcher, changed);
        this.poller = new Poll(sync, this.intake, {
            id: settings.id,
            startWith: settings.startWith,
            successOnly: settings.filter.successOnly,
            pageSize: settings.pageSize,
        });
        const { admissionMutex } = this;
        const onVerdict = (error: Error): void => output.failed(error);
        this.refused = new RefusedCandidates(sync.delivery, clock, () => void this.polls.look().catch(fail));
        this.admission = new Admission(
            sync,
            this.intake,
            this.dispatcher,
            admissionMutex,
            this.refused,
            settings,
            onVerdict,
            clock,
            signal,
        );
        this.startup = new Startup(
            sync,
            this.intake,
            settings,
            {
                poller: this.poller,
                admission: this.admission,
                dispatcher: this.dispatcher,
                admissionMutex,
                offerEarlier: (isMine, failed) => this.manual.offerEarlier(isMine, failed),
                failed: fail,
            },
            signal,
        );
        const prepare = (): Promise<void> => this.startup.prepare();
        this.held = new HeldPrints(
            sync,
            this.intake,
            this.dispatcher,
            admissionMutex,
            { id: settings.id, outcome: (settings.admission ?? ADMISSION_DEFAULTS).outcome },
            { failed: reportError, changed, prepare },
            clock,
            signal,
        );
        this.lateFiles = new LateFiles(
            sync,
            this.intake,
            this.dispatcher,
            admissionMutex,
            settings.id,
            reportError,
            clock,
            signal,
        );
        this.intake.acceptance.onWithoutFile = (batch) => this.lateFiles.added(batch);
        this.intake.acceptance.onHold = () => this.held.added();
        this.intake.reader.onVerdict = (record, verdict) => this.held.onVerdict(record, verdict);
        this.unreadable = new UnreadableRows(sync, this.intake);
        this.manual = new ManualCommands(
            sync,
            this.intake,
            this.dispatcher,
            admissionMutex,
            prepare,
            signal,
            this.unreadable,
        );
        this.backfills = new Backfills(
            sync,
            this.intake,
            this.dispatcher,
            admissionMutex,
            settings,
            prepare,
            changed,
            signal,
        );
        this.polls = new PollRunner(
            { poll: () => this.pollOnce(), afterwards: () => this.held.look() },
            activity,
            clock,
        );
        this.followUp = new EventFollowUp(
            {
                look: () => this.polls.look(),
                take: (archiveId) => this.admission.admitArchive(archiveId),
                failed: fail,
            },
            clock,
            signal,
        );
        this.live =
            settings.live === true
                ? new Live(bambuddy, {
                      finished: (archiveId, status) => this.heard(archiveId, status),
                      touched: (archiveId) => {
                          this.held.wake(archiveId);
                          this.lateFiles.wake(archiveId);
                      },
                      connected: () => this.connected(),
                  })
                : null;
        activity.open(() => this.recovered());
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
        this.activity.close();
        this.dispatcher.close();
        this.polls.close();
        this.refused.close();
        await Promise.allSettled([this.polls.inFlight, this.startup.over()]);
    }

    /** Something has happened at Bambuddy (a webhook): a look, soon. A flood is a few looks. */
    wake(): void {
        this.followUp.wake();
    }

    /** An event told of an archive: where it has ended, its print is looked for until it comes. */
    heard(archiveId: number, status: string): void {
        if (status === 'completed' || (hasEnded(status) && !this.settings.filter.successOnly))
            this.followUp.ended(archiveId);
    }

    /** The WebSocket stands: what it missed is looked for. At the deploy that is as the person wants it. */
    private connected(): void {
        if (this.wasConnected || this.settings.pollOnDeploy) this.followUp.wake();
        this.wasConnected = true;
    }

    /** The ledger can be written again: what was caught goes on, and a look that failed is made once more. */
    private recovered(): void {
        this.startup.resumeAgain();
        // another process may have held prints, or taken some without their file
        this.held.added();
        this.lateFiles.recall();
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
        this.refused.wake();
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
        return this.backfills.run(options, progress);
    }

    /** Compares ledger, InvenTree and Bambuddy; changes nothing. */
    reconcile(): Promise<Reconciliation> {
        return reconcile(this.sync, this.intake, this.settings, this.closed.signal);
    }

    /**
     * A person answers for a print that is held: how it came out, or, of one that is told twice, whether it is a print of
     * its own (`good`: it is taken; `reject`: nothing is stocked for it).
     * @throws RejectedError where no such print waits
     */
    async release(batch: string, verdict: Verdict): Promise<{ batch: string; verdict: Verdict; sent: boolean }> {
        if (!isDouble(this.sync.delivery.ledger.print(batch))) return this.held.release(batch, verdict);
        if (verdict === 'good') return { batch, verdict, sent: (await this.manual.retry(batch)).sent > 0 };
        await this.manual.forget(batch);
        return { batch, verdict, sent: false };
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
        return this.backfills.stop();
    }

    status(): SourceStatus {
        return {
            counts: this.sync.delivery.ledger.counts(),
            offered: this.sync.delivery.ledger.offeredCount,
            underWay: this.dispatcher.inFlightCount,
            waiting: this.dispatcher.waitingCount + this.refused.size,
            today: this.activity.sentToday,
            held: this.held.count,
            paused: this.dispatcher.paused,
            live: this.live?.isConnected ?? null,
            lastPoll: this.polls.last,
            lastError: this.activity.lastError,
            backfill: this.backfills.report,
        };
    }

    private async loop(): Promise<void> {
        const { signal } = this.closed;
        const { interval, pollOnDeploy } = this.settings;
        const attempt = (work: Promise<void>): Promise<void> =>
            work.catch((error: unknown) => this.activity.fail(error));
        this.pausing.recall();
        await attempt(this.startup.prepare().catch((error: unknown) => this.polls.hold(error)));
        this.live?.start();
        void this.held.run();
        void this.lateFiles.run();
        void attempt(this.backfills.resume((report) => this.output.progress?.(report)));
        if (pollOnDeploy) await attempt(this.polls.look());
        await repeat(this.clock, interval * 1000, () => attempt(this.polls.look()), signal);
    }

    private async pollOnce(): Promise<void> {
        const { signal } = this.closed;
        await this.startup.prepare();
        await this.poller.run(async (candidate) => {
            const admitted = await this.admission.admit(candidate);
            // a run of before says nothing about the reprint that is waited for
            if (admitted === 'admitted') this.followUp.came(candidate.archiveId);
            return admitted !== 'waits';
        }, signal);
        for (const { batch } of await this.unreadable.afterUpdate(signal)) await this.manual.retry(batch);
    }
}
