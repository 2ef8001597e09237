/** Each store tells at most twice a second, however much happens. */
const PAUSE_MS = 500;
const SOON_MS = 30;
/** What printers do is told at most so often. */
const PRINTING_MS = 1000;
const STORES = 'print-to-stock/stores';

/** Tells browsers over Node-RED's own connection that something changed; what is told twice is told once. */
export class Publisher {
    private readonly waiting = new Map<string, NodeJS.Timeout>();
    private readonly told = new Map<string, number>();
    private readonly counts = new Map<string, number>();

    /**
     * @param publish not retained: who comes later asks for all
     * @param noteOf what is told of a store; null: it is not there any more
     */
    constructor(
        private readonly publish: (topic: string, data: object) => void,
        private readonly noteOf: (store: string) => object | null,
    ) {}

    changed(store: string): void {
        this.soon(`print-to-stock/${store}`, () => {
            const note = this.noteOf(store);
            // a print may have changed though the counts have not: the number tells
            return note === null ? null : { ...note, n: this.count(store) };
        });
    }

    /** What printers do is not told here, where everybody listens: who may read asks for it. */
    printingChanged(store: string): void {
        const topic = printingTopic(store);
        this.soon(topic, () => ({ n: this.count(topic) }), PRINTING_MS);
    }

    /** Stores or sources came or went, as at a deploy. */
    storesChanged(): void {
        this.soon(STORES, () => ({ n: this.count(STORES) }));
    }

    forget(store: string): void {
        for (const topic of [`print-to-stock/${store}`, printingTopic(store)]) {
            clearTimeout(this.waiting.get(topic));
            this.waiting.delete(topic);
            this.told.delete(topic);
        }
    }

    private soon(topic: string, data: () => object | null, pauseMs = PAUSE_MS): void {
        if (this.waiting.has(topic)) return;
        // by a clock that nobody sets
        const wait = Math.max(SOON_MS, (this.told.get(topic) ?? -Infinity) + pauseMs - performance.now());
        const timer = setTimeout(() => {
            this.waiting.delete(topic);
            this.told.set(topic, performance.now());
            const note = data();
            if (note !== null) this.publish(topic, note);
        }, wait);
        timer.unref();
        this.waiting.set(topic, timer);
    }

    private count(key: string): number {
        const n = (this.counts.get(key) ?? 0) + 1;
        this.counts.set(key, n);
        return n;
    }
}

function printingTopic(store: string): string {
    return `print-to-stock/printing/${store}`;
}
