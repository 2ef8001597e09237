import type { Ledger } from '../../../store/ledger/ledger';

/** An event that told of the end of a print. */
export interface PendingEnd {
    path: string;
    /** a card has neither hash nor history: its events are all there is */
    origin: 'local' | 'sdcard';
    /** how long the print took: no two are equal, so it is the print's name in all that is told of it */
    time: number;
    /** ms since 1970, by our clock */
    at: number;
}

/**
 * What was told and is not taken yet, in the ledger. Nothing else knows of a print from a card, or of one whose file
 * deletes itself: while they wait for a slot (InvenTree is away, the source is paused) the process may end.
 */
export class PendingEnds {
    private readonly start: string;

    constructor(
        private readonly ledger: Ledger,
        prefix: string,
    ) {
        this.start = `octoprint-told:${prefix.toLowerCase()}:`;
    }

    async put(end: PendingEnd): Promise<void> {
        // the same end told by another way: when it was told first holds
        if (this.ledger.meta(this.key(end)) === undefined)
            await this.ledger.setMetaDurable(this.key(end), JSON.stringify(end));
    }

    async drop(end: PendingEnd): Promise<void> {
        if (this.ledger.meta(this.key(end)) !== undefined) await this.ledger.dropMeta(this.key(end));
    }

    /** In the order of their telling. */
    all(): PendingEnd[] {
        const ends = [...this.ledger.metaFrom(this.start)].map(({ value }) => JSON.parse(value) as PendingEnd);
        return ends.sort((a, b) => a.at - b.at);
    }

    private key({ origin, time, path }: PendingEnd): string {
        return `${this.start}${origin}:${time}:${path}`;
    }
}
