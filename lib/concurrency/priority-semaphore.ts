import { ClosedError } from '../http/errors';

/** How many prints are under way at a time: Node-RED has no back-pressure, so the source keeps it. Live ones go first. */
export class PrioritySemaphore {
    private taken = 0;
    private readonly live: (() => void)[] = [];
    private readonly history: (() => void)[] = [];

    constructor(private readonly size: number) {}

    get held(): number {
        return this.taken;
    }

    /** Waits for a slot. @throws ClosedError when `signal` ends it */
    acquire(kind: 'live' | 'history', signal: AbortSignal): Promise<void> {
        if (signal.aborted) return Promise.reject(new ClosedError());
        if (this.taken < this.size) {
            this.taken++;
            return Promise.resolve();
        }
        const queue = this[kind];
        return new Promise((resolve, reject) => {
            const enter = (): void => {
                signal.removeEventListener('abort', leave);
                resolve();
            };
            const leave = (): void => {
                queue.splice(queue.indexOf(enter), 1);
                reject(new ClosedError());
            };
            signal.addEventListener('abort', leave, { once: true });
            queue.push(enter);
        });
    }

    /** Gives a slot back. */
    release(): void {
        const next = this.live.shift() ?? this.history.shift();
        if (next === undefined) this.taken--;
        else next();
    }
}
