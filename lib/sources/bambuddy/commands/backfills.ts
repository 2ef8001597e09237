import { setMaxListeners } from 'node:events';
import { ClosedError } from '../../../http/errors';
import { Backfill, type BackfillOptions, type BackfillReport } from './backfill';
import type { Dispatcher } from '../../../delivery/dispatcher';
import type { Intake } from '../import/intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import type { SourceContext } from '../../source';

/** One backfill is running; there is one at a time. */
export class BackfillRunning extends Error {
    readonly code = 'BACKFILL_RUNNING';
    constructor() {
        super('A backfill is already running. Wait until it ends, or send "stop".');
        this.name = 'BackfillRunning';
    }
}

/** Runs one backfill at a time, and takes up after a restart the one that the restart interrupted. */
export class Backfills {
    private current: { work: Backfill; stop: AbortController } | null = null;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly settings: ConstructorParameters<typeof Backfill>[2] & { id: string },
        private readonly prepare: () => Promise<void>,
        private readonly changed: () => void,
        private readonly signal: AbortSignal,
    ) {}

    get report(): BackfillReport | null {
        return this.current?.work.report ?? null;
    }

    /**
     * Goes through the history.
     * @param progress told now and then how far it is
     * @throws BackfillRunning; as `retryWhileUnavailable`
     */
    async run(options: BackfillOptions, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
        try {
            return await this.runOne(options, (report) => {
                progress(report);
                this.changed();
            });
        } finally {
            this.changed();
        }
    }

    /** Goes on with what a restart interrupted, if it did. @param progress told of its end, too. @throws as `run` */
    async resume(progress: (report: BackfillReport) => void): Promise<void> {
        const options = this.interrupted();
        if (options !== null) progress(await this.run(options, progress));
    }

    private async runOne(
        options: BackfillOptions,
        progress: (report: BackfillReport) => void,
    ): Promise<BackfillReport> {
        if (this.current !== null) throw new BackfillRunning();
        const { dispatcher } = this;
        const stop = new AbortController();
        const either = AbortSignal.any([this.signal, stop.signal]);
        setMaxListeners(0, either);
        const work = new Backfill(this.sync, this.intake, this.settings, {
            send: (classification, pass) =>
                dispatcher.acceptAndSend(classification, pass, { flushSoon: false, waits: true }),
            begin: (archiveId, send) =>
                dispatcher.begin('history', () => this.admissionMutex.run(`${archiveId}`, send), either),
            progress,
        });
        this.current = { work, stop };
        const sends = options.mode === 'all' || options.mode === 'parts';
        try {
            if (sends) {
                await this.prepare();
                await this.remember(options);
            }
            const report = await work.run(options, either);
            if (sends) await this.remember(null);
            return report;
        } catch (error) {
            if (this.signal.aborted) throw error;
            if (sends) await this.remember(null);
            // stopped by a person: what was done so far is the answer
            if (error instanceof ClosedError) return { ...work.report, phase: 'stopped' };
            throw error;
        } finally {
            this.current = null;
        }
    }

    /** Ends the one that runs; what it has sent goes on. */
    stop(): { stopped: boolean } {
        this.current?.stop.abort();
        return { stopped: this.current !== null };
    }

    /** What a restart interrupted. Prints that it had done are known and cost no request but their page's. */
    private interrupted(): BackfillOptions | null {
        // one that was asked for right after the deploy is remembered, too, and runs
        if (this.current !== null) return null;
        const kept = this.sync.delivery.ledger.meta(this.key);
        return kept === undefined || kept === '' ? null : (JSON.parse(kept) as BackfillOptions);
    }

    private remember(options: BackfillOptions | null): Promise<void> {
        return this.sync.delivery.ledger.setMetaDurable(this.key, options === null ? '' : JSON.stringify(options));
    }

    private get key(): string {
        return `backfill:${this.settings.id}`;
    }
}
