import type { Ledger } from '../../../lib/store/ledger/ledger';
import type { PrintRecord } from '../../../lib/store/ledger/records';
import { isOffered } from '../../../lib/delivery/recovery/offered';
import type { Run } from './stock-model';
import type { World } from './world';

/** What the first one offers after its ledger was lost, and what a person answers. */
export class Offers {
    /** what ended until then, by Bambuddy's clock, may be of before the loss; ms since 1970 */
    private until = -Infinity;

    /** @param ledger the first one's, of now */
    constructor(
        private readonly world: World,
        private readonly ledger: () => Ledger,
    ) {}

    /** A ledger that was lost has looked for the first time: what it does not know is of before. */
    ledgerBegan(): void {
        const { clock, bambuddy } = this.world;
        const ends = [...bambuddy.state.runs.values()].map(({ completed_at }) => endOf(completed_at));
        this.until = Math.max(clock.now(), ...ends.filter(Number.isFinite));
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
            else if (!run.lost && endOf(record.completedAt ?? null) > this.until)
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
