import type { RunPage } from '../../../clients/bambuddy/answers';
import { UntilDone } from '../../../concurrency/until-done';
import { newestCredible } from '../../../clients/bambuddy/times';
import type { Dispatcher } from '../../../delivery/dispatcher';
import { offerEarlierOnce } from '../../../delivery/recovery/earlier-damage';
import type { Intake } from '../import/intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { endOf } from '../import/log-comparison';
import type { Poll } from '../import/poll';
import { isScanned, scan } from './scan';
import type { SourceSettings } from '../settings';
import type { SourceContext } from '../../source';

/** Rows looked at to know what ended before this process began to look. */
const NEWEST = 20;

export interface PreparationTools {
    poller: Poll;
    dispatcher: Dispatcher;
    admissionMutex: KeyedMutex;
    /** offers what an earlier version parked or skipped by mistake */
    offerEarlier: Parameters<typeof offerEarlierOnce>[2];
    /** admission up what a restart interrupted failed */
    failed: (error: unknown) => void;
}

/**
 * Before the first print is accepted: the ledger learns what InvenTree has of our batches, and what a restart
 * interrupted goes on. Once; after a failure the next who needs it tries again.
 */
export class Startup {
    private readonly preparation = new UntilDone(() => this.prepareOnce());
    private resuming: Promise<void> | null = null;
    /** what ended until then ended before this process began to look, by Bambuddy's clock */
    private endedBy: string | null = null;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly settings: SourceSettings,
        private readonly tools: PreparationTools,
        private readonly signal: AbortSignal,
    ) {}

    /** @throws as `retryWhileUnavailable` */
    prepare(): Promise<void> {
        return this.preparation.run();
    }

    /** Offers once more what is accepted and not under way, where it was prepared before. */
    resumeAgain(): void {
        const { dispatcher, failed } = this.tools;
        if (this.resuming === null) return;
        this.resuming = this.resuming.then(() => dispatcher.resumeUnfinished()).catch(failed);
    }

    /** Resolves, whatever came of it, when nothing of it is under way any more. */
    async over(): Promise<void> {
        await Promise.allSettled([this.preparation.begun, this.resuming]);
    }

    private async prepareOnce(): Promise<void> {
        const { sync, intake, signal } = this;
        const { poller, dispatcher, admissionMutex, offerEarlier, failed } = this.tools;
        const { rule, ipnPrefix } = this.settings;
        const head = await intake.reader.logPage({ limit: NEWEST }, signal);
        const endedBy = (this.endedBy ??= this.presentBy(head));
        await admissionMutex.run('scan', async () => {
            if (isScanned(sync)) return;
            const newest = await scan(sync, intake, rule, ipnPrefix, signal, endedBy);
            if (newest !== null) await poller.beginAt(newest);
        });
        await poller.start(signal);
        // earlier prints that wait for a slot do not delay the preparation
        this.resuming = dispatcher
            .resumeUnfinished()
            .then(() => offerEarlierOnce(sync.delivery, this.settings.id, offerEarlier, failed))
            .catch(failed);
    }

    /**
     * The present by Bambuddy's clock, and the newest end in its log where that clock was set back since. Ours counts only
     * where Bambuddy sends no `Date`: a computer without a clock of its own starts days or weeks in the past.
     */
    private presentBy(head: RunPage | null): string {
        const { sync, intake } = this;
        const present = intake.reader.bambuddy.answeredAt ?? new Date(sync.delivery.now()).toISOString();
        return newestCredible([present, ...(head?.items ?? []).map(endOf)], Date.parse(present)) ?? present;
    }
}
