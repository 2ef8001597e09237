import { UNREADABLE } from '../../../clients/bambuddy/answers';
import { BackfillComparison } from './backfill-comparison';
import { BackfillHistory, reasonOf, type HistoryChoice } from './backfill-history';
import { BackfillProgress } from './progress';
import type { BackfillMode, BackfillReport } from './reports';
import { abortable } from '../../../concurrency/abortable';
import type { Settled } from '../../../delivery/in-flight';
import type { Orphan } from '../import/history';
import type { Candidate, Classification } from '../import/classifier';
import type { Intake } from '../import/intake';
import type { Pass } from '../../../print/print';
import { readAhead } from '../import/prefetch';
import type { SourceContext } from '../../source';
import { UnreadableRows } from '../follow-up/unreadable-rows';

export { BACKFILL_MODES, type BackfillMode, type BackfillReport, type PrintOutcome } from './reports';

export interface BackfillOptions extends HistoryChoice {
    mode: BackfillMode;
}

interface BackfillTools {
    /** accepts and sends, in a slot that was taken */
    send: (
        classified: Extract<Classification, { kind: 'print' }>,
        pass: Pass,
    ) => Promise<{ sent: true; settled: Promise<Settled> }>;
    /** waits for a slot, behind the live ones, and begins the work, which waits for whoever else judges a run of that archive */
    begin: <T extends { sent: boolean }>(archiveId: number, work: () => Promise<T>) => Promise<{ result: Promise<T> }>;
    progress: (report: BackfillReport) => void;
    /** told of a print whose item turns out to have been there before */
    wasThere: (batch: string) => void;
}

type Sent = { sent: true; batch: string; settled: Promise<Settled> } | { sent: false };

/** One pass through the history. */
export class Backfill {
    private progress: BackfillProgress;
    private readonly unreadable: UnreadableRows;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly settings: { pageSize: number; ipnPrefix: string; filter: { successOnly: boolean } },
        private readonly tools: BackfillTools,
    ) {
        this.progress = new BackfillProgress('all', tools.progress);
        this.unreadable = new UnreadableRows(sync, intake);
    }

    get report(): BackfillReport {
        return this.progress.report;
    }

    async run(options: BackfillOptions, signal: AbortSignal): Promise<BackfillReport> {
        this.progress = new BackfillProgress(options.mode, this.tools.progress);
        const { mode } = options;
        const { sync, intake, progress } = this;
        const { ipnPrefix } = this.settings;
        const history = new BackfillHistory(intake, this.settings, progress.report);
        if (mode === 'preview' || mode === 'adopt')
            await new BackfillComparison(sync, intake, history, progress, { ...options, mode }, ipnPrefix).run(signal);
        else await this.send(history, options, signal);
        return progress.end();
    }

    /** `all` and `parts`: every print that is new goes out, in slots behind the live ones. */
    private async send(history: BackfillHistory, options: BackfillOptions, signal: AbortSignal): Promise<void> {
        const pass: Pass = { force: false, mode: options.mode === 'parts' ? 'parts' : 'all' };
        const under = new Set<Promise<void>>();
        let hasFailed = false;
        const items = readAhead(this.sync, this.intake, history.items(options, null, signal), this.settings, signal);
        for await (const item of items) {
            if (hasFailed) break;
            if ('orphan' in item) {
                await this.passOver(item);
                continue;
            }
            const fromLedger = this.intake.classifier.classifyFromLedger(item);
            if (fromLedger !== null) {
                this.progress.countClassified(fromLedger);
                continue;
            }
            // one after the other to where it is known what each is; that they are accepted is on the disk together
            let known: () => void = () => undefined;
            const isKnown = new Promise<void>((resolve) => (known = resolve));
            const { result } = await this.tools.begin(item.archiveId, async () =>
                this.sendOne(item, await history.classify(item, signal), pass, known),
            );
            const work = this.untilSettled(result);
            under.add(work);
            // what failed stays, for who waits for all
            work.then(
                () => under.delete(work),
                () => (hasFailed = true),
            );
            await Promise.race([isKnown, work]);
        }
        await abortable(Promise.all(under), signal);
    }

    /** A row whose archive is gone; one that cannot be read is parked. */
    private async passOver(item: Orphan): Promise<void> {
        const { unreadable } = item;
        if (unreadable !== undefined) await this.unreadable.park(unreadable.row, unreadable.kind);
        this.progress.count(unreadable === undefined ? 'skipped' : 'failed', reasonOf(item));
    }

    private async untilSettled(sending: Promise<Sent>): Promise<void> {
        const flight = await sending;
        if (!flight.sent) return;
        const { failed, created } = await flight.settled;
        if (!failed && !created) this.tools.wasThere(flight.batch);
        this.progress.count(failed ? 'failed' : created ? 'created' : 'existing');
    }

    /** @param known told when it is known what the item is */
    private async sendOne(item: Candidate, classified: Classification, pass: Pass, known: () => void): Promise<Sent> {
        const classification = this.intake.classifier.recheck(classified);
        known();
        if (classification.kind === 'print') {
            const { batch } = classification.print;
            const flight = await this.tools.send(classification, pass);
            return { ...flight, batch };
        }
        // where only Parts are made, nothing is said of the stock
        if (classification.kind !== 'known' && (pass.mode === 'all' || 'gone' in classification))
            await this.intake.acceptance.remember(classification);
        if (
            classification.kind === 'skipped' &&
            classification.reason.startsWith(`${UNREADABLE}:`) &&
            item.run !== null
        )
            await this.intake.acceptance.park(item.run, classification.reason);
        this.progress.countClassified(classification);
        return { sent: false };
    }
}
