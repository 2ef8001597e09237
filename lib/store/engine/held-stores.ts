import { resolve } from 'node:path';

interface Entry<S> {
    users: number;
    store: Promise<S>;
    closing: Promise<void> | null;
}

export interface HeldStore<S> {
    store: S;
    /** Lets go; the last one closes the file. */
    release: () => Promise<void>;
}

/** One instance per file in the process, however many config nodes name it and however often they are loaded anew. */
export class HeldStores<S extends { close: () => Promise<void> }, O> {
    private readonly entries = new Map<string, Entry<S>>();

    constructor(private readonly open: (file: string, options: O) => Promise<S>) {}

    /** @param options of the opening; who comes later gets what is open. @throws what the opening throws */
    async hold(file: string, options: O): Promise<HeldStore<S>> {
        const path = resolve(file);
        // no await between the look and the taking: who lets go in the same turn would close what was just taken
        for (let last = this.entries.get(path); last?.closing; last = this.entries.get(path)) await last.closing;
        let entry = this.entries.get(path);
        if (entry === undefined) {
            entry = { users: 0, store: this.open(path, options), closing: null };
            this.entries.set(path, entry);
        }
        const own = entry;
        own.users++;
        let released = false;
        const release = async (): Promise<void> => {
            if (released) return own.closing ?? undefined;
            released = true;
            if (--own.users > 0) return;
            own.closing = own.store
                .then((store) => store.close())
                .catch(() => undefined)
                .finally(() => {
                    if (this.entries.get(path) === own) this.entries.delete(path);
                });
            await own.closing;
        };
        try {
            return { store: await own.store, release };
        } catch (error) {
            await release();
            throw error;
        }
    }
}
