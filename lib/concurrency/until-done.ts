/** Work that has to succeed once: whoever needs it waits for the same attempt, and after a failure the next one tries again. */
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
