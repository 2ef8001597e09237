/** Lets one piece of work run at a time for each key; for other keys at once. */
export class KeyedMutex {
    private readonly tails = new Map<string, Promise<unknown>>();

    /** One for a server in this process, whichever nodes and stores lead to it. */
    static for(address: string): KeyedMutex {
        let mutex = shared.get(address);
        if (mutex === undefined) shared.set(address, (mutex = new KeyedMutex()));
        return mutex;
    }

    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
        const before = this.tails.get(key);
        const own = (before ?? Promise.resolve()).then(work, work);
        this.tails.set(key, own);
        try {
            return await own;
        } finally {
            if (this.tails.get(key) === own) this.tails.delete(key);
        }
    }
}

const shared = new Map<string, KeyedMutex>();
