import { ClosedError, RejectedError } from '../http/errors';
import type { PrintRecord, Step } from '../store/records';
import { Backfill, type BackfillOptions, type BackfillReport } from './backfill';
import { systemClock, type Clock } from './clock';
import { isSuccessful, runOfArchive } from './finished-run';
import type { PrintFilter } from './filter';
import { Flights, type Landing } from './flights';
import type { IdentityRule } from './identity';
import { Intake, type Candidate, type Judgement } from './intake';
import { Keyed } from './keyed';
import { Poll } from './poll';
import type { Pass, Print } from './print';
import { settled, type Sync } from './sync';

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
    ipnPrefix: string;
}

export interface SourceOutput {
    send: (print: Print, pass: Pass) => void;
    /** a poll failed for good, a print could not be taken: told once until the next success */
    failed: (error: Error) => void;
    /** something to show changed */
    changed: () => void;
}

/** What `status` answers. */
export interface SourceStatus {
    counts: Record<string, number>;
    underWay: number;
    today: number;
    lastPoll: string | null;
    lastError: string | null;
    backfill: BackfillReport | null;
}

export interface ArchiveAnswer {
    archiveId: number;
    batch: string;
    sent: boolean;
    state: string;
    reason?: string;
}

/** Finds finished prints in one Bambuddy and sends each once, oldest first, a bounded number at a time. */
export class Source {
    private readonly intake: Intake;
    private readonly flights: Flights;
    private readonly poller: Poll;
    private readonly closed = new AbortController();
    /** the same run coming in by several ways at once is judged once */
    private readonly doors = new Keyed();
    private polling: Promise<void> | null = null;
    private again = false;
    private backfill: Backfill | null = null;
    private lastPoll: string | null = null;
    private lastError: string | null = null;
    private sent: { day: string; count: number } = { day: '', count: 0 };

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: Sync,
        private readonly settings: SourceSettings,
        private readonly reachable: () => Step[],
        private readonly output: SourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        const { bambuddy, bambuddyLine } = sync;
        if (bambuddy === null || bambuddyLine === null) throw new Error('the store has no Bambuddy server');
        this.intake = new Intake(sync, bambuddy, bambuddyLine, settings.rule, settings.filter, settings.id);
        this.flights = new Flights(sync, settings.window, settings.passAfter * 1000);
        this.poller = new Poll(sync, this.intake, {
            id: settings.id,
            startWith: settings.startWith,
            successOnly: settings.filter.successOnly,
            pageSize: settings.pageSize,
        });
        sync.sources.add(settings.id);
    }

    /** Offers again what a restart interrupted, then polls at its interval. */
    start(): void {
        void this.loop().catch((error: unknown) => this.fail(error));
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. */
    close(): void {
        this.closed.abort();
        this.flights.close();
        this.sync.sources.delete(this.settings.id);
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
        if (this.backfill !== null) throw new Error('A backfill is running already. Wait for its end.');
        this.backfill = new Backfill(this.sync, this.intake, this.settings, {
            send: (judged, pass) => this.acceptAndSend(judged, pass),
            slot: (signal) => this.flights.slot('history', signal),
            free: () => this.flights.free(),
            progress: (report) => {
                progress(report);
                this.output.changed();
            },
        });
        try {
            return await this.backfill.run(options, this.closed.signal);
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
        if (archive === null)
            throw new RejectedError(`Bambuddy has no archive ${archiveId}`, { server: 'Bambuddy', status: 404 });
        const runs = await this.intake.runs(archiveId, signal);
        const newest = runs.find(isSuccessful) ?? (runs.length === 0 ? runOfArchive(archive) : runs[0]!);
        await this.flights.slot('live', signal);
        let sent = false;
        try {
            return await this.doors.run(`${archiveId}`, async () => {
                const judged = await this.intake.judge({ archiveId, run: newest, archive }, signal);
                if (judged.kind === 'print') {
                    await this.acceptAndSend(judged, { force, mode: 'all' });
                    sent = true;
                    return { archiveId, batch: judged.print.batch, sent: true, state: 'accepted' };
                }
                if (judged.kind === 'known') {
                    const { batch, state } = judged.record;
                    if (!force && state !== 'parked' && state !== 'passed')
                        return { archiveId, batch, sent: false, state };
                    const print = await this.intake.again(judged.record, signal);
                    if (print === null) return { archiveId, batch, sent: false, state };
                    await this.reopen(judged.record);
                    void this.dispatch(print, { force, mode: 'all' });
                    sent = true;
                    return { archiveId, batch, sent: true, state: 'accepted' };
                }
                await this.intake.remember(judged);
                const reason = judged.kind === 'keyless' ? 'no key: none of the key fields has a value' : judged.reason;
                throw new RejectedError(`Archive ${archiveId} is not taken: ${reason}`, { server: 'Bambuddy' });
            });
        } finally {
            if (!sent) this.flights.free();
        }
    }

    status(): SourceStatus {
        return {
            counts: this.sync.ledger.counts(),
            underWay: this.flights.underWay,
            today: this.today,
            lastPoll: this.lastPoll,
            lastError: this.lastError,
            backfill: this.backfill?.report ?? null,
        };
    }

    get today(): number {
        return this.sent.day === dayOf(this.clock.now()) ? this.sent.count : 0;
    }

    private async loop(): Promise<void> {
        const { signal } = this.closed;
        await this.resume();
        if (!this.settings.pollOnDeploy && this.settings.interval > 0)
            await this.clock.sleep(this.settings.interval * 1000, signal);
        if (this.settings.pollOnDeploy || this.settings.interval > 0)
            await this.poll().catch((error: unknown) => this.fail(error));
        while (this.settings.interval > 0) {
            await this.clock.sleep(this.settings.interval * 1000, signal);
            await this.poll().catch((error: unknown) => this.fail(error));
        }
    }

    private async pollOnce(): Promise<void> {
        do {
            this.again = false;
            try {
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
        const { signal } = this.closed;
        if (this.intake.glance(candidate) !== null) return;
        await this.letSettle(candidate);
        await this.flights.slot('live', signal);
        let sent = false;
        try {
            await this.doors.run(`${candidate.archiveId}`, async () => {
                const judged = await this.intake.judge(candidate, signal);
                if (judged.kind === 'print') {
                    await this.acceptAndSend(judged, { force: false, mode: 'all' });
                    sent = true;
                } else if (judged.kind !== 'known') {
                    await this.intake.remember(judged);
                    if (judged.kind === 'keyless')
                        this.output.failed(new Error(`Archive ${candidate.archiveId} is parked: no key`));
                }
            });
        } finally {
            if (!sent) this.flights.free();
        }
    }

    /** Sends a print in a slot taken before. @returns what becomes of it, when it has */
    private async acceptAndSend(
        judged: Extract<Judgement, { kind: 'print' }>,
        pass: Pass,
    ): Promise<{ landing: Promise<Landing> }> {
        const { print, first } = judged;
        if (pass.mode === 'all') await this.intake.accept(print, first, this.reachable());
        return { landing: this.dispatch(print, pass) };
    }

    private dispatch(print: Print, pass: Pass): Promise<Landing> {
        if (this.closed.signal.aborted) throw new ClosedError();
        const landing = this.flights.follow(print);
        this.sent = { day: dayOf(this.clock.now()), count: this.today + 1 };
        this.output.send(print, pass);
        this.output.changed();
        return landing;
    }

    /** A print that is to go round once more wants all its steps again; what is in stock stays known. */
    private async reopen(record: Readonly<PrintRecord>): Promise<void> {
        const want = this.reachable();
        if (want.length === 0) return;
        await this.sync.ledger.putPrint({
            ...record,
            state: 'accepted',
            want,
            reason: undefined,
            via: this.settings.id,
        });
    }

    /** Offers again what was accepted and not finished when the process ended. */
    private async resume(): Promise<void> {
        const { ledger } = this.sync;
        const mine = [...ledger.unfinished()].filter(
            (record) =>
                record.source === 'bambuddy' &&
                !this.sync.underWay.has(record.batch) &&
                (record.via === this.settings.id || record.via === undefined || !this.sync.sources.has(record.via)),
        );
        mine.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''));
        for (const record of mine) {
            await this.flights.slot('live', this.closed.signal);
            let sent = false;
            try {
                sent = await this.offerAgain(record);
            } finally {
                if (!sent) this.flights.free();
            }
        }
    }

    private async offerAgain(record: Readonly<PrintRecord>): Promise<boolean> {
        const reachable = this.reachable();
        const want = (record.want ?? reachable).filter((step) => reachable.includes(step));
        if (want.length === 0) {
            await this.sync.ledger.putPrint(settled({ ...record, want: [] }, 'part'));
            return false;
        }
        const print = await this.intake.again(record, this.closed.signal);
        if (print === null) {
            await this.sync.ledger.putPrint({ ...record, state: 'skipped', reason: 'archive gone' });
            return false;
        }
        // the nodes before an unfinished one are passed again: each knows what it did
        await this.sync.ledger.putPrint({ ...record, want, via: this.settings.id });
        void this.dispatch(print, { force: false, mode: 'all' });
        return true;
    }

    private async letSettle(candidate: Candidate): Promise<void> {
        const ended = candidate.run?.completedAt;
        if (ended === undefined || ended === null || this.settings.settle <= 0) return;
        const limit = this.settings.settle * 1000;
        // by two clocks: never longer than the setting, whatever they say
        const wait = Math.min(limit, Date.parse(ended) + limit - this.clock.now());
        if (wait > 0) await this.clock.sleep(wait, this.closed.signal);
    }

    private fail(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.output.failed(error instanceof Error ? error : new Error(String(error)));
        this.output.changed();
    }
}

function dayOf(ms: number): string {
    return new Date(ms).toDateString();
}
