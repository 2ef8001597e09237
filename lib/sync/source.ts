import { ClosedError, RejectedError } from '../http/errors';
import { utc } from '../bambuddy/times';
import type { PrintRecord, Step } from '../store/records';
import { Backfill, type BackfillOptions, type BackfillReport } from './backfill';
import { systemClock, type Clock } from './clock';
import { Dispatch } from './dispatch';
import type { PrintFilter } from './filter';
import { isSuccessful, runOfArchive } from './finished-run';
import type { IdentityRule } from './identity';
import { Intake, type Candidate, type Judgement } from './intake';
import { Keyed } from './keyed';
import { Poll } from './poll';
import type { Pass, Print } from './print';
import { reconcile, type Reconciliation } from './reconcile';
import { isScanned, scan } from './scan';
import type { Sync } from './sync';

export interface SourceSettings {
    /** the node's id: key of its cursor */
    id: string;
    /** seconds between polls; 0: only by hand */
    interval: number;
    pollOnDeploy: boolean;
    startWith: 'now' | 'all';
    rule: IdentityRule;
    filter: PrintFilter;
    pageSize: number;
    /** prints under way at a time */
    window: number;
    /** seconds after which a print that none of our nodes has taken is passed */
    passAfter: number;
    /** seconds a print is given to settle after its end: energy and weight come late */
    settle: number;
    /** IPN prefix of the part node behind this source: for telling the sidecar's Parts */
    readonly ipnPrefix: string;
}

export interface SourceOutput {
    send: (print: Print, pass: Pass) => void;
    /** a poll failed for good, a print could not be taken */
    failed: (error: Error) => void;
    /** something to show changed */
    changed: () => void;
}

/** What `status` answers. */
export interface SourceStatus {
    /** prints by state */
    counts: Record<string, number>;
    underWay: number;
    /** sent since midnight */
    today: number;
    paused: boolean;
    lastPoll: string | null;
    lastError: string | null;
    backfill: BackfillReport | null;
}

export interface ArchiveAnswer {
    archiveId: number;
    batch: string;
    sent: boolean;
    state: string;
}

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

const KEYLESS = 'no key: none of the key fields has a value';

/** Finds finished prints in one Bambuddy and sends each once, oldest first, a bounded number at a time. */
export class Source {
    private readonly intake: Intake;
    private readonly dispatch: Dispatch;
    private readonly poller: Poll;
    private readonly closed = new AbortController();
    private readonly unlisten: () => void;
    /** the same run coming in by several ways at once is judged once */
    private readonly doors = new Keyed();
    private preparing: Promise<void> | null = null;
    /** end of the newest run when this process began to look, by Bambuddy's clock */
    private session: { since: string | null } | null = null;
    private resuming: Promise<void> | null = null;
    private polling: Promise<void> | null = null;
    private again = false;
    private backfill: { work: Backfill; stop: AbortController } | null = null;
    private lastPoll: string | null = null;
    private lastError: string | null = null;
    private sent: { day: string; count: number } = { day: '', count: 0 };

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: Sync,
        private readonly settings: SourceSettings,
        reachable: () => Step[],
        private readonly output: SourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        const { bambuddy, bambuddyLine } = sync;
        if (bambuddy === null || bambuddyLine === null) throw new Error('the store has no Bambuddy server');
        this.intake = new Intake(sync, bambuddy, bambuddyLine, settings.rule, settings.filter, settings.id);
        const { signal } = this.closed;
        this.dispatch = new Dispatch(
            sync,
            this.intake,
            settings,
            reachable,
            (print, pass) => this.send(print, pass),
            signal,
        );
        this.poller = new Poll(sync, this.intake, {
            id: settings.id,
            startWith: settings.startWith,
            successOnly: settings.filter.successOnly,
            pageSize: settings.pageSize,
        });
        sync.sources.add(settings.id);
        // a print that was parked is seen at once, not at the next poll
        this.unlisten = sync.onStep(({ kind }) => {
            if (kind !== 'taken') output.changed();
        });
    }

    /** Offers again what a restart interrupted, then polls at its interval. */
    start(): void {
        void this.loop().catch((error: unknown) => this.fail(error));
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. Resolves when nothing is written any more. */
    async close(): Promise<void> {
        this.closed.abort();
        this.unlisten();
        this.dispatch.close();
        this.sync.sources.delete(this.settings.id);
        await Promise.allSettled([this.polling, this.preparing, this.resuming]);
    }

    /** Looks for new prints now. While a look is under way the next one follows it. */
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
     * @throws Error while another one runs
     */
    async runBackfill(options: BackfillOptions, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
        if (this.backfill !== null) throw new Error('A backfill is running already. Wait for its end, or send "stop".');
        const { dispatch } = this;
        const work = new Backfill(this.sync, this.intake, this.settings, {
            send: (judged, pass) => dispatch.acceptAndSend(judged, pass),
            inSlot: (send) => dispatch.inSlot('history', send),
            progress: (report) => {
                progress(report);
                this.output.changed();
            },
        });
        const stop = new AbortController();
        this.backfill = { work, stop };
        try {
            if (options.mode === 'all' || options.mode === 'parts') await this.prepare();
            return await work.run(options, AbortSignal.any([this.closed.signal, stop.signal]));
        } catch (error) {
            // stopped by a person: what was done so far is the answer
            if (error instanceof ClosedError && !this.closed.signal.aborted)
                return { ...work.report, phase: 'stopped' };
            throw error;
        } finally {
            this.backfill = null;
            this.output.changed();
        }
    }

    /**
     * One archive by hand: its newest successful run.
     * @throws RejectedError where there is no such archive, or nothing of it that counts
     */
    async offerArchive(archiveId: number, force: boolean): Promise<ArchiveAnswer> {
        const { signal } = this.closed;
        const archive = await this.intake.archive(archiveId, signal);
        if (archive === null) {
            throw new RejectedError(`Bambuddy has no archive ${archiveId}`, { server: 'Bambuddy', status: 404 });
        }
        await this.prepare();
        const runs = await this.intake.runs(archiveId, signal);
        const newest = runs.find(isSuccessful) ?? runs[0] ?? runOfArchive(archive);
        return this.dispatch.inSlot('live', () =>
            this.doors.run(`${archiveId}`, async () => {
                const judged = await this.intake.judge({ archiveId, run: newest, archive }, signal);
                if (judged.kind === 'print') {
                    await this.dispatch.acceptAndSend(judged, { force, mode: 'all' });
                    return { archiveId, batch: judged.print.batch, sent: true, state: 'accepted' };
                }
                if (judged.kind === 'known') {
                    const { batch, state } = judged.record;
                    if (!force && state !== 'parked' && state !== 'passed')
                        return { archiveId, batch, sent: false, state };
                    const { sent } = await this.dispatch.sendAgain(judged.record, force);
                    return { archiveId, batch, sent, state: sent ? 'accepted' : state };
                }
                await this.intake.remember(judged);
                const reason = judged.kind === 'keyless' ? KEYLESS : judged.reason;
                throw new RejectedError(`Archive ${archiveId} is not taken: ${reason}`, { server: 'Bambuddy' });
            }),
        );
    }

    /** Prints that wait for a person, newest first. */
    parked(): ParkedPrint[] {
        return [...this.sync.ledger.parked()]
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
     * Sends parked prints once more; keyless ones are judged anew, by the archive as it is now.
     * @param batch one of them; null: all
     * @throws RejectedError where there is no such parked print
     */
    async retry(batch: string | null): Promise<{ sent: number; remaining: number }> {
        const records = this.parkedRecords(batch);
        await this.prepare();
        let sent = 0;
        for (const record of records) {
            const result = await this.dispatch.inSlot('live', () =>
                this.doors.run(`${record.archiveId}`, () => this.retryOne(record)),
            );
            if (result.sent) sent++;
        }
        this.output.changed();
        return { sent, remaining: records.length - sent };
    }

    /** Lets parked prints go: they are not offered again. @param batch one of them; null: all */
    async forget(batch: string | null): Promise<{ forgotten: number }> {
        const records = this.parkedRecords(batch);
        for (const { want: _want, print: _print, ...kept } of records) {
            await this.sync.ledger.putPrint({ ...kept, state: 'skipped', reason: 'forgotten by hand' });
        }
        this.output.changed();
        return { forgotten: records.length };
    }

    /** Compares ledger, InvenTree and Bambuddy; changes nothing. */
    reconcile(): Promise<Reconciliation> {
        return reconcile(this.sync, this.intake, this.settings, this.closed.signal);
    }

    pause(): void {
        this.dispatch.pause();
        this.output.changed();
    }

    resume(): void {
        this.dispatch.resume();
        this.output.changed();
    }

    /** Ends a running backfill; what it has sent goes on. */
    stop(): { stopped: boolean } {
        this.backfill?.stop.abort();
        return { stopped: this.backfill !== null };
    }

    status(): SourceStatus {
        return {
            counts: this.sync.ledger.counts(),
            underWay: this.dispatch.underWay,
            today: this.today,
            paused: this.dispatch.paused,
            lastPoll: this.lastPoll,
            lastError: this.lastError,
            backfill: this.backfill?.work.report ?? null,
        };
    }

    private get today(): number {
        return this.sent.day === dayOf(this.clock.now()) ? this.sent.count : 0;
    }

    private async loop(): Promise<void> {
        const { signal } = this.closed;
        const { interval, pollOnDeploy } = this.settings;
        const attempt = (work: Promise<void>): Promise<void> => work.catch((error: unknown) => this.fail(error));
        await attempt(this.prepare());
        if (pollOnDeploy) await attempt(this.poll());
        while (interval > 0) {
            await this.clock.sleep(interval * 1000, signal);
            await attempt(this.poll());
        }
    }

    /**
     * Before the first print is accepted: the ledger learns what InvenTree has of our batches, and what a restart
     * interrupted goes on. Once; after a failure the next who needs it tries again.
     */
    private prepare(): Promise<void> {
        this.preparing ??= this.prepareOnce().catch((error: unknown) => {
            this.preparing = null;
            throw error;
        });
        return this.preparing;
    }

    private async prepareOnce(): Promise<void> {
        const { signal } = this.closed;
        const head = await this.intake.logPage({ limit: 1 }, signal);
        this.session ??= { since: head === null ? null : utc(head.items[0]?.created_at) };
        await this.doors.run('scan', async () => {
            if (isScanned(this.sync)) return;
            const newest = await scan(this.sync, this.intake, this.settings.rule, this.settings.ipnPrefix, signal);
            if (newest !== null) await this.poller.beginAt(newest);
        });
        // prints of before that wait for a slot hold up nobody
        this.resuming = this.dispatch.resumeUnfinished().catch((error: unknown) => this.fail(error));
    }

    private async pollOnce(): Promise<void> {
        do {
            this.again = false;
            try {
                await this.prepare();
                await this.poller.run((candidate) => this.consider(candidate), this.closed.signal);
            } catch (error) {
                if (!(error instanceof ClosedError))
                    this.lastError = error instanceof Error ? error.message : String(error);
                throw error;
            }
            this.lastPoll = new Date(this.clock.now()).toISOString();
            this.lastError = null;
            this.output.changed();
        } while (this.again);
    }

    /** Takes one candidate of a poll, to the point where it is sent or known not to be. */
    private async consider(candidate: Candidate): Promise<void> {
        if (this.intake.glance(candidate) !== null) return;
        await this.letSettle(candidate);
        await this.dispatch.inSlot('live', () =>
            this.doors.run(`${candidate.archiveId}`, async () => {
                const judged = await this.intake.judge(candidate, this.closed.signal);
                if (judged.kind === 'print') {
                    this.noteFresh(judged);
                    return this.dispatch.acceptAndSend(judged, { force: false, mode: 'all' });
                }
                if (judged.kind !== 'known') await this.intake.remember(judged);
                if (judged.kind === 'keyless')
                    this.output.failed(new Error(`Archive ${candidate.archiveId} is parked: ${KEYLESS}`));
                return { sent: false };
            }),
        );
    }

    /** A print that ended after we began to look can be nobody else's; if its code was never used either, no look-up is needed. */
    private noteFresh({ print }: Extract<Judgement, { kind: 'print' }>): void {
        const { ledger } = this.sync;
        const since = this.session?.since ?? null;
        if (since === null || print.completedAt === null || print.completedAt <= since) return;
        if (ledger.print(print.batch) === undefined && ledger.code(print.batch) === undefined)
            this.sync.fresh.add(print.batch);
    }

    private parkedRecords(batch: string | null): Readonly<PrintRecord>[] {
        if (batch === null) return [...this.sync.ledger.parked()];
        const record = this.sync.ledger.print(batch);
        if (record?.state !== 'parked')
            throw new RejectedError(`No parked print has the batch ${batch}`, { server: 'Bambuddy', status: 404 });
        return [record];
    }

    private async retryOne(record: Readonly<PrintRecord>): Promise<{ sent: boolean }> {
        if (record.identity !== '') return this.dispatch.sendAgain(record, false);
        const identity = await this.intake.identityNow(record, this.closed.signal);
        if (identity === null) return { sent: false };
        return this.dispatch.sendAgain(await this.sync.ledger.changePrint(record.batch, { identity }), false);
    }

    private async letSettle(candidate: Candidate): Promise<void> {
        const ended = candidate.run?.completedAt;
        if (ended === undefined || ended === null || this.settings.settle <= 0) return;
        const limit = this.settings.settle * 1000;
        // by two clocks: never longer than the setting, whatever they say
        const wait = Math.min(limit, Date.parse(ended) + limit - this.clock.now());
        if (wait > 0) await this.clock.sleep(wait, this.closed.signal);
    }

    private send(print: Print, pass: Pass): void {
        this.sent = { day: dayOf(this.clock.now()), count: this.today + 1 };
        this.output.send(print, pass);
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

function dayOf(ms: number): string {
    return new Date(ms).toDateString();
}
