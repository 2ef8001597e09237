/** Work that has to succeed once: callers share one attempt, and after a failure the next call tries again. */
export class UntilDone {
    private attempt: Promise<void> | null = null;

    constructor(private readonly work: () => Promise<void>) {}

    /** @throws as the work */
    run(): Promise<void> {
        this.attempt ??= this.work().catch((error: unknown) => {
            this.attempt = null;
            throw error;
        });
        return this.attempt;
    }

    /** The attempt that is under way or has succeeded; null: there is none. */
    get begun(): Promise<void> | null {
        return this.attempt;
    }
}
