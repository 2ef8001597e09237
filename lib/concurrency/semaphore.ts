import { ClosedError } from '../http/errors';

/** Lets at most `limit` pieces of work run at a time; the others wait in order. The limit may change at any time. */
export class Semaphore {
    private running = 0;
    private readonly waiting: (() => void)[] = [];

    constructor(private most: number) {}

    get limit(): number {
        return this.most;
    }

    set limit(limit: number) {
        this.most = Math.max(1, limit);
        this.admit();
    }

    /** @throws ClosedError when `signal` ends the wait */
    async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
        if (signal?.aborted === true) throw new ClosedError();
        if (this.running >= this.most) await this.acquire(signal);
        else this.running++;
        try {
            return await work();
        } finally {
            this.running--;
            this.admit();
        }
    }

    private acquire(signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            const enter = (): void => {
                signal?.removeEventListener('abort', leave);
                resolve();
            };
            const leave = (): void => {
                this.waiting.splice(this.waiting.indexOf(enter), 1);
                reject(new ClosedError());
            };
            signal?.addEventListener('abort', leave, { once: true });
            this.waiting.push(enter);
        });
    }

    private admit(): void {
        while (this.running < this.most && this.waiting.length > 0) {
            this.running++;
            this.waiting.shift()!();
        }
    }
}
