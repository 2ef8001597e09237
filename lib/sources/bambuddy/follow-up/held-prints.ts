import { ClosedError, RejectedError } from '../../../http/errors';
import { ARCHIVE_GONE_UNANSWERED, UNANSWERED, type PrintRecord, type Verdict } from '../../../store/ledger/records';
import { heldBy, isAsked, isHeld, type Held } from '../../../delivery/open-questions';
import { REJECTED, type OutcomeRules } from '../admission-rules';
import type { Clock } from '../../../concurrency/clock';
import type { Dispatcher } from '../../../delivery/dispatcher';
import type { Intake } from '../import/intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { WakeableLoop } from '../../../concurrency/wakeable-loop';
import { OutcomeReader } from './outcome-reader';
import type { SourceContext } from '../../source';

/** The outcome is read so often in the first hour, and so often afterwards. */
const FIRST_HOUR_MS = 3_600_000;
const INTERVAL_MS = 5 * 60_000;
const LATER_INTERVAL_MS = FIRST_HOUR_MS;
/** An event wakes the reading of its archive, no sooner than this after the last one. */
const EVENT_DISTANCE_MS = 10_000;

export interface HeldTools {
    /** a print had to be parked, or reading failed for good */
    failed: (error: unknown) => void;
    /** something to show changed */
    changed: () => void;
    prepare: () => Promise<void>;
}

/**
 * Prints that wait for what a person says of them in Bambuddy: `accepted` with a hold, outside the window and without a
 * timeout. All there is to know is in the ledger, so they go on waiting after a restart.
 */
export class HeldPrints {
    private readonly reader: OutcomeReader;
    /** by batch, ms since 1970 */
    private readonly readAt = new Map<string, number>();
    private readonly urgent = new Set<string>();
    private readonly settling = new Set<string>();
    private readonly watchedSince: number;
    private looking: Promise<void> = Promise.resolve();
    private readonly loop: WakeableLoop;

    constructor(
        private readonly sync: SourceContext,
        intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly settings: { id: string; outcome: OutcomeRules },
        private readonly tools: HeldTools,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {
        this.reader = new OutcomeReader(intake);
        this.watchedSince = clock.now();
        this.loop = new WakeableLoop(clock, signal);
    }

    /** How many wait. */
    get count(): number {
        return this.held().length;
    }

    /** Reads when it is time, until the source is closed. */
    run(): Promise<void> {
        return this.loop.run(
            () => this.look().catch((error: unknown) => this.fail(error)),
            () => Math.min(...this.held().map((record) => this.dueAt(record))),
        );
    }

    /** A print is held from now on. */
    added(): void {
        this.loop.wake();
        this.tools.changed();
    }

    /** An event tells of an archive: its outcome may have been told. */
    wake(archiveId: number): void {
        const waiting = this.held().filter((record) => record.archiveId === archiveId);
        for (const { batch } of waiting) this.urgent.add(batch);
        if (waiting.length > 0) this.loop.wake();
    }

    /** A row of the log was read for other reasons. */
    onVerdict(record: Readonly<PrintRecord>, verdict: Verdict | null): void {
        if (verdict !== null && isHeld(record)) this.decide(record.batch, verdict);
    }

    /** Reads those whose time has come. One at a time. @throws as `retryWhileUnavailable` */
    look(): Promise<void> {
        const next = this.looking.catch(() => undefined).then(() => this.lookOnce());
        this.looking = next;
        return next;
    }

    /**
     * A person decides here and not in Bambuddy.
     * @throws RejectedError where no print of this batch waits for its outcome
     */
    async release(batch: string, verdict: Verdict): Promise<{ batch: string; verdict: Verdict; sent: boolean }> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined || !isAsked(record))
            throw new RejectedError(`No print with the batch ${batch} waits for its outcome`, {
                server: 'Bambuddy',
                status: 404,
            });
        await this.tools.prepare();
        return { batch, verdict, ...(await this.settle(batch, verdict)) };
    }

    private async lookOnce(): Promise<void> {
        const { outcome } = this.settings;
        const now = this.clock.now();
        if (outcome.ask === 'take') return void this.held().forEach(({ batch }) => this.decide(batch, null));
        const due = this.held().filter((record) => this.dueAt(record, now) <= now);
        if (due.length === 0) return;
        for (const { batch } of due) {
            this.readAt.set(batch, now);
            this.urgent.delete(batch);
        }
        const outcomes = await this.reader.read(due, this.signal);
        for (const record of due) {
            const { verdict, isGone } = outcomes.get(record.batch)!;
            if (verdict !== null) this.decide(record.batch, verdict);
            else if (isGone) await this.park(record.batch, ARCHIVE_GONE_UNANSWERED);
            else if (this.isOver(record, now)) {
                if (outcome.unanswered === 'good') this.decide(record.batch, null);
                else await this.park(record.batch, UNANSWERED);
            }
        }
    }

    private held(): Held[] {
        return heldBy(this.sync.delivery, this.settings.id, isHeld).filter(({ batch }) => !this.settling.has(batch));
    }

    /**
     * When it is to be read next, ms since 1970. At once after a restart, since what was told meanwhile is not known, and
     * after our clock was set back, since what lies ahead of it would be waited for.
     */
    private dueAt(record: Held, now = this.clock.now()): number {
        const since = Date.parse(record.holdSince ?? record.at);
        const last = this.readAt.get(record.batch) ?? (since > this.watchedSince ? since : Infinity);
        if (last > now) return now;
        if (this.urgent.has(record.batch)) return last + EVENT_DISTANCE_MS;
        const next = last + (last - since < FIRST_HOUR_MS - INTERVAL_MS ? INTERVAL_MS : LATER_INTERVAL_MS);
        const until = Date.parse(record.holdUntil ?? '');
        return until > last && until < next ? until : next;
    }

    private isOver({ holdUntil }: Held, now: number): boolean {
        return holdUntil !== undefined && Date.parse(holdUntil) <= now;
    }

    private decide(batch: string, verdict: Verdict | null): void {
        void this.settle(batch, verdict).catch((error: unknown) => this.fail(error));
    }

    /** @param verdict null: nothing was said, it is taken all the same */
    private async settle(batch: string, verdict: Verdict | null): Promise<{ sent: boolean }> {
        if (this.settling.has(batch)) return { sent: false };
        this.settling.add(batch);
        try {
            if (verdict === 'reject' && this.settings.outcome.rejected === 'skip') return await this.refuse(batch);
            const { archiveId } = this.sync.delivery.ledger.print(batch)!;
            return await this.dispatcher.inSlot('live', () =>
                this.admissionMutex.run(`${archiveId}`, () => this.send(batch, verdict)),
            );
        } finally {
            this.settling.delete(batch);
            this.forget(batch);
            this.tools.changed();
        }
    }

    private async send(batch: string, verdict: Verdict | null): Promise<{ sent: boolean }> {
        const { ledger } = this.sync.delivery;
        const record = ledger.print(batch);
        if (record === undefined || !isAsked(record)) return { sent: false };
        const { rejectedStatus } = this.settings.outcome;
        if (verdict === null) return this.dispatcher.sendAgain(record, false);
        const status = verdict === 'reject' ? { stockStatus: rejectedStatus } : {};
        return this.dispatcher.sendAgain(await ledger.changePrint(batch, { verdict, ...status }), false);
    }

    private async refuse(batch: string): Promise<{ sent: boolean }> {
        const { ledger } = this.sync.delivery;
        const record = ledger.print(batch);
        if (record === undefined || !isAsked(record)) return { sent: false };
        const { print: _print, want: _want, ...kept } = waitingNoMore(record);
        await ledger.setPrintDurable({ ...kept, state: 'skipped', reason: REJECTED, verdict: 'reject' });
        return { sent: false };
    }

    private async park(batch: string, reason: string): Promise<void> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined || !isHeld(record)) return;
        await this.sync.delivery.ledger.setPrintDurable({ ...waitingNoMore(record), state: 'parked', reason });
        this.forget(batch);
        this.tools.failed(new Error(`Archive ${record.archiveId} is parked: ${reason}`));
    }

    private forget(batch: string): void {
        this.readAt.delete(batch);
        this.urgent.delete(batch);
        this.reader.forget(batch);
    }

    private fail(error: unknown): void {
        if (!(error instanceof ClosedError)) this.tools.failed(error);
    }
}

function waitingNoMore(record: Readonly<PrintRecord>): PrintRecord {
    const { hold: _hold, holdSince: _since, holdUntil: _until, ...kept } = record;
    return kept;
}
