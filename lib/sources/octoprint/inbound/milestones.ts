/** Which "so much of the print is done" were told: never 0 or 100, each once, none after the end. */
export class Milestones {
    private readonly reported = new Set<number>();
    private over = false;

    /** @param every percent between two milestones */
    constructor(private readonly every: number) {}

    /** A print begins. */
    begin(): void {
        this.reported.clear();
        this.over = false;
    }

    /** The print has ended, in whatever way: later progress events are ignored. */
    end(): void {
        this.over = true;
    }

    /** It was running before the connection: passed milestones are not reported any more. */
    joinAt(completion: number | null): void {
        this.begin();
        for (const milestone of this.upTo(completion)) this.reported.add(milestone);
        this.over = completion === null || completion >= 100;
    }

    /** @param completion percent, 0 to 100. @returns the milestones that were reached since, in their order */
    reached(completion: number | null): number[] {
        if (this.over || (completion ?? 100) >= 100) return [];
        return this.upTo(completion).filter((milestone) => this.take(milestone));
    }

    /** A milestone that the sender has chosen itself. @returns whether it is to be told */
    take(milestone: number): boolean {
        if (this.over || !(milestone > 0 && milestone < 100) || this.reported.has(milestone)) return false;
        this.reported.add(milestone);
        return true;
    }

    private upTo(completion: number | null): number[] {
        const count = Math.floor(Math.min(completion ?? 0, 99.999) / this.every);
        return Array.from({ length: Math.max(0, count) }, (_, n) => (n + 1) * this.every).filter((each) => each < 100);
    }
}
