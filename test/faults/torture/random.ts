/** The same numbers for the same seed: what a proof found can be seen again. */
export class Random {
    constructor(private state: number) {}

    /** 0 ≤ x < 1 */
    next(): number {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    }

    /** 0 ≤ n < below */
    below(below: number): number {
        return Math.floor(this.next() * below);
    }

    pick<T>(list: readonly T[]): T {
        return list[this.below(list.length)]!;
    }
}
