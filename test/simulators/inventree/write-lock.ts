import { setTimeout as delay } from 'node:timers/promises';

/**
 * Which writes a database refuses when they meet:
 * `sqlite`: it has one writer; all but one fail, and uploads wait (recordings 512 to 518);
 * `postgresql`: two that change the tree of Parts deadlock, and all but one fail after a while (seen on API 425 and 479);
 * `none`: it takes them all
 */
export type Locking = 'sqlite' | 'postgresql' | 'none';

/** One writer: who comes while it works is refused, or waits if it may. */
export class WriteLock {
    private holder: Promise<void> | null = null;

    /**
     * Runs `work` as the only writer for at least `milliseconds`.
     * @param refuse makes the error for one who comes too early, and says how long that takes; null: it waits
     */
    async run<T>(
        milliseconds: number,
        work: () => T,
        refuse: { error: () => Error; after: number } | null,
    ): Promise<T> {
        while (this.holder) {
            if (refuse) {
                if (refuse.after > 0) await delay(refuse.after);
                throw refuse.error();
            }
            await this.holder;
        }
        let release = (): void => undefined;
        this.holder = new Promise((resolve) => (release = resolve));
        try {
            await delay(milliseconds);
            return work();
        } finally {
            this.holder = null;
            release();
        }
    }
}
