import { UntilDone } from '../../concurrency/until-done';
import type { OctoPrintClient } from '../../clients/octoprint/client';
import type { DeadLetters } from '../../delivery/dead-letters';
import type { Dispatcher } from '../../delivery/dispatcher';
import { offerEarlierOnce } from '../../delivery/recovery/earlier-damage';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { SourceContext } from '../source';
import { hasBaseline, takeBaseline } from './history/baseline';
import type { OctoPrintSourceSettings } from './settings';

export interface StartupTools {
    dispatcher: Dispatcher;
    deadLetters: Pick<DeadLetters, 'offerEarlier'>;
    /** work that ends with the source, whose error is the source's */
    run: (work: Promise<unknown>) => void;
    failed: (error: unknown) => void;
}

/** What is done before the first print is taken, once: the baseline of each file; then what a restart interrupted goes on. */
export class OctoPrintStartup {
    private readonly preparation = new UntilDone(() => this.prepareOnce());

    constructor(
        private readonly sync: SourceContext,
        private readonly octoprint: OctoPrintClient,
        private readonly breaker: CircuitBreaker,
        private readonly settings: OctoPrintSourceSettings,
        private readonly tools: StartupTools,
        private readonly signal: AbortSignal,
    ) {}

    /** Once; after a failure the next who needs it tries again. @throws as `retryWhileUnavailable` */
    prepare(): Promise<void> {
        return this.preparation.run();
    }

    /** Offers once more what is accepted and not under way, where it was prepared before. */
    resumeAgain(): void {
        const { dispatcher, run } = this.tools;
        const { begun } = this.preparation;
        if (begun !== null) run(begun.then(() => dispatcher.resumeUnfinished()));
    }

    /** Resolves, whatever came of it, when nothing of it is under way any more. */
    async over(): Promise<void> {
        await Promise.allSettled([this.preparation.begun]);
    }

    private async prepareOnce(): Promise<void> {
        const { sync, octoprint, signal } = this;
        const { dispatcher, deadLetters, run, failed } = this.tools;
        const { prefix } = octoprint;
        await sync.destination.mutex.run(`begin:${prefix}`, async () => {
            if (hasBaseline(sync, prefix)) return;
            const list = await retryWhileUnavailable(this.breaker, () => octoprint.files(null, signal), signal);
            await takeBaseline(sync, list?.files ?? [], { ...this.settings, prefix }, signal);
        });
        const offerEarlier: DeadLetters['offerEarlier'] = (isMine, report) => deadLetters.offerEarlier(isMine, report);
        // earlier prints that wait for a slot do not delay the preparation
        run(
            dispatcher
                .resumeUnfinished()
                .then(() => offerEarlierOnce(sync.delivery, this.settings.id, offerEarlier, failed)),
        );
    }
}
