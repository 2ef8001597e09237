/** Work that runs once at a time: whoever asks meanwhile waits for this run and one more, which follows it. */
export class CoalescedRun {
    /** resolves or fails with the runs that are under way; null: there is none */
    underWay: Promise<void> | null = null;
    private again = false;

    constructor(private readonly work: () => Promise<void>) {}

    /** @throws what the work throws; the run that was to follow is then left out */
    run(): Promise<void> {
        if (this.underWay !== null) {
            this.again = true;
            return this.underWay;
        }
        this.underWay = this.runWhileWanted().finally(() => (this.underWay = null));
        return this.underWay;
    }

    private async runWhileWanted(): Promise<void> {
        do {
            this.again = false;
            await this.work();
        } while (this.again);
    }
}
