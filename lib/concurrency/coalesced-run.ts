/** Work that runs once at a time: calls made meanwhile wait for this run and share the one that follows it. */
export class CoalescedRun {
    /** resolves or fails with the runs that are under way; null: there is none */
    inFlight: Promise<void> | null = null;
    private again = false;

    constructor(private readonly work: () => Promise<void>) {}

    /** @throws what the work throws; the run that was to follow is then left out */
    run(): Promise<void> {
        if (this.inFlight !== null) {
            this.again = true;
            return this.inFlight;
        }
        this.inFlight = this.runWhileWanted().finally(() => (this.inFlight = null));
        return this.inFlight;
    }

    private async runWhileWanted(): Promise<void> {
        do {
            this.again = false;
            await this.work();
        } while (this.again);
    }
}
