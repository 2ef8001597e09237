import { setMaxListeners } from 'node:events';
import type { OctoPrintClient } from '../../clients/octoprint/client';
import type { Step } from '../../store/ledger/records';
import { repeat, systemClock, type Clock } from '../../concurrency/clock';
import { Dispatcher } from '../../delivery/dispatcher';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { OctoPrintAcceptor } from './acceptor';
import type { PendingEnd } from './history/pending-ends';
import { OctoPrintIntake } from './intake';
import type { OctoPrintSourceOutput, OctoPrintSourceSettings, OctoPrintStatus } from './settings';
import { OctoPrintPoll } from './poll';
import { PrintingNow } from '../../delivery/printing/printing-now';
import { DeadLetters } from '../../delivery/dead-letters';
import type { Picture } from '../../http/picture-type';
import type { Pass, Print } from '../../print/print';
import { RememberedPause } from '../../delivery/remembered-pause';
import { SourceActivity } from '../../delivery/source-activity';
import type { SourceContext } from '../source';
import { OCTOPRINT_PRINTS } from './print-kind';
import { OctoPrintStartup } from './startup';

export type { OctoPrintSourceOutput, OctoPrintSourceSettings, OctoPrintStatus } from './settings';

/** Finds finished prints of one OctoPrint, by what it counts for each file, and sends each once, a bounded number at a time. */
export class OctoPrintSource {
    readonly deadLetters: DeadLetters;
    /** what the printer does, as the socket tells it */
    readonly printing: PrintingNow;
    private readonly dispatcher: Dispatcher;
    private readonly intake: OctoPrintIntake;
    private readonly closed = new AbortController();
    private readonly working = new Set<Promise<unknown>>();
    private readonly activity: SourceActivity;
    private readonly pausing: RememberedPause;
    private readonly polls: OctoPrintPoll;
    private readonly startup: OctoPrintStartup;

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: SourceContext,
        private readonly octoprint: OctoPrintClient,
        readonly breaker: CircuitBreaker,
        private readonly settings: OctoPrintSourceSettings,
        reachable: () => Step[],
        output: OctoPrintSourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        const activity = new SourceActivity(sync.delivery, settings.id, output, clock);
        this.activity = activity;
        this.printing = new PrintingNow(sync.delivery.ledger, OCTOPRINT_PRINTS.kind, ({ via }) => via === settings.id);
        const { signal } = this.closed;
        setMaxListeners(0, signal);
        const acceptor = new OctoPrintAcceptor(sync, settings.id);
        const send = (print: Print, pass: Pass): void => activity.send(print, pass);
        this.dispatcher = new Dispatcher(sync.delivery, acceptor, settings, reachable, send, signal, clock);
        this.pausing = new RememberedPause(sync.delivery.ledger, settings.id, this.dispatcher, () =>
            activity.changed(),
        );
        const prepared = (): Promise<void> => this.startup.prepare();
        const run = (work: Promise<unknown>): void => this.run(work);
        this.intake = new OctoPrintIntake(
            sync,
            octoprint,
            breaker,
            settings,
            this.dispatcher,
            acceptor,
            prepared,
            this.clock,
            signal,
        );
        this.polls = new OctoPrintPoll(octoprint, breaker, this.intake, prepared, this.clock, signal, activity, run);
        this.deadLetters = new DeadLetters(
            sync.delivery,
            'OctoPrint',
            ({ source, via }) =>
                source === OCTOPRINT_PRINTS.kind &&
                (via === undefined || via === settings.id || !sync.delivery.sources.has(via)),
            prepared,
            (record) =>
                this.dispatcher.inSlot('live', async () => {
                    const now = sync.delivery.ledger.print(record.batch);
                    return now?.state === 'parked' ? this.dispatcher.sendAgain(now, false) : { sent: false };
                }),
        );
        this.startup = new OctoPrintStartup(
            sync,
            octoprint,
            breaker,
            settings,
            {
                dispatcher: this.dispatcher,
                deadLetters: this.deadLetters,
                run,
                failed: (error) => activity.fail(error),
            },
            signal,
        );
        activity.open(() => this.recovered());
    }

    /** Of OctoPrint and InvenTree. */
    get breakers(): CircuitBreaker[] {
        return [this.breaker, this.sync.destination.breaker];
    }

    /** A person has seen to it: what waits for a server tries now. */
    tryNow(): void {
        for (const breaker of this.breakers) breaker.wake();
    }

    /** Offers again what a restart interrupted, then looks at all files at its interval. */
    start(): void {
        this.activity.recall();
        this.run(this.loop());
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. Resolves when nothing is written any more. */
    async close(): Promise<void> {
        this.closed.abort();
        this.activity.close();
        this.printing.close();
        this.dispatcher.close();
        await Promise.allSettled([this.polls.inFlight, this.startup.over(), ...this.working]);
    }

    /** The socket stands, perhaps after a while without: what it missed is looked for. */
    connected(): void {
        this.run(this.poll());
    }

    /** A print begins: its file is looked at while it is there. */
    printStarted(path: string): void {
        this.run(this.intake.look(path, null));
    }

    /**
     * An event told of the end of a print; it may tell of it several times.
     * @param origin `local`, or a card that has neither hash nor history
     * @param picture of the end, where it came along
     */
    printDone(path: string, origin: PendingEnd['origin'], time: number, picture: Picture | null): void {
        this.run(this.intake.ended(path, origin, time, picture));
    }

    /** OctoPrint has written the history of a file, or removed the file. */
    fileChanged(path: string): void {
        this.run(this.intake.look(path, null));
    }

    /** Told when something to show has changed. @returns ends it */
    watch(watcher: () => void): () => void {
        return this.activity.watch(watcher);
    }

    /** Compares all files with what was taken. While a look is under way the next one follows it. */
    poll(): Promise<void> {
        return this.polls.poll();
    }

    /** Sends nothing until `resume`, over restarts too; what is under way goes on. */
    pause(): Promise<void> {
        return this.pausing.pause();
    }

    resume(): Promise<void> {
        return this.pausing.resume();
    }

    status(): OctoPrintStatus {
        return {
            counts: this.sync.delivery.ledger.counts(),
            underWay: this.dispatcher.inFlightCount,
            waiting: this.dispatcher.waitingCount,
            today: this.activity.sentToday,
            paused: this.dispatcher.paused,
            lastPoll: this.polls.last,
            lastError: this.activity.lastError,
        };
    }

    private async loop(): Promise<void> {
        const look = (): Promise<void> => this.poll().catch((error: unknown) => this.activity.fail(error));
        this.pausing.recall();
        await look();
        await repeat(this.clock, this.settings.interval * 1000, look, this.closed.signal);
    }

    /** The ledger can be written again: what was caught goes on, and a look that failed is made once more. */
    private recovered(): void {
        this.startup.resumeAgain();
        if (this.activity.lastError !== null) this.run(this.poll());
    }

    private run(work: Promise<unknown>): void {
        const tracked: Promise<unknown> = work
            .catch((error: unknown) => this.activity.fail(error))
            .finally(() => this.working.delete(tracked));
        this.working.add(tracked);
    }
}
