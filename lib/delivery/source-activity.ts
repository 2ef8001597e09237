import { ClosedError } from '../http/errors';
import type { Clock } from '../concurrency/clock';
import type { Pass, Print } from '../print/print';
import type { Delivery } from './delivery';
import { SentToday } from './sent-today';

/** Output of a source: its node, which sends prints and shows errors. */
export interface PrintOutput {
    send: (print: Print, pass: Pass) => void;
    /** a poll failed for good, a print could not be taken */
    failed: (error: Error) => void;
    /** something to show changed */
    changed: () => void;
}

/** What a source does, for its node and its watchers: prints that are sent, failures, changes. */
export class SourceActivity {
    /** why the last poll failed; null: it did not */
    lastError: string | null = null;
    private readonly sent: SentToday;
    private readonly watchers = new Set<() => void>();
    private unlisten: (() => void)[] = [];

    /** @param id the source node's id */
    constructor(
        private readonly delivery: Delivery,
        private readonly id: string,
        private readonly output: PrintOutput,
        clock: Clock,
    ) {
        this.sent = new SentToday(clock);
    }

    /** How many of the prints that were sent ended today. */
    get sentToday(): number {
        return this.sent.count;
    }

    /**
     * The source works with the ledger from now on.
     * @param recovered told when the ledger can be written again
     */
    open(recovered: () => void): void {
        this.delivery.sources.add(this.id);
        // a print that was parked is seen at once, not at the next poll
        this.unlisten = [
            this.delivery.onStep(({ kind }) => {
                if (kind !== 'taken') this.changed();
            }),
            this.delivery.ledger.onRecovery(recovered),
        ];
    }

    close(): void {
        for (const end of this.unlisten) end();
        this.delivery.sources.delete(this.id);
    }

    /** Counts what was sent before a restart. */
    recall(): void {
        this.sent.recall(this.delivery.ledger, this.id);
    }

    /** Told when something to show has changed. @returns ends it */
    watch(watcher: () => void): () => void {
        this.watchers.add(watcher);
        return () => void this.watchers.delete(watcher);
    }

    changed(): void {
        this.output.changed();
        for (const watcher of this.watchers) watcher();
    }

    send(print: Print, pass: Pass): void {
        this.sent.add(print);
        this.output.send(print, pass);
        this.changed();
    }

    /** A poll came to its end. */
    succeeded(): void {
        this.lastError = null;
        this.changed();
    }

    /** Keeps why a poll failed without reporting it: the caller of the poll gets the error. */
    keepError(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.lastError = asError(error).message;
        this.delivery.errors.add(this.id, error);
    }

    /** Tells of an error that is no failure of the source. */
    reportError(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.output.failed(asError(error));
        this.changed();
    }

    /** The source failed, and shows it until a poll succeeds. */
    fail(error: unknown): void {
        this.keepError(error);
        this.reportError(error);
    }
}

function asError(error: unknown): Error {
    return error instanceof Error ? error : new Error(String(error));
}
