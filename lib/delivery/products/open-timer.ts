/** How often a timer looks whether its time counts. */
const STEPS = 20;

/** A timer that stands still while a gate is closed. */
export class OpenTimer {
    private timer: NodeJS.Timeout | null = null;

    /** @param isOpen time counts while this holds. @param over called once */
    constructor(
        private readonly ms: number,
        private readonly isOpen: () => boolean,
        private readonly over: () => void,
    ) {}

    /** From the beginning. */
    start(): void {
        this.stop();
        let left = STEPS;
        this.timer = setInterval(() => {
            if (this.isOpen()) left--;
            if (left > 0) return;
            this.stop();
            this.over();
        }, this.ms / STEPS);
        this.timer.unref();
    }

    stop(): void {
        if (this.timer !== null) clearInterval(this.timer);
        this.timer = null;
    }
}
