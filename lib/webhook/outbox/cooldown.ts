import { isFresh } from '../../concurrency/clock';

/** Lets an event of one topic and device through only once in a while. */
export class Cooldown {
    private readonly last = new Map<string, number>();

    constructor(private readonly ms: number) {}

    /** @returns whether it may be sent; if so, the next must wait */
    take(topic: string, device: string, now: number): boolean {
        if (this.ms <= 0) return true;
        const key = JSON.stringify([topic, device]);
        const before = this.last.get(key);
        if (before !== undefined && isFresh(before, this.ms, now)) return false;
        this.last.delete(key);
        this.last.set(key, now);
        // the map keeps the order of its making: the first are the oldest
        for (const [each, at] of this.last) {
            if (isFresh(at, this.ms, now)) break;
            this.last.delete(each);
        }
        return true;
    }
}
