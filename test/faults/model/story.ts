import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BambuddySimulator } from '../../simulators/bambuddy';
import type { ArchiveRow } from '../../simulators/bambuddy/rows';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { Part, StockItem } from '../../simulators/inventree/types';
import type { Fault, SeenRequest } from '../../simulators/simulator';
import { Chain, VirtualClock } from '../chain';
import type { Command, RunEnd, Sequence, Server } from './commands';
import { identityOf, keyOf, StockModel, type Finding, type Run } from './stock-model';

const FILES = [
    { name: 'Gridfinity Bin' },
    { name: 'Wall Hook' },
    { name: 'Calibration Cube', no3mf: true },
    { name: null, no3mf: true },
];

/** What has the flow do nothing, where both servers are there. */
const OF_OTHERS = new Set<Command['do']>([
    'print',
    'reprint',
    'name the nameless',
    'clear the log',
    'delete a row',
    'hide an archive',
    'purge the newest archive',
]);

/** So long after its end an archive without a row is left alone. */
const ROW_COMES_MS = 90_000;

/** Between two commands; longer than the time that a print is given to settle. */
const PAUSE_MS = 20_000;

/** One sequence of commands, played on the simulated servers with the real chain between them, and the model beside it. */
export class Story {
    private readonly clock = new VirtualClock(false);
    private readonly bambuddy = new BambuddySimulator({ now: this.clock.date });
    private readonly inventree = new InvenTreeSimulator({ sqliteLocks: false });
    private readonly model = new StockModel((id) => this.bambuddy.state.visibleArchive(id));
    private chain!: Chain;
    /** the process will die with the n-th request */
    private death: { requests: number; done: boolean } | null = null;
    private dying: Promise<void> | null = null;
    private deaf: Fault['kind'] | null = null;
    /** the ledger of now has begun: what finishes from here on is found by a poll */
    private begun = false;
    /** its first poll is not over */
    private starting = false;
    private archivesDeleted = false;
    /** ids of archives purged before this may be given again */
    private purgedAt = 0;
    /** when it had seen a row of the log: from then on it can tell that the log was cleared */
    private anchored = Infinity;
    private ledgerLost = false;
    private names = 0;

    private constructor(private readonly sequence: Sequence) {}

    /** @returns what is not as it must be */
    static async play(sequence: Sequence): Promise<Finding[]> {
        const story = new Story(sequence);
        await story.open();
        try {
            for (const command of sequence.commands) await story.command(command);
            await story.end();
            return story.model.findings;
        } finally {
            await story.close();
        }
    }

    private async open(): Promise<void> {
        const { bambuddy, inventree } = this;
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: 'h' });
        bambuddy.interfere = (request) => this.interfere(request, 'bambuddy');
        inventree.interfere = (request) => this.interfere(request, 'inventree');
        this.watch();
        for (const command of this.sequence.before) await this.command(command);
        const { startWith } = this.sequence;
        for (const run of this.model.runs.values()) {
            if (startWith === 'now') run.claim = 'never';
            else run.due = true;
        }
        this.chain = await Chain.open({
            bambuddy,
            inventree,
            clock: this.clock,
            random: () => 0.5,
            source: { startWith, passAfter: 3600 },
        });
        await this.started();
    }

    private async close(): Promise<void> {
        await this.dying;
        await this.chain.close();
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
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

    private interfere({ method, url }: SeenRequest, of: Server): Fault | undefined {
        if (this.death !== null && --this.death.requests <= 0) {
            const { done } = this.death;
            this.death = null;
            // frozen, and the disk as it is, before anything else happens
            this.dying = this.chain.crash();
            return done ? undefined : { at: 'before', kind: 'reset' };
        }
        if (this.deaf !== null && of === 'inventree' && method === 'POST' && /^\/api\/(part|stock)\/$/.test(url)) {
            const kind = this.deaf;
            this.deaf = null;
            return { at: 'after', kind };
        }
        return undefined;
    }

    private get calm(): boolean {
        return !this.bambuddy.down && !this.inventree.down;
    }

    private async command(command: Command): Promise<void> {
        switch (command.do) {
            case 'print':
                this.print(command);
                break;
            case 'reprint':
                this.reprint(command);
                break;
            case 'poll':
                if (await this.ask(() => this.chain.poll())) this.polled();
                break;
            case 'backfill':
                await this.backfill(command.max);
                break;
            case 'by hand':
                await this.byHand(command.pick, command.force);
                break;
            case 'all at once':
                await this.allAtOnce(command.pick);
                break;
            case 'retry-all':
                await this.retryAll();
                break;
            case 'restart':
                await this.chain.restart();
                await this.started();
                break;
            case 'crash':
                await this.chain.crash();
                await this.started();
                break;
            case 'die':
                this.death = { requests: command.requests, done: command.done };
                break;
            case 'lose the ledger':
                await this.loseLedger(command.how);
                break;
            case 'outage':
                this[command.of].down = true;
                break;
            case 'outage ends':
                await this.outageEnds(command.of);
                break;
            case 'lose an answer':
                this.deaf = command.how;
                break;
            case 'wait':
                await this.clock.advance(command.minutes * 60_000);
                await this.settle();
                break;
            default:
                this.people(command);
        }
        await this.clock.advance(PAUSE_MS);
        await this.settle();
        // a poll that was disturbed, or that waited for a server, may have looked at them or not
        if (!this.calm || !OF_OTHERS.has(command.do)) this.model.maybeParked();
        this.model.forgetParts((pk) => this.isRenumbered(pk));
    }

    /** What people do at the two web interfaces. */
    private people(command: Command): void {
        const { bambuddy, inventree, model } = this;
        switch (command.do) {
            case 'clear the log':
                return bambuddy.clearLog();
            case 'delete a row':
                return this.pick(bambuddy.state.runs.keys(), command.pick, (id) => this.deleteRow(id));
            case 'purge the newest archive': {
                this.archivesDeleted = true;
                const newest = Math.max(...bambuddy.state.archives.keys());
                this.purgedAt = this.clock.now();
                return void (Number.isFinite(newest) && bambuddy.purge(newest));
            }
            case 'hide an archive':
                this.archivesDeleted = true;
                return this.pick(this.visible(), command.pick, ({ id }) => bambuddy.softDelete(id));
            case 'name the nameless':
                for (const archive of this.visible()) {
                    if (archive.print_name !== null) continue;
                    bambuddy.editArchive(archive.id, { print_name: `Named ${++this.names}` });
                    model.learn(archive);
                }
                return;
            case 'split':
                return this.pick(
                    this.items(),
                    command.pick,
                    ({ pk, quantity }) => void inventree.person.split(pk, quantity / 2),
                );
            case 'merge':
                return this.pick(this.pairs(), command.pick, (pair) => void inventree.person.merge(pair));
            case 'sell out':
                return this.pick(this.items(), command.pick, ({ pk }) => inventree.person.sellOut(pk));
            case 'count':
                return this.pick(this.items(), command.pick, ({ pk, quantity }) =>
                    inventree.person.editStock(pk, { quantity: quantity + 1 }),
                );
            case 'rename':
                return this.pick(model.parts.keys(), command.pick, (pk) =>
                    inventree.person.rename(pk, `Our ${++this.names}`),
                );
            case 'renumber':
                return this.pick(model.parts.keys(), command.pick, (pk) => {
                    inventree.person.renumber(pk, `SKU-${++this.names}`);
                    model.partRenumbered(pk);
                });
            case 'delete the Part':
                return this.pick(model.parts.keys(), command.pick, (pk) => inventree.person.deletePart(pk));
            case 'own image':
                return this.pick(model.parts.keys(), command.pick, (pk) => inventree.person.setImage(pk));
            default:
                throw new Error(`nobody does ${command.do}`);
        }
    }

    /** Of one row that goes, nobody can tell: it is not said whether its print was seen. */
    private deleteRow(id: number): void {
        const { archive_id, started_at } = this.bambuddy.state.runs.get(id)!;
        const run = this.run(archive_id ?? 0, started_at);
        if (run !== undefined) run.due = false;
        this.bambuddy.deleteRow(id);
    }

    private print({ file, plate, end, minutes }: Extract<Command, { do: 'print' }>): void {
        const what = FILES[file]!;
        const plates = 'no3mf' in what || plate === null ? {} : { plate, plates: 2 };
        const { archiveId } = this.bambuddy.print({
            ...what,
            ...plates,
            ...this.times(minutes, this.purgedAt),
            status: end,
        });
        this.finished(archiveId, end);
    }

    private reprint({ pick, end, minutes }: Extract<Command, { do: 'reprint' }>): void {
        this.pick(this.visible(), pick, ({ id, completed_at }) => {
            const last = Date.parse(`${completed_at}Z`);
            this.bambuddy.print({ archive: id, ...this.times(minutes, last), status: end });
            this.finished(id, end);
        });
    }

    private finished(archiveId: number, end: RunEnd): void {
        const run = this.model.finished(this.bambuddy.state.archives.get(archiveId)!, end === 'completed');
        run.due = this.begun;
    }

    /** The print ends now; it began after the one before under that id had ended. */
    private times(minutes: number, after: number): { startedAt: Date; seconds: number } {
        const longest = Math.floor((this.clock.now() - after) / 1000) - 1;
        const seconds = Math.min(minutes * 60, longest);
        return { startedAt: new Date(this.clock.now() - seconds * 1000), seconds };
    }

    /**
     * Something is asked of the source, and time goes on until it is done, as far as the servers let it.
     * @returns whether it came to its end undisturbed
     */
    private async ask(action: () => Promise<unknown>): Promise<boolean> {
        const { chain } = this;
        const calm = this.calm && this.death === null;
        let over = false;
        let refused = false;
        void action().then((answer) => {
            over = true;
            refused = answer === null;
        });
        await this.settle();
        return calm && over && !refused && chain === this.chain;
    }

    /** Until nothing moves any more; the process that died on the way is started again. */
    private async settle(): Promise<void> {
        if ((this.chain as Chain | undefined) === undefined) return;
        for (;;) {
            const left = this.calm ? await this.chain.idle() : await this.clock.activity.quiet().then(() => null);
            if (this.dying === null) {
                if (left !== null) this.model.find('lost', `it stands still: ${left}`);
                break;
            }
            await this.dying;
            this.dying = null;
            this.start();
        }
        // looked at as soon as it is over: what finishes later it has not seen
        if (!this.starting || this.chain.source.status().lastPoll === null) return;
        this.starting = false;
        this.polled();
    }

    private start(): void {
        this.starting = true;
        this.chain.start();
    }

    private async started(): Promise<void> {
        this.start();
        await this.settle();
    }

    private async outageEnds(of: Server): Promise<void> {
        this[of].down = false;
        await this.settle();
    }

    /** A poll looked at the whole log: what was in it is in stock now, and what was cleared from it since it saw a row. */
    private polled(): void {
        this.begun = true;
        this.model.knowing = true;
        const logged = this.logged();
        const cleared = this.cleared();
        if (logged.some((run) => run.due || !this.ledgerLost))
            this.anchored = Math.min(this.anchored, this.clock.now());
        for (const run of [...logged, ...cleared]) {
            if (identityOf(run.archive) === null) {
                if (run.parked !== 'yes') run.parked = run.due ? 'yes' : 'maybe';
            } else if (run.due && run.parked === 'no') run.claim = 'must';
        }
    }

    private async backfill(max: number | null): Promise<void> {
        const wanted = this.history();
        const newest = max === null ? wanted : wanted.slice(0, max);
        this.claim(this.calm && this.death === null ? newest : wanted);
        if (await this.ask(() => this.chain.backfill(max === null ? {} : { max }))) this.require(newest);
    }

    private async byHand(pick: number, force: boolean): Promise<void> {
        const archives = [...this.visible()];
        if (archives.length === 0) return;
        const archive = archives[pick % archives.length]!;
        const newest = this.history().filter((run) => run.archive === archive)[0];
        // where it has to wait, another one may be the newest by then
        if (!this.calm || this.death !== null) this.claim(this.model.runsOf(archive));
        else if (newest !== undefined) this.claim([newest]);
        const done = await this.ask(() => this.chain.archive(archive.id, force));
        if (!done || newest === undefined) return;
        if (identityOf(archive) !== null) newest.parked = 'no';
        this.require([newest]);
    }

    private async allAtOnce(pick: number): Promise<void> {
        const wanted = this.history();
        this.claim(wanted);
        const archives = [...this.visible()];
        const archive = archives[pick % archives.length];
        const done = await this.ask(() =>
            Promise.all([
                this.chain.poll(),
                archive === undefined ? null : this.chain.archive(archive.id, true),
                this.chain.backfill(),
                this.chain.poll(),
            ]),
        );
        if (done) this.polled();
    }

    private async retryAll(): Promise<void> {
        if (!(await this.ask(() => this.chain.retry()))) return;
        for (const run of this.model.runs.values()) {
            if (run.parked === 'yes' && identityOf(run.archive) !== null && this.isVisible(run.archive)) {
                run.parked = 'no';
                run.claim = 'must';
            }
        }
    }

    private async loseLedger(how: 'deleted' | 'unreadable'): Promise<void> {
        [this.begun, this.anchored, this.ledgerLost] = [false, Infinity, true];
        this.model.ledgerLost((pk) => this.isRenumbered(pk));
        if (how === 'unreadable') garble(this.chain.ledger.file);
        await this.chain.crash({ storeLost: how === 'deleted' });
        await this.started();
    }

    /** They may be in stock from now on. */
    private claim(runs: Run[]): void {
        for (const run of runs) if (run.claim === 'never') run.claim = 'may';
    }

    /** They must be in stock now. */
    private require(runs: Run[]): void {
        for (const run of runs) {
            if (identityOf(run.archive) === null) run.parked = 'yes';
            else if (run.parked === 'no') run.claim = 'must';
        }
    }

    /** All servers up, nothing left to do; then everything that Bambuddy still shows is asked for. */
    private async end(): Promise<void> {
        [this.death, this.deaf] = [null, null];
        this.bambuddy.down = this.inventree.down = false;
        await this.settle();
        await this.command({ do: 'restart' });
        await this.command({ do: 'poll' });
        this.check('after the last poll');
        await this.command({ do: 'backfill', max: null });
        await this.command({ do: 'poll' });
        this.check('after the last backfill');
    }

    private check(when: string): void {
        const { model, bambuddy, inventree } = this;
        for (const run of model.runs.values()) {
            if (run.claim === 'must' && run.made === 0) model.find('lost', `${when}: nothing was made for ${run.key}`);
        }
        for (const { batch, reason } of this.chain.ledger.parked()) {
            if (reason?.startsWith('no key') !== true) model.find('wrong', `${when}: ${batch} is parked: ${reason}`);
        }
        for (const violation of [...inventree.state.violations, ...bambuddy.violations])
            model.find('wrong', `${when}: ${violation}`);
        for (const leak of this.chain.leaks()) model.find('wrong', `${when}: a secret got out: ${leak}`);
        if (this.archivesDeleted) return;
        for (const { pk } of model.parts.values()) this.checkPart(inventree.state.parts.get(pk)!, when);
        for (const archive of this.visible()) this.checkLink(archive, when);
    }

    /** What a Part must have where every archive is still there. */
    private checkPart(part: Part, when: string): void {
        const { state } = this.inventree;
        const of = [...this.model.runs.values()].find(
            (run) => identityOf(run.archive) === this.model.parts.get(part.pk)?.identity,
        );
        if (of === undefined || of.archive.thumbnail_path === null) return;
        if (part.image === null) this.model.find('wrong', `${when}: Part #${part.pk} has no image`);
        for (const template of state.templates.values()) {
            if (state.parameterOf(part.pk, template.pk) === undefined)
                this.model.find('wrong', `${when}: Part #${part.pk} has no ${template.name}`);
        }
    }

    /** The page of its Part, where anything of it was ever put in stock. */
    private checkLink(archive: ArchiveRow, when: string): void {
        const made = [...this.model.runs.values()].some((run) => run.archive === archive && run.made > 0);
        const pk = Number(/\/part\/(\d+)\//.exec(archive.external_url ?? '')?.[1]);
        if (made !== (archive.external_url !== null))
            this.model.find('wrong', `${when}: archive ${archive.id} links to ${archive.external_url}`);
        const part = this.model.parts.get(pk);
        if (part !== undefined && part.identity !== identityOf(archive))
            this.model.find('wrong', `${when}: archive ${archive.id} links to the Part of ${part.identity}`);
    }

    /** Successful runs that Bambuddy shows: those of the log, newest first, then archives that have no rows. */
    private history(): Run[] {
        return [...this.logged(), ...this.rowless()];
    }

    private rowless(): Run[] {
        const { state } = this.bambuddy;
        return [...state.archivesByTime.newestFirst()]
            .filter(({ id, status }) => state.runsOf(id).length === 0 && status === 'completed')
            .map((archive) => this.run(archive.id, archive.started_at))
            .filter((run) => run !== undefined);
    }

    /** Archives whose rows were cleared, and that have been there for longer than a row takes to come. */
    private cleared(): Run[] {
        const latest = this.clock.now() - ROW_COMES_MS;
        return this.rowless().filter(({ archive }) => {
            const ended = Date.parse(`${archive.completed_at}Z`);
            return ended > this.anchored && ended <= latest;
        });
    }

    private logged(): Run[] {
        return [...this.bambuddy.state.runsByTime.newestFirst()]
            .map(({ archive_id, started_at }) => this.run(archive_id ?? 0, started_at))
            .filter((run) => run !== undefined)
            .filter((run) => run.successful && this.isVisible(run.archive));
    }

    private run(archiveId: number, startedAt: string | null): Run | undefined {
        return startedAt === null ? undefined : this.model.runs.get(keyOf(archiveId, startedAt));
    }

    private isVisible(archive: ArchiveRow): boolean {
        return this.bambuddy.state.visibleArchive(archive.id) === archive;
    }

    private isRenumbered(pk: number): boolean {
        return this.inventree.state.parts.get(pk)?.IPN !== this.model.parts.get(pk)?.madeIpn;
    }

    private visible(): ArchiveRow[] {
        return [...this.bambuddy.state.archives.values()].filter((archive) => archive.deleted_at === null);
    }

    private items(): StockItem[] {
        return [...this.inventree.state.stock.values()];
    }

    /** Items of one Part, which a person may put together. */
    private pairs(): number[][] {
        const items = this.items();
        return items.flatMap((a) => items.filter((b) => b !== a && b.part === a.part).map((b) => [a.pk, b.pk]));
    }

    private pick<T>(from: Iterable<T>, nth: number, work: (one: T) => void): void {
        const all = [...from];
        if (all.length > 0) work(all[nth % all.length]!);
    }
}

/** Overwrites a store: its snapshots and its journals. */
function garble(file: string): void {
    writeFileSync(file, 'not a store\n');
    for (const name of readdirSync(dirname(file))) {
        if (/\.journal\.\d+$|\.bak$/.test(name) && name.startsWith(basename(file)))
            writeFileSync(join(dirname(file), name), 'not a journal\n');
    }
}
