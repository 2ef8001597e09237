import { BambuddySimulator } from '../../simulators/bambuddy';
import type { ArchiveRow } from '../../simulators/bambuddy/rows';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { StockItem } from '../../simulators/inventree/types';
import { VirtualClock } from '../chain';
import { keyOf, StockModel, type Run } from './stock-model';

/** So long after its end an archive without a row is left alone. */
const ROW_COMES_MS = 90_000;

/** The two simulated servers of a story, the model beside them, and what there is to see in them. */
export class World {
    readonly clock = new VirtualClock(false);
    readonly bambuddy = new BambuddySimulator({ now: this.clock.date });
    readonly inventree = new InvenTreeSimulator({ locking: 'none' });
    readonly model = new StockModel((id) => this.bambuddy.state.visibleArchive(id));

    async open(): Promise<void> {
        const { bambuddy, inventree } = this;
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: 'h' });
        this.watch();
    }

    async close(): Promise<void> {
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }

    /** Successful runs that Bambuddy shows: those of the log, newest first, then archives that have no rows. */
    history(): Run[] {
        return [...this.logged(), ...this.rowless()];
    }

    /** Archives that ended after `anchored`, whose rows were cleared, and that have been there for longer than a row takes to come. */
    cleared(anchored: number): Run[] {
        const latest = this.clock.now() - ROW_COMES_MS;
        return this.rowless().filter(({ archive }) => {
            const ended = Date.parse(`${archive.completed_at}Z`);
            return ended > anchored && ended <= latest;
        });
    }

    logged(): Run[] {
        return [...this.bambuddy.state.runsByTime.newestFirst()]
            .map(({ archive_id, started_at }) => this.run(archive_id ?? 0, started_at))
            .filter((run) => run !== undefined)
            .filter((run) => run.successful && this.isVisible(run.archive));
    }

    run(archiveId: number, startedAt: string | null): Run | undefined {
        return startedAt === null ? undefined : this.model.runs.get(keyOf(archiveId, startedAt));
    }

    isVisible(archive: ArchiveRow): boolean {
        return this.bambuddy.state.visibleArchive(archive.id) === archive;
    }

    isRenumbered(pk: number): boolean {
        return this.inventree.state.parts.get(pk)?.IPN !== this.model.parts.get(pk)?.madeIpn;
    }

    visible(): ArchiveRow[] {
        return [...this.bambuddy.state.archives.values()].filter((archive) => archive.deleted_at === null);
    }

    items(): StockItem[] {
        return [...this.inventree.state.stock.values()];
    }

    /** Items of one Part, which a person may put together. */
    pairs(): number[][] {
        const items = this.items();
        return items.flatMap((a) => items.filter((b) => b !== a && b.part === a.part).map((b) => [a.pk, b.pk]));
    }

    private rowless(): Run[] {
        const { state } = this.bambuddy;
        return [...state.archivesByTime.newestFirst()]
            .filter(({ id, status }) => state.runsOf(id).length === 0 && status === 'completed')
            .map((archive) => this.run(archive.id, archive.started_at))
            .filter((run) => run !== undefined);
    }

    /** Everything that is made and taken away in InvenTree, whoever does it. */
    private watch(): void {
        const { model } = this;
        const { state } = this.inventree;
        const [addStock, addPart] = [state.addStock.bind(state), state.addPart.bind(state)];
        const [removeStock, removePart] = [state.removeStock.bind(state), state.removePart.bind(state)];
        state.addStock = (item) => {
            const added = addStock(item);
            if (added.parent === null) model.itemMade(added);
            else model.itemSplit(added);
            return added;
        };
        state.addPart = (part) => {
            const added = addPart(part);
            model.partMade(added);
            return added;
        };
        state.removeStock = (item) => {
            removeStock(item);
            model.itemGone(item.pk);
        };
        state.removePart = (part) => {
            removePart(part);
            model.partGone(part.pk);
        };
    }
}
