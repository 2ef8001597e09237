import type { SendingReport } from './wire';

/** Before that the speed is a guess. */
const LEAST_MS = 3000;
const LEAST_DONE = 5;

/** How far a source is with what it sends, counted from when nothing was on its way last. */
export class Sending {
    private total = 0;
    private left = 0;
    private beganAt = 0;

    /**
     * @param left products that are under way or wait
     * @param now ms
     * @returns null: nothing is on its way
     */
    report(left: number, now: number): SendingReport | null {
        if (left === 0) {
            this.total = this.left = 0;
            return null;
        }
        if (this.total === 0) this.beganAt = now;
        // what came meanwhile is more to do
        this.total += Math.max(0, left - this.left);
        this.left = left;
        const done = this.total - left;
        const elapsed = now - this.beganAt;
        const isKnown = done >= LEAST_DONE && elapsed >= LEAST_MS;
        const secondsLeft = isKnown ? Math.ceil(((elapsed / done) * left) / 1000) : null;
        return { done, total: this.total, secondsLeft };
    }
}
