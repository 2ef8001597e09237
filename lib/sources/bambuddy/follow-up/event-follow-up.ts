import { ClosedError } from '../../../http/errors';
import { pauseLeft, type Clock } from '../../../concurrency/clock';

/** The print log's row follows the event, and writing it is best effort: looked for again after these. */
const LOOKS_MS = [2_000, 10_000, 60_000];
const MOST_AWAITED = 500;
/** However many wake us, looks keep this distance. */
const LOOK_DISTANCE_MS = 1_000;

export interface FollowTools {
    /** one poll */
    look: () => Promise<void>;
    /** takes the archive by its own start: the row never came */
    take: (archiveId: number) => Promise<void>;
    failed: (error: unknown) => void;
}

/** Follows up what live events and webhooks tell: a look at once, and more until the print of an ended archive has come. */
export class EventFollowUp {
    private readonly awaited = new Set<number>();
    private looking: Promise<void> | null = null;
    private wanted = false;
    private last = -Infinity;

    constructor(
        private readonly tools: FollowTools,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {}

    /** Something has happened: a look, soon. A flood of calls is a few looks. */
    wake(): void {
        this.wanted = true;
        this.looking ??= this.lookWhileWanted()
            .catch((error: unknown) => this.tools.failed(error))
            .finally(() => (this.looking = null));
    }

    /** An archive has ended: its print is looked for until it comes. */
    ended(archiveId: number): void {
        if (this.awaited.has(archiveId) || this.awaited.size >= MOST_AWAITED) return this.wake();
        this.awaited.add(archiveId);
        this.wake();
        void this.follow(archiveId).catch((error: unknown) => {
            if (!(error instanceof ClosedError)) this.tools.failed(error);
        });
    }

    /** A print of this archive has come. */
    came(archiveId: number): void {
        this.awaited.delete(archiveId);
    }

    private async follow(archiveId: number): Promise<void> {
        try {
            for (const wait of LOOKS_MS) {
                await this.clock.sleep(wait, this.signal);
                if (!this.awaited.has(archiveId)) return;
                this.wake();
                await this.looking;
            }
            if (this.awaited.has(archiveId)) await this.tools.take(archiveId);
        } finally {
            this.awaited.delete(archiveId);
        }
    }

    private async lookWhileWanted(): Promise<void> {
        while (this.wanted) {
            const wait = pauseLeft(this.last, LOOK_DISTANCE_MS, this.clock.now());
            if (wait > 0) await this.clock.sleep(wait, this.signal);
            this.wanted = false;
            this.last = this.clock.now();
            await this.tools.look();
        }
    }
}
