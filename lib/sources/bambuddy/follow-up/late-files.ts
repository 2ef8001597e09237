import { ClosedError } from '../../../http/errors';
import type { PrintRecord } from '../../../store/ledger/records';
import { UNFINISHED } from '../../../store/ledger/records';
import type { Clock } from '../../../concurrency/clock';
import type { Dispatcher } from '../../../delivery/dispatcher';
import type { Intake } from '../import/intake';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { WakeableLoop } from '../../../concurrency/wakeable-loop';
import type { SourceContext } from '../../source';

/** After so long the archive is looked at again, counted from when its print was taken. */
const LOOKS_MS = [2 * 60_000, 10 * 60_000, 60 * 60_000];
/** An event wakes the look at its archive, no sooner than this after the last one. */
const EVENT_DISTANCE_MS = 10_000;

/**
 * Prints that were taken before Bambuddy had their 3MF (from 1.2.5.6 on it may fetch one after the end, #3063). When the
 * file is there the print goes through the flow once more, as a refresh: its Part gets picture, parameters and, while that
 * is still ours, its name. Three looks, then the next print of that Part is the chance. What is awaited stands in the
 * ledger, so a restart loses nothing.
 */
export class LateFiles {
    /** by batch: when it was looked at last, ms since 1970; null: not yet */
    private readonly awaited = new Map<string, number | null>();
    private readonly urgent = new Set<string>();
    private readonly loop: WakeableLoop;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        /** the source node's id */
        private readonly id: string,
        private readonly failed: (error: unknown) => void,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {
        this.loop = new WakeableLoop(clock, signal);
    }

    /** Looks when it is time, until the source is closed; begins with what a restart left. */
    async run(): Promise<void> {
        this.recall();
        await this.loop.run(
            () => this.look().catch((error: unknown) => this.fail(error)),
            () => Math.min(...[...this.awaited.keys()].map((batch) => this.dueAt(batch))),
        );
    }

    /** Learns from the ledger what is awaited: at the start, and after it was opened again from the disk. */
    recall(): void {
        for (const { batch, fileAwaited, via } of this.sync.delivery.ledger.pending())
            if (fileAwaited !== undefined && via === this.id && !this.awaited.has(batch)) this.awaited.set(batch, null);
        this.loop.wake();
    }

    /** A print was taken without its file. */
    added(batch: string): void {
        this.awaited.set(batch, null);
        this.loop.wake();
    }

    /** An event tells of an archive: its file may have come. */
    wake(archiveId: number): void {
        for (const batch of this.awaited.keys()) {
            if (this.sync.delivery.ledger.print(batch)?.archiveId !== archiveId) continue;
            this.urgent.add(batch);
            this.loop.wake();
        }
    }

    /** Looks at those whose time has come. @throws as `retryWhileUnavailable` */
    async look(): Promise<void> {
        for (const batch of [...this.awaited.keys()]) {
            const now = this.clock.now();
            if (this.dueAt(batch, now) > now) continue;
            this.awaited.set(batch, now);
            this.urgent.delete(batch);
            await this.lookAt(batch, now);
        }
    }

    private async lookAt(batch: string, now: number): Promise<void> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record?.fileAwaited === undefined || record.archiveId === null) return void this.forget(batch);
        const archive = await this.intake.reader.archiveOf(record, this.signal);
        const isThere = archive !== null;
        const hasFile = isThere && archive.content_hash !== null;
        if (hasFile && !UNFINISHED.has(record.state)) await this.refresh(record);
        const isLast = now >= Date.parse(record.fileAwaited) + LOOKS_MS.at(-1)!;
        // one that is under way or parked learns of its file as it goes on
        if (isThere && !isLast && !(hasFile && !UNFINISHED.has(record.state))) return;
        await this.letGo(batch);
    }

    /** Only what is in stock is refreshed: nothing is made of a print that was skipped or is parked. */
    private async refresh(record: Readonly<PrintRecord>): Promise<void> {
        if (record.stockPk === undefined) return;
        await this.dispatcher.inSlot('live', () =>
            this.admissionMutex.run(`${record.archiveId}`, () =>
                this.dispatcher.sendAgain(this.sync.delivery.ledger.print(record.batch) ?? record, true),
            ),
        );
    }

    private async letGo(batch: string): Promise<void> {
        this.forget(batch);
        const record = this.sync.delivery.ledger.print(batch);
        if (record?.fileAwaited === undefined) return;
        const { fileAwaited: _awaited, ...kept } = record;
        await this.sync.delivery.ledger.setPrintDurable(kept);
    }

    private forget(batch: string): void {
        this.awaited.delete(batch);
        this.urgent.delete(batch);
    }

    private dueAt(batch: string, now = this.clock.now()): number {
        const noted = this.awaited.get(batch) ?? null;
        // one ahead of our clock was before that was set back
        const last = noted === null || noted > now ? -Infinity : noted;
        if (this.urgent.has(batch)) return Math.max(now, last + EVENT_DISTANCE_MS);
        const since = Date.parse(this.sync.delivery.ledger.print(batch)?.fileAwaited ?? '');
        if (since > now) return Math.max(now, last + LOOKS_MS[1]!);
        return LOOKS_MS.map((after) => since + after).find((at) => at > last) ?? last + LOOKS_MS.at(-1)!;
    }

    private fail(error: unknown): void {
        if (!(error instanceof ClosedError)) this.failed(error);
    }
}
