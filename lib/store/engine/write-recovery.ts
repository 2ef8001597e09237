import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../../concurrency/abortable';
import { ClosedError } from '../../concurrency/closed-error';
import type { NotWritable } from './not-writable';

export interface WriteRecoveryOptions {
    file: string;
    /** between two attempts, at first; it doubles up to ten times that; ms */
    retryMs: number;
    /** writes what waits */
    write: () => Promise<void>;
    /** @throws what ends the attempts for good */
    mayContinue: () => void;
    /** the disk took what waited */
    recovered: () => void;
    /** told of the beginning and of the end */
    warn: (text: string) => void;
}

/** After a write that the disk refused: tries until it takes what waits. */
export class WriteRecovery {
    private attempts: Promise<void> | null = null;
    private readonly ending = new AbortController();

    constructor(private readonly options: WriteRecoveryOptions) {}

    /** Nothing where it is under way, or ended. */
    begin(why: NotWritable): void {
        if (this.attempts !== null || this.ending.signal.aborted) return;
        const { file, recovered, warn } = this.options;
        warn(`${why.message}. Work continues automatically then.`);
        this.attempts = this.tryUntilWritten().finally(() => (this.attempts = null));
        this.attempts.then(
            () => {
                warn(`${file} is written again.`);
                recovered();
            },
            () => undefined,
        );
    }

    /** Resolves when the disk takes what it refused; at once where it refused nothing. @throws ClosedError */
    async writable(signal: AbortSignal): Promise<void> {
        if (this.attempts !== null) await abortable(this.attempts, signal);
        if (this.ending.signal.aborted) throw new ClosedError();
    }

    end(): void {
        this.ending.abort();
    }

    private async tryUntilWritten(): Promise<void> {
        const { retryMs, write, mayContinue } = this.options;
        for (let wait = retryMs; ; wait = Math.min(wait * 2, 10 * retryMs)) {
            await sleep(wait, undefined, { signal: this.ending.signal, ref: false }).catch(() => {
                throw new ClosedError();
            });
            const isWritten = await write().then(
                () => true,
                () => false,
            );
            if (isWritten) return;
            mayContinue();
        }
    }
}
