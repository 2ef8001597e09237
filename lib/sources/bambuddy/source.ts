import { setMaxListeners } from 'node:events';
import { ClosedError, Failure } from '../../http/errors';
import { hasEnded, Live } from '../../clients/bambuddy/live';
import type { Step, Verdict } from '../../store/ledger/records';
import { ADMISSION_DEFAULTS } from './admission-rules';
import type { BackfillOptions, BackfillReport } from './commands/backfill';
import { Backfills } from './commands/backfills';
import { ManualCommands } from './commands/manual-commands';
import { systemClock, type Clock } from '../../concurrency/clock';
import { Dispatcher } from '../../delivery/dispatcher';
import { HeldPrints } from './follow-up/held-prints';
import { LateFiles } from './follow-up/late-files';
import { Intake } from './import/intake';
import { KeyedMutex } from '../../concurrency/keyed-mutex';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { EventFollowUp } from './follow-up/event-follow-up';
import { Poll } from './import/poll';
import { isDouble } from '../../delivery/open-questions';
import type { Pass, Print } from '../../print/print';
import { Startup } from './recovery/startup';
import { reconcile } from './commands/reconcile';
import type { Reconciliation } from './commands/reports';
import { WaitingPrints } from '../../delivery/retry/waiting-prints';
import { SentToday } from '../../delivery/sent-today';
import type { SourceOutput, SourceSettings, SourceStatus } from './settings';
import type { BambuddyContext } from './context';
import { Admission } from './import/admission';
import { UnreadableRows } from './import/unreadable-rows';

/** What the whole feed waits under, beside the prints that wait each under its batch. */
const FEED = 'feed';

export type { SourceOutput, SourceSettings, SourceStatus } from './settings';

/** Finds finished prints in one Bambuddy and sends each once, oldest first, a bounded number at a time. */
export class Source {
    private readonly intake: Intake;
    private readonly dispatcher: Dispatcher;
    private readonly poller: Poll;
    private readonly admission: Admission;
    private readonly followUp: EventFollowUp;
    private readonly live: Live | null;
    private readonly backfills: Backfills;
    private readonly startup: Startup;
    private readonly unreadable: UnreadableRows;
    readonly manual: ManualCommands;
    private readonly held: HeldPrints;
    private readonly lateFiles: LateFiles;
    private readonly output: SourceOutput;
    private readonly closed = new AbortController();
    private readonly unlisten: (() => void)[];
    private readonly watchers = new Set<() => void>();
    /** the same run coming in by several ways at once is judged once */
    private readonly doors = new KeyedMutex();
    private polling: Promise<void> | null = null;
    private again = false;
    private wasConnected = false;
    private lastPoll: string | null = null;
    private lastError: string | null = null;
    private readonly sent: SentToday;
    /** holds the feed after a 403: it is looked at again after 1, 5, 15 and then every 60 minutes */
    private readonly refusedFeed: WaitingPrints;

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: BambuddyContext,
        private readonly settings: SourceSettings,
        reachable: () => Step[],
        output: SourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        this.output = {
            ...output,
            changed: () => {
                output.changed();
                for (const watcher of this.watchers) watcher();
            },
        };
        this.sent = new SentToday(clock);
        this.refusedFeed = new WaitingPrints(clock, () => void this.poll().catch((error: unknown) => this.fail(error)));
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
            (print, pass) => this.send(print, pass),
            signal,
            clock,
        );
        this.poller = new Poll(sync, this.intake, {
            id: settings.id,
            startWith: settings.startWith,
            successOnly: settings.filter.successOnly,
            pageSize: settings.pageSize,
        });
        const { doors } = this;
        const told = (error: Error): void => output.failed(error);
        this.admission = new Admission(sync, this.intake, this.dispatcher, doors, settings, told, clock, signal);
        this.startup = new Startup(
            sync,
            this.intake,
            settings,
            {
                poller: this.poller,
                admission: this.admission,
                dispatcher: this.dispatcher,
                doors,
                offerEarlier: (isMine, failed) => this.manual.offerEarlier(isMine, failed),
                failed: (error) => this.fail(error),
            },
            signal,
        );
        const prepare = (): Promise<void> => this.startup.prepare();
        this.held = new HeldPrints(
            sync,
            this.intake,
            this.dispatcher,
            doors,
            { id: settings.id, outcome: (settings.admission ?? ADMISSION_DEFAULTS).outcome },
            { failed: (error) => this.tell(error), changed: () => this.output.changed(), prepare },
            clock,
            signal,
        );
        const failed = (error: unknown): void => this.tell(error);
        this.lateFiles = new LateFiles(sync, this.intake, this.dispatcher, doors, settings.id, failed, clock, signal);
        this.intake.acceptance.onWithoutFile = (batch) => this.lateFiles.added(batch);
        this.intake.acceptance.onHold = () => this.held.added();
        this.intake.reader.onVerdict = (record, verdict) => this.held.told(record, verdict);
        this.unreadable = new UnreadableRows(sync, this.intake);
        this.manual = new ManualCommands(sync, this.intake, this.dispatcher, doors, prepare, signal, this.unreadable);
        this.backfills = new Backfills(sync, this.intake, this.dispatcher, doors, settings, prepare, signal);
        this.followUp = new EventFollowUp(
            {
                look: () => this.look(),
                take: (archiveId) => this.admission.admitArchive(archiveId),
                failed: (error) => this.fail(error),
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
        sync.delivery.sources.add(settings.id);
        // a print that was parked is seen at once, not at the next poll
        this.unlisten = [
            sync.delivery.onStep(({ kind }) => {
                if (kind !== 'taken') this.output.changed();
            }),
            sync.delivery.ledger.onRecovery(() => this.recovered()),
        ];
    }

    /** Offers again what a restart interrupted, then polls at its interval. */
    start(): void {
        this.sent.recall(this.sync.delivery.ledger, this.settings.id);
        void this.loop().catch((error: unknown) => this.fail(error));
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. Resolves when nothing is written any more. */
    async close(): Promise<void> {
        this.closed.abort();
        this.live?.close();
        for (const end of this.unlisten) end();
        this.dispatcher.close();
        this.refusedFeed.close();
        this.sync.delivery.sources.delete(this.settings.id);
        await Promise.allSettled([this.polling, this.startup.over()]);
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
        if (this.lastError !== null) this.poll().catch((error: unknown) => this.fail(error));
    }

    /** Told when something to show has changed. @returns ends it */
    watch(watcher: () => void): () => void {
        this.watchers.add(watcher);
        return () => void this.watchers.delete(watcher);
    }

    /** Both servers. */
    get breakers(): CircuitBreaker[] {
        return [this.sync.bambuddyBreaker!, this.sync.destination.breaker];
    }

    /** A person has seen to it: what waits for a server tries now. */
    tryNow(): void {
        for (const breaker of this.breakers) breaker.wake();
        this.refusedFeed.wake();
    }

    /** Looks for new prints, unless a look was refused and waits for its next attempt. */
    private async look(): Promise<void> {
        if (this.refusedFeed.size === 0) await this.poll();
    }

    /** Looks for new prints now, whatever was refused. While a look is under way the next one follows it. */
    async poll(): Promise<void> {
        if (this.polling !== null) {
            this.again = true;
            return this.polling;
        }
        this.polling = this.pollOnce().finally(() => (this.polling = null));
        return this.polling;
    }

    /**
     * Goes through the history.
     * @throws BackfillRunning; as `retryWhileUnavailable`
     */
    async runBackfill(options: BackfillOptions, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
        try {
            return await this.backfills.run(options, (report) => {
                progress(report);
                this.output.changed();
            });
        } finally {
            this.output.changed();
        }
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
    async pause(): Promise<void> {
        this.dispatcher.pause();
        await this.rememberPause(true);
    }

    async resume(): Promise<void> {
        this.dispatcher.resume();
        await this.rememberPause(false);
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
            waiting: this.dispatcher.waitingCount,
            today: this.sent.count,
            held: this.held.count,
            paused: this.dispatcher.paused,
            live: this.live?.isConnected ?? null,
            lastPoll: this.lastPoll,
            lastError: this.lastError,
            backfill: this.backfills.report,
        };
    }

    private async loop(): Promise<void> {
        const { signal } = this.closed;
        const { interval, pollOnDeploy } = this.settings;
        const attempt = (work: Promise<void>): Promise<void> => work.catch((error: unknown) => this.fail(error));
        if (this.sync.delivery.ledger.meta(this.pauseKey) === 'yes') this.dispatcher.pause();
        await attempt(this.startup.prepare().catch((error: unknown) => this.holdFeed(error)));
        this.live?.start();
        void this.held.run();
        void this.lateFiles.run();
        void this.resumeBackfill().catch((error: unknown) => this.fail(error));
        if (pollOnDeploy) await attempt(this.look());
        while (interval > 0) {
            await this.clock.sleep(interval * 1000, signal);
            await attempt(this.look());
        }
    }

    private async resumeBackfill(): Promise<void> {
        const interrupted = this.backfills.interrupted();
        if (interrupted === null) return;
        const report = await this.runBackfill(interrupted, (progress) => this.output.progress?.(progress));
        this.output.progress?.(report);
    }

    private async rememberPause(paused: boolean): Promise<void> {
        await this.sync.delivery.ledger.putMeta(this.pauseKey, paused ? 'yes' : 'no');
        this.output.changed();
    }

    private get pauseKey(): string {
        return `paused:${this.settings.id}`;
    }

    private async pollOnce(): Promise<void> {
        do {
            this.again = false;
            try {
                await this.startup.prepare();
                await this.poller.run(async (candidate) => {
                    // a run of before says nothing about the reprint that is waited for
                    if (await this.admission.admit(candidate)) this.followUp.came(candidate.archiveId);
                }, this.closed.signal);
                for (const { batch } of await this.unreadable.afterUpdate(this.closed.signal))
                    await this.manual.retry(batch);
            } catch (error) {
                if (!(error instanceof ClosedError))
                    this.lastError = error instanceof Error ? error.message : String(error);
                this.holdFeed(error);
            }
            this.refusedFeed.drop(FEED);
            await this.held.look();
            this.lastPoll = new Date(this.clock.now()).toISOString();
            this.lastError = null;
            this.output.changed();
        } while (this.again);
    }

    /** A right is missing (403): nothing is asked before the next attempt. @throws what it is given */
    private holdFeed(error: unknown): never {
        if (error instanceof Failure && error.waits === 'print') this.refusedFeed.add(FEED);
        throw error;
    }

    private send(print: Print, pass: Pass): void {
        this.sent.add(print);
        this.output.send(print, pass);
        this.output.changed();
    }

    /** Told, and no failure of the source. */
    private tell(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.output.failed(error instanceof Error ? error : new Error(String(error)));
        this.output.changed();
    }

    private fail(error: unknown): void {
        if (error instanceof ClosedError) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        this.lastError = failure.message;
        this.output.failed(failure);
        this.output.changed();
    }
}
