import type { Clock } from '../../../concurrency/clock';
import type { KeyedMutex } from '../../../concurrency/keyed-mutex';
import { WakeableLoop } from '../../../concurrency/wakeable-loop';
import type { Dispatcher } from '../../../delivery/dispatcher';
import { heldBy, isCounted, withoutHold, type Held } from '../../../delivery/open-questions';
import { ClosedError, RejectedError } from '../../../http/errors';
import type { SourceContext } from '../../source';
import { NOTHING_GOOD } from '../admission-rules';
import type { HeldTools } from './held-prints';

/** After so long a person is reminded, once. */
const REMINDER_MS = 24 * 3_600_000;

/**
 * Prints that wait until a person says how many of their pieces are good: `accepted` with a hold, outside the window and
 * without a timeout. All there is to know is in the ledger, so they go on waiting after a restart.
 */
export class GoodPieces {
    private readonly settling = new Set<string>();
    private readonly reminded = new Set<string>();
    private readonly loop: WakeableLoop;

    constructor(
        private readonly sync: SourceContext,
        private readonly dispatcher: Dispatcher,
        private readonly admissionMutex: KeyedMutex,
        private readonly settings: { id: string; filter: { failedForFilament?: () => boolean } },
        private readonly tools: HeldTools,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {
        this.loop = new WakeableLoop(clock, signal);
    }

    /** How many wait. */
    get count(): number {
        return this.waiting().length;
    }

    /** Goes on with those that were answered before a restart, and reminds, until the source is closed. */
    run(): Promise<void> {
        return this.loop.run(
            () => {
                this.look();
                return Promise.resolve();
            },
            () => Math.min(...this.waiting().map((record) => this.remindAt(record))),
        );
    }

    /** A print is held from now on. */
    added(): void {
        this.loop.wake();
        this.tools.changed();
    }

    /**
     * A person has counted. What was said is on the disk before anything is done about it.
     * @param pieces that are good, 0 and more
     * @throws RejectedError where no print of this batch waits for that
     */
    async answer(batch: string, pieces: number): Promise<{ batch: string; pieces: number; sent: boolean }> {
        const mustWait = (): void => {
            const record = this.sync.delivery.ledger.print(batch);
            if (record !== undefined && isCounted(record) && !this.settling.has(batch)) return;
            throw new RejectedError(`No print with the batch ${batch} waits for the number of good pieces`, {
                server: 'Bambuddy',
                status: 404,
            });
        };
        mustWait();
        await this.tools.prepare();
        mustWait();
        const note = async (): Promise<void> => void (await this.sync.delivery.ledger.changePrint(batch, { pieces }));
        return { batch, pieces, ...(await this.settle(batch, note)) };
    }

    private look(): void {
        const now = this.clock.now();
        for (const record of this.waiting()) {
            if (record.pieces !== undefined) void this.settle(record.batch).catch((error: unknown) => this.fail(error));
            else if (this.remindAt(record) <= now) this.remind(record);
        }
    }

    private waiting(): Held[] {
        return heldBy(this.sync.delivery, this.settings.id, isCounted).filter(({ batch }) => !this.settling.has(batch));
    }

    private remindAt({ batch, holdSince, at }: Held): number {
        return this.reminded.has(batch) ? Infinity : Date.parse(holdSince ?? at) + REMINDER_MS;
    }

    private remind({ batch, name, archiveId }: Held): void {
        this.reminded.add(batch);
        this.sync.delivery.warnOnce(
            `Archive ${archiveId} (${name || batch}) has waited for a day: how many of its pieces are good? Answer in the sidebar, or send { "action": "release", "batch": "${batch}", "pieces": … }.`,
            `pieces of ${batch}`,
        );
    }

    /** @param first what is to be written before, at once */
    private async settle(batch: string, first: () => Promise<void> = async () => {}): Promise<{ sent: boolean }> {
        this.settling.add(batch);
        try {
            await first();
            const { archiveId, pieces } = this.sync.delivery.ledger.print(batch)!;
            if (pieces === 0 && this.settings.filter.failedForFilament?.() !== true) return await this.skip(batch);
            return await this.dispatcher.inSlot('live', () =>
                this.admissionMutex.run(`${archiveId}`, () => this.send(batch)),
            );
        } finally {
            this.settling.delete(batch);
            this.tools.changed();
        }
    }

    private async send(batch: string): Promise<{ sent: boolean }> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined || !isCounted(record)) return { sent: false };
        // nothing is stocked, and what it used is subtracted
        return this.dispatcher.sendAgain(record, false, record.pieces === 0 ? { filamentOnly: true } : {});
    }

    private async skip(batch: string): Promise<{ sent: boolean }> {
        const { ledger } = this.sync.delivery;
        const record = ledger.print(batch);
        if (record === undefined || !isCounted(record)) return { sent: false };
        const { print: _print, want: _want, ...kept } = withoutHold(record);
        await ledger.setPrintDurable({ ...kept, state: 'skipped', reason: NOTHING_GOOD });
        return { sent: false };
    }

    private fail(error: unknown): void {
        if (!(error instanceof ClosedError)) this.tools.failed(error);
    }
}
