/** Turns of the event loop in which nothing began or ended: then nothing will, but for time passing. */
const STILL_TURNS = 3;

/** What is going on outside of our own code: requests and writes to the disk. So a test knows when only time can go on. */
export class Activity {
    private running = 0;
    /** goes up with every beginning and end */
    private moves = 0;
    private waiting: (() => void)[] = [];

    get busy(): boolean {
        return this.running > 0;
    }

    async track<T>(work: Promise<T>): Promise<T> {
        this.running++;
        this.moves++;
        try {
            return await work;
        } finally {
            this.running--;
            this.moves++;
            if (this.running === 0) for (const go of this.waiting.splice(0)) go();
        }
    }

    /**
     * Follows these methods of an object, which all return promises.
     * @param gate asked before each call; what it throws is the call's failure
     */
    watch<T extends object>(target: T, methods: readonly (keyof T & string)[], gate: () => void): void {
        const calls = target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
        for (const name of methods) {
            const call = calls[name]!.bind(target);
            calls[name] = async (...args) => {
                gate();
                return this.track(call(...args));
            };
        }
    }

    /** Resolves when nothing is going on and nothing follows of itself. */
    async quiet(): Promise<void> {
        for (let still = 0; still < STILL_TURNS; still++) {
            const before = this.moves;
            if (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
            await new Promise((resolve) => setImmediate(resolve));
            if (this.busy || this.moves !== before) still = -1;
        }
    }
}
