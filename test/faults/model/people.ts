import type { Command, RunEnd } from './commands';
import { pick } from './pick';
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
            case 'clear the log':
                return bambuddy.clearLog();
            case 'delete a row':
                return pick(bambuddy.state.runs.keys(), command.pick, (id) => this.deleteRow(id));
            case 'purge the newest archive': {
                this.archivesDeleted = true;
                const newest = Math.max(...bambuddy.state.archives.keys());
                this.purgedAt = this.world.clock.now();
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
        this.world.bambuddy.deleteRow(id);
    }

    private print({ file, plate, end, minutes }: Extract<Command, { do: 'print' }>): void {
        const what = FILES[file]!;
        const plates = 'no3mf' in what || plate === null ? {} : { plate, plates: 2 };
        const { archiveId } = this.world.bambuddy.print({
            ...what,
            ...plates,
            ...this.times(minutes, this.purgedAt),
            // one file at one time on two printers is two prints
            printer: this.world.bambuddy.addPrinter().id,
            status: end,
        });
        this.finished(archiveId, end);
    }

    private reprint({ pick: nth, end, minutes }: Extract<Command, { do: 'reprint' }>): void {
        pick(this.world.visible(), nth, ({ id, completed_at }) => {
            const last = Date.parse(`${completed_at}Z`);
            this.world.bambuddy.print({
                archive: id,
                ...this.times(minutes, last),
                printer: this.world.bambuddy.addPrinter().id,
                status: end,
            });
            this.finished(id, end);
        });
    }

    private finished(archiveId: number, end: RunEnd): void {
        const archive = this.world.bambuddy.state.archives.get(archiveId)!;
        const run = this.world.model.finished(archive, end === 'completed', this.world.clock.now());
        run.due = this.begun();
    }

    /** The print ends now; it began after the one before under that id had ended. */
    private times(minutes: number, after: number): { startedAt: Date; seconds: number } {
        const longest = Math.floor((this.world.clock.now() - after) / 1000) - 1;
        const seconds = Math.min(minutes * 60, longest);
        return { startedAt: new Date(this.world.clock.now() - seconds * 1000), seconds };
    }
}
