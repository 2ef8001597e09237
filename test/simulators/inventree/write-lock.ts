import { setTimeout as delay } from 'node:timers/promises';

/** SQLite's one writer: who comes while it works is refused, or waits if it may. */
export class WriteLock {
    private holder: Promise<void> | null = null;

    /** Runs `work` as the only writer for at least `milliseconds`; `refuse` makes the error for one who comes too early. */
    async run<T>(milliseconds: number, work: () => T, refuse: (() => Error) | null): Promise<T> {
        while (this.holder) {
            if (refuse) throw refuse();
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
