import type { Command, RunEnd } from './commands';
import { pick } from './pick';
import { keyOf } from './stock-model';
import { Storekeeper } from './storekeeper';
import type { World } from './world';

const FILES = [
    { name: 'Gridfinity Bin' },
    { name: 'Wall Hook' },
    { name: 'Calibration Cube', no3mf: true },
    { name: null, no3mf: true },
];

/** What people and printers do, without asking the flow. */
export class People {
    /** somebody deleted archives */
    archivesDeleted = false;
    /** somebody deleted single rows of the log, so that their number tells nothing */
    rowsDeleted = false;
    purged = false;
    /** ids of archives purged before this may be given again */
    private purgedAt = 0;
    private names = 0;
    private readonly storekeeper: Storekeeper;

    /** @param begun what finishes from now on is found by a poll */
    constructor(
        private readonly world: World,
        private readonly begun: () => boolean,
    ) {
        this.storekeeper = new Storekeeper(world);
    }

    /** What people do at the printers and at the two web interfaces. */
    act(command: Command): void {
        const { bambuddy } = this.world;
        switch (command.do) {
            case 'print':
                return this.print(command);
            case 'reprint':
                return this.reprint(command);
            case 'tell twice':
                return this.tellTwice();
            case 'outcome':
                return this.outcome(command);
            case 'the file comes':
                return this.fileComes(command.pick);
            case 'clear the log':
                return bambuddy.clearLog();
            case 'a row that cannot be read':
                return void bambuddy.addRun({ archive_id: -1 });
            case 'delete a row':
                return pick(bambuddy.state.runs.keys(), command.pick, (id) => this.deleteRow(id));
            case 'purge the newest archive': {
                // ids come back on SQLite only, which has no zone
                if (this.world.hasZone) return;
                this.purged = true;
                this.archivesDeleted = true;
                const newest = Math.max(...bambuddy.state.archives.keys());
                this.purgedAt = this.world.bambuddyNow();
                return void (Number.isFinite(newest) && bambuddy.purge(newest));
            }
            case 'hide an archive':
                this.archivesDeleted = true;
                return pick(this.world.visible(), command.pick, ({ id }) => bambuddy.softDelete(id));
            case 'name the nameless':
                for (const archive of this.world.visible()) {
                    if (archive.print_name !== null) continue;
                    bambuddy.editArchive(archive.id, { print_name: `Named ${++this.names}` });
                    this.world.model.learn(archive);
                }
                return;
            default:
                return this.storekeeper.act(command);
        }
    }

    /** Of one row that goes, nobody can tell: it is not said whether its print was seen. */
    private deleteRow(id: number): void {
        const { archive_id, started_at } = this.world.bambuddy.state.runs.get(id)!;
        const run = this.world.run(archive_id ?? 0, started_at);
        if (run !== undefined) run.due = false;
        this.rowsDeleted = true;
        this.world.bambuddy.deleteRow(id);
    }

    private print({ file, plate, pieces, end, minutes, asks }: Extract<Command, { do: 'print' }>): void {
        const what = FILES[file]!;
        const plates = 'no3mf' in what || plate === null ? {} : { plate, plates: 2 };
        const printed = this.world.bambuddy.print({
            ...what,
            ...plates,
            ...this.times(minutes, this.purgedAt),
            // one file at one time on two printers is two prints
            printer: this.world.bambuddy.addPrinter().id,
            quantity: pieces,
            confirm: asks,
            status: end,
        });
        this.finished(printed, end, asks);
    }

    private reprint({ pick: nth, end, minutes, asks }: Extract<Command, { do: 'reprint' }>): void {
        pick(this.world.visible(), nth, ({ id, completed_at }) => {
            const last = Date.parse(`${completed_at}Z`);
            const printer = this.world.bambuddy.addPrinter().id;
            const printed = this.world.bambuddy.print({
                archive: id,
                ...this.times(minutes, last, id),
                printer,
                confirm: asks,
                status: end,
            });
            this.finished(printed, end, asks);
        });
    }

    /** It began a minute after the archive that is there of it, and ends with it at the earliest. */
    private tellTwice(): void {
        const { bambuddy, model } = this.world;
        const newest = [...model.runs.values()].at(-1);
        if (newest === undefined || !this.world.isVisible(newest.archive) || newest.archive.content_hash === null)
            return;
        const { archive, successful } = newest;
        if (!successful || keyOf(archive.id, archive.started_at!) !== newest.key) return;
        const [from, to] = [archive.started_at, archive.completed_at].map((time) => Date.parse(`${time}Z`));
        const began = from! + 60_000;
        // shorter prints do not overlap by enough
        if (to! - from! < 3 * 60_000 || this.world.bambuddyNow() < to!) return;
        const printed = bambuddy.print({
            name: archive.print_name,
            ...(archive.plate_id === null ? {} : { plate: archive.plate_id, plates: 2 }),
            printer: archive.printer_id!,
            startedAt: new Date(began),
            seconds: Math.ceil((this.world.bambuddyNow() - began) / 1000),
        });
        this.finished(printed, 'completed', false);
        model.toldTwice(newest, [...model.runs.values()].at(-1)!);
    }

    private outcome({ pick: nth, says }: Extract<Command, { do: 'outcome' }>): void {
        const { bambuddy, model } = this.world;
        const open = [...model.runs.values()].filter(
            (run) =>
                run.asks &&
                run.outcome === null &&
                this.world.isVisible(run.archive) &&
                keyOf(run.archive.id, run.archive.started_at!) === run.key,
        );
        pick(open, nth, (run) => {
            run.outcome = says;
            bambuddy.tellOutcome(run.archive.id, says);
        });
    }

    private fileComes(nth: number): void {
        const without = this.world
            .visible()
            .filter(({ content_hash, print_name }) => content_hash === null && print_name);
        pick(without, nth, (archive) => {
            this.world.bambuddy.fetchFile(archive.id);
            this.world.model.learn(archive);
        });
    }

    private finished(
        { archiveId, runId }: { archiveId: number; runId: number | null },
        end: RunEnd,
        asks: boolean,
    ): void {
        const archive = this.world.bambuddy.state.archives.get(archiveId)!;
        const run = this.world.model.finished(archive, runId, end === 'completed', this.world.clock.elapsed());
        if (this.world.clocksWereSet) this.world.model.mayBeTakenFor(archive);
        run.due = this.begun();
        run.asks = asks && run.successful && this.world.asksForOutcomes;
    }

    /** The print ends now; it began after the one before under that id had ended, as far as the clock lets it. */
    private times(minutes: number, after: number, archiveId = NaN): { startedAt: Date; seconds: number } {
        const now = this.world.bambuddyNow();
        const longest = Math.floor((now - after) / 1000) - 1;
        let seconds = longest > 0 ? Math.min(minutes * 60, longest) : minutes * 60;
        const start = (): Date => new Date(now - seconds * 1000);
        while (this.world.model.runs.has(keyOf(archiveId, start().toISOString()))) seconds++;
        return { startedAt: start(), seconds };
    }
}
