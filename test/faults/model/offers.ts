import type { Ledger } from '../../../lib/store/ledger/ledger';
import type { PrintRecord } from '../../../lib/store/ledger/records';
import { isOffered } from '../../../lib/delivery/recovery/offered';
import type { Run } from './stock-model';
import type { World } from './world';

/** An end that lies further ahead of our clock is none that can be. */
const FARTHEST_APART_MS = 48 * 3600_000;

/** What the first one offers after its ledger was lost, and what a person answers. */
export class Offers {
    /** what ended until then, by Bambuddy's clock, may be of before the loss; ms since 1970 */
    private until = -Infinity;
    /** the ledger was lost, and the next one has not looked yet */
    private isOpen = false;
    /** so far our clock and Bambuddy's were apart at most, ms: further ahead no end tells which came first */
    private apart = 0;

    /** @param ledger the first one's, of now */
    constructor(
        private readonly world: World,
        private readonly ledger: () => Ledger,
    ) {}

    ledgerLost(): void {
        [this.isOpen, this.until] = [true, -Infinity];
        this.clocksShow();
    }

    /** What is ended by the clocks as they are now, and before one is set. */
    clocksShow(): void {
        const { clock, bambuddy, bambuddyNow } = this.world;
        this.apart = Math.max(this.apart, bambuddyNow() - clock.now());
        if (!this.isOpen) return;
        const ends = [...bambuddy.state.runs.values()].map(({ completed_at }) => endOf(completed_at));
        this.until = Math.max(this.until, bambuddyNow(), ...ends.filter(Number.isFinite));
    }

    /** A ledger that was lost has looked for the first time: what it does not know is of before. */
    ledgerBegan(): void {
        this.clocksShow();
        this.isOpen = false;
    }

    isOffered(run: Run): boolean {
        return isOffered(this.recordOf(run));
    }

    /** Only what was there before the loss is offered, as far as a clock tells. */
    check(): void {
        const { model } = this.world;
        for (const record of this.ledger().offered()) {
            const run = this.runOf(record);
            if (run === undefined) model.find('wrong', `${record.batch} is offered: there was no such run`);
            else if (!run.lost && endOf(record.completedAt ?? null) > this.until && this.apart <= FARTHEST_APART_MS)
                model.find('wrong', `${run.key} is offered, and it came after the ledger was lost`);
        }
    }

    /** @param pick one of them, counted round; null: all. @returns `batch` to ask for, null for all */
    chosen(pick: number | null): { batch: string | null; runs: Run[] } {
        const offered = [...this.ledger().offered()];
        const records = pick === null || offered.length === 0 ? offered : [offered[pick % offered.length]!];
        const runs = records.map((record) => this.runOf(record)).filter((run) => run !== undefined);
        return { batch: pick === null ? null : (records[0]?.batch ?? null), runs };
    }

    /** A process that died in the middle of it has let go of some, and offers the others still. */
    dismissed(runs: readonly Run[]): void {
        for (const run of runs) {
            const record = this.recordOf(run);
            run.dismissed = record?.state === 'skipped' && !isOffered(record);
            if (run.dismissed && run.claim === 'must') run.claim = 'may';
        }
    }

    private recordOf({ archiveId, key }: Run): Readonly<PrintRecord> | undefined {
        return this.ledger().printOfRun('bambuddy', archiveId, `${key.split('@')[1]}Z`);
    }

    private runOf({ archiveId, startedAt }: Readonly<PrintRecord>): Run | undefined {
        return this.world.run(archiveId ?? 0, startedAt);
    }
}

function endOf(completedAt: string | null): number {
    return Date.parse(completedAt === null || completedAt.endsWith('Z') ? (completedAt ?? '') : `${completedAt}Z`);
}
