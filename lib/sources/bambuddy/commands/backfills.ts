import { setMaxListeners } from 'node:events';
import { ClosedError } from '../../../http/errors';
import { Backfill, type BackfillOptions, type BackfillReport } from './backfill';
import { Imports } from './imports';
import type { ImportNote } from './reports';
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

/** What is kept of one that runs; `id`: of the import. */
type Remembered = BackfillOptions & { id?: string };

/** Runs one backfill at a time, and takes up after a restart the one that the restart interrupted. */
export class Backfills {
    private readonly imports: Imports;
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
    ) {
        const { ledger } = sync.delivery;
        this.imports = new Imports(ledger, settings.id, () => sync.delivery.now());
    }

    /** The newest imports that created something, newest first. */
    get importList(): ImportNote[] {
        return this.imports.list();
    }

    get report(): BackfillReport | null {
        return this.current?.work.report ?? null;
    }

    /**
     * Goes through the history.
     * @param progress told now and then how far it is
     * @throws BackfillRunning; as `retryWhileUnavailable`
     */
    async run(options: Remembered, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
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

    private async runOne(options: Remembered, progress: (report: BackfillReport) => void): Promise<BackfillReport> {
        if (this.current !== null) throw new BackfillRunning();
        const { dispatcher } = this;
        const stop = new AbortController();
        const either = AbortSignal.any([this.signal, stop.signal]);
        setMaxListeners(0, either);
        const { imports } = this;
        const sends = options.mode === 'all' || options.mode === 'parts';
        let id = '';
        const work = new Backfill(this.sync, this.intake, this.settings, {
            send: (classification, pass) =>
                dispatcher.acceptAndSend(classification, pass, { flushSoon: false, waits: true, imported: id }),
            begin: (archiveId, send) =>
                dispatcher.begin('history', () => this.admissionMutex.run(`${archiveId}`, send), either),
            progress,
            wasThere: (batch) => imports.wasThere(batch),
        });
        this.current = { work, stop };
        try {
            if (sends) {
                await this.prepare();
                id = imports.begin(options.id);
                await this.remember({ ...options, id });
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
            // of one that goes on after a restart the end is still to come
            if (id !== '' && !this.signal.aborted) await imports.ended(id);
            this.current = null;
        }
    }

    /** Ends the one that runs; what it has sent goes on. */
    stop(): { stopped: boolean } {
        this.current?.stop.abort();
        return { stopped: this.current !== null };
    }

    /** What a restart interrupted. Prints that it had done are known and cost no request but their page's. */
    private interrupted(): Remembered | null {
        // one that was asked for right after the deploy is remembered, too, and runs
        if (this.current !== null) return null;
        const kept = this.sync.delivery.ledger.meta(this.key);
        return kept === undefined || kept === '' ? null : (JSON.parse(kept) as Remembered);
    }

    private remember(options: Remembered | null): Promise<void> {
        return this.sync.delivery.ledger.setMetaDurable(this.key, options === null ? '' : JSON.stringify(options));
    }

    private get key(): string {
        return `backfill:${this.settings.id}`;
    }
}
