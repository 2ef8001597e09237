import type { Command, RunEnd } from './commands';
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

    /** @param begun what finishes from now on is found by a poll */
    constructor(
        private readonly world: World,
        private readonly begun: () => boolean,
    ) {}

    /** What people do at the two web interfaces. */
    act(command: Command): void {
        const { bambuddy, inventree, model } = this.world;
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
                    model.learn(archive);
                }
                return;
            case 'split':
                return pick(
                    this.world.items(),
                    command.pick,
                    ({ pk, quantity }) => void inventree.person.split(pk, quantity / 2),
                );
            case 'merge':
                return pick(this.world.pairs(), command.pick, (pair) => void inventree.person.merge(pair));
            case 'sell out':
                return pick(this.world.items(), command.pick, ({ pk }) => inventree.person.sellOut(pk));
            case 'count':
                return pick(this.world.items(), command.pick, ({ pk, quantity }) =>
                    inventree.person.editStock(pk, { quantity: quantity + 1 }),
                );
            case 'rename':
                return pick(model.parts.keys(), command.pick, (pk) =>
                    inventree.person.rename(pk, `Our ${++this.names}`),
                );
            case 'renumber':
                return pick(model.parts.keys(), command.pick, (pk) => {
                    inventree.person.renumber(pk, `SKU-${++this.names}`);
                    model.partRenumbered(pk);
                });
            case 'delete the Part':
                return pick(model.parts.keys(), command.pick, (pk) => inventree.person.deletePart(pk));
            case 'own image':
                return pick(model.parts.keys(), command.pick, (pk) => inventree.person.setImage(pk));
            default:
                throw new Error(`nobody does ${command.do}`);
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
            status: end,
        });
        this.finished(archiveId, end);
    }

    private reprint({ pick: nth, end, minutes }: Extract<Command, { do: 'reprint' }>): void {
        pick(this.world.visible(), nth, ({ id, completed_at }) => {
            const last = Date.parse(`${completed_at}Z`);
            this.world.bambuddy.print({ archive: id, ...this.times(minutes, last), status: end });
            this.finished(id, end);
        });
    }

    private finished(archiveId: number, end: RunEnd): void {
        const run = this.world.model.finished(this.world.bambuddy.state.archives.get(archiveId)!, end === 'completed');
        run.due = this.begun();
    }

    /** The print ends now; it began after the one before under that id had ended. */
    private times(minutes: number, after: number): { startedAt: Date; seconds: number } {
        const longest = Math.floor((this.world.clock.now() - after) / 1000) - 1;
        const seconds = Math.min(minutes * 60, longest);
        return { startedAt: new Date(this.world.clock.now() - seconds * 1000), seconds };
    }
}

function pick<T>(from: Iterable<T>, nth: number, work: (one: T) => void): void {
    const all = [...from];
    if (all.length > 0) work(all[nth % all.length]!);
}
