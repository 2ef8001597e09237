/** So many requests a second on the long run, and so many at once. */
export interface FloodLimits {
    perSecond: number;
    atOnce: number;
}

/** Lets so many requests through, and no more (token bucket). */
export class FloodGate {
    private room: number;
    private last: number;

    /** @param now ms, by a clock that is never set back */
    constructor(
        private readonly limits: FloodLimits,
        private readonly now: () => number = () => performance.now(),
    ) {
        this.room = limits.atOnce;
        this.last = now();
    }

    /** @returns whether one more may pass */
    pass(): boolean {
        const { perSecond, atOnce } = this.limits;
        const now = this.now();
        this.room = Math.min(atOnce, this.room + ((now - this.last) * perSecond) / 1000);
        this.last = now;
        if (this.room < 1) return false;
        this.room--;
        return true;
    }
}
