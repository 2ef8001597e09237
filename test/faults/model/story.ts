import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { OutcomeRules } from '../../../lib/sources/bambuddy/admission-rules';
import { Chain } from '../chain';
import { Between } from './between';
import type { Command, Instance, Sequence } from './commands';
import { Offers } from './offers';
import { People } from './people';
import { Second } from './second';
import { identityOf, isNewest, isWanted, type Finding, type Run, type RunKey } from './stock-model';
import { Verdict } from './verdict';
import { World } from './world';

/** What has the flow do nothing, where both servers are there. */
const OF_OTHERS = new Set<Command['do']>([
    'print',
    'reprint',
    'name the nameless',
    'tell twice',
    'outcome',
    'the file comes',
    'clear the log',
    'a row that cannot be read',
    'delete a row',
    'hide an archive',
    'purge the newest archive',
]);

/** What is asked for waits for its answer; where none comes a person is asked. */
const OUTCOMES: OutcomeRules = { ask: 'wait', days: 7, unanswered: 'attention', rejected: 'skip', rejectedStatus: 65 };
/** So often an outcome is looked for at the least, and an hour more. */
const OUTCOMES_MS = 2 * 3600_000;
/** Between two commands; longer than the time that a print is given to settle. */
const PAUSE_MS = 20_000;
/** With both servers well nothing waits longer: a refused request is repeated after an hour at the latest. */
const LONGEST_HOURS = 3;

/** One sequence of commands, played on the simulated servers with the real chain between them, and the model beside it. */
export class Story {
    private readonly world: World;
    private readonly clock;
    private readonly model;
    private readonly people: People;
    private readonly verdict: Verdict;
    private readonly offers: Offers;
    private readonly between = new Between((who) => this.dies(who));
    private chain!: Chain;
    private second!: Second;
    private dying: Promise<void> | null = null;
    private deaths = 0;
    /** what the first one's ledger knew when a backup of it was kept */
    private backup: { runs: ReadonlyMap<RunKey, boolean>; begun: boolean; anchored: number } | null = null;
    /** the ledger of now has begun: what finishes from here on is found by a poll */
    private begun = false;
    /** its first poll is not over */
    private starting = false;
    /** when it had seen a row of the log: from then on it can tell that the log was cleared */
    private anchored = Infinity;
    private ledgerLost = false;

    private constructor(private readonly sequence: Sequence) {
        this.world = new World(sequence);
        this.clock = this.world.clock;
        this.model = this.world.model;
        this.people = new People(this.world, () => this.begun);
        this.verdict = new Verdict(this.world, this.between.forbidden);
        this.offers = new Offers(this.world, () => this.chain.ledger);
    }

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
        const { bambuddy, inventree } = this.world;
        await this.world.open();
        this.world.interfere = (request, of, who) => this.between.interfere(request, of, who);
        for (const command of this.sequence.before) await this.command(command);
        const { startWith, pageSize } = this.sequence;
        for (const run of this.model.runs.values()) {
            if (startWith === 'now') run.claim = 'never';
            else run.due = true;
        }
        const flow = {
            plateCount: true,
            printerLocations: startWith === 'now',
            price: true,
            category: inventree.addCategory({ name: '3D prints' }).pk,
            location: inventree.addLocation({ name: 'Shelf A' }).pk,
        };
        const admission = { outcome: OUTCOMES, doubles: 'hold' as const, countsPieces: () => true };
        const options = { bambuddy, inventree, clock: this.clock, random: () => 0.5, flow };
        this.second = new Second(this.world, {
            ...options,
            source: { startWith: 'now', pageSize, passAfter: 3600, admission },
            writing: () => this.between.writing('second'),
        });
        this.chain = await Chain.open({
            ...options,
            source: { startWith, pageSize, passAfter: 3600, admission },
            writing: () => this.between.writing('first'),
        });
        await this.started();
    }

    private async close(): Promise<void> {
        await this.dying;
        await this.second.close();
        await this.chain.close();
        await this.world.close();
    }

    /** Frozen, and the disk as it is, before anything else happens. */
    private dies(who: Instance): void {
        this.deaths++;
        if (who === 'second') this.second.dies();
        else this.dying = this.chain.crash();
    }

    /** Of both instances, as far as they run; none before the deploy. */
    private get chains(): Chain[] {
        const first = this.chain as Chain | undefined;
        return first === undefined ? [] : [first, ...this.second.chains];
    }

    private get calm(): boolean {
        return this.between.calm;
    }

    private async command(command: Command): Promise<void> {
        switch (command.do) {
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
            case 'import-offered':
                await this.importOffered(command.pick);
                break;
            case 'dismiss-offered':
                await this.dismissOffered(command.pick);
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
                this.between.death = { ...command };
                break;
            case 'die at a write':
                this.between.writes = command.writes;
                break;
            case 'lose the ledger':
                await this.loseLedger(command.how);
                break;
            case 'keep a backup':
                await this.keepBackup();
                break;
            case 'restore the backup':
                await this.restoreBackup();
                break;
            case 'outage':
            case 'foreign answers':
            case 'refuse':
                this.between.begin(command);
                break;
            case 'well again':
                this.between.end(command.of);
                await this.settle();
                break;
            case 'lose an answer':
                this.between.deaf = command.how;
                break;
            case 'wait':
                await this.clock.advance(command.minutes * 60_000);
                await this.settle();
                break;
            case 'our clock':
                this.world.clocksWereSet = true;
                this.clock.skew += command.minutes * 60_000;
                this.offers.clocksShow();
                break;
            case "Bambuddy's clock":
                this.world.clocksWereSet = true;
                this.offers.clocksShow();
                this.world.bambuddySkew += command.minutes * 60_000;
                this.offers.clocksShow();
                break;
            case 'zone':
                if (this.people.purged) break;
                this.world.clocksWereSet = this.world.hasZone = true;
                this.world.zoneHours = command.hours;
                break;
            case 'second starts':
                this.second.start();
                await this.settle();
                break;
            case 'second stops':
                await this.second.stop();
                break;
            case 'second dies':
                this.second.dies();
                await this.settle();
                break;
            case 'second polls':
                await this.secondPolls();
                break;
            case 'both poll':
                await this.bothPoll();
                break;
            default:
                this.people.act(command);
        }
        await this.clock.advance(PAUSE_MS);
        await this.settle();
        // as the timer does, 20 s after something was made
        if (this.calm) for (const chain of this.chains) await chain.lookForDoubles();
        // a poll that was disturbed, or that waited for a server, may have looked at them or not
        if (!this.calm || !OF_OTHERS.has(command.do)) this.model.maybeParked();
        this.model.forgetParts((pk) => this.world.isRenumbered(pk));
    }

    /**
     * Something is asked of the source, and time goes on until it is done, as far as the servers let it.
     * @returns whether it came to its end undisturbed
     */
    private async ask(action: () => Promise<unknown>): Promise<boolean> {
        const { chain } = this;
        const calm = this.undisturbed;
        let over = false;
        let refused = false;
        void action().then((answer) => {
            over = true;
            refused = answer === null;
        });
        await this.settle();
        return calm && over && !refused && chain === this.chain;
    }

    /** Until nothing moves any more; a process that died on the way is started again. */
    private async settle(): Promise<void> {
        if ((this.chain as Chain | undefined) === undefined) return;
        for (;;) {
            const left = this.calm ? await this.idle() : await this.clock.activity.quiet().then(() => null);
            if (this.dying === null && !this.second.isDying) {
                if (left !== null) this.model.find('lost', `it stands still: ${left}`);
                break;
            }
            if (this.dying !== null) {
                await this.dying;
                this.dying = null;
                this.start();
            }
            await this.second.revive();
        }
        this.world.sellBought();
        // looked at as soon as it is over: what finishes later it has not seen
        if (!this.starting || this.chain.source.status().lastPoll === null) return;
        this.starting = false;
        this.polled();
    }

    /** @returns what is left of the one or the other although nothing moves any more */
    private async idle(): Promise<string | null> {
        const began = this.clock.elapsed();
        for (const chain of this.chains) lookAgain(chain);
        const dies = (): boolean => this.dying !== null || this.second.isDying;
        const left = (await this.chain.idle(dies)) ?? (await this.second.idle(dies));
        const hours = (this.clock.elapsed() - began) / 3600_000;
        if (hours > LONGEST_HOURS)
            this.model.find('wrong', `it took ${hours.toFixed(1)} h although both servers are well`);
        return left;
    }

    private get undisturbed(): boolean {
        return this.calm && this.between.death === null && this.between.writes === null;
    }

    private start(): void {
        this.starting = true;
        this.chain.start();
    }

    private async started(): Promise<void> {
        this.start();
        await this.settle();
    }

    /** A poll looked at the whole log: what was in it is in stock now, and what was cleared from it since it saw a row. */
    private polled(): void {
        if (!this.begun && this.ledgerLost) this.offers.ledgerBegan();
        this.begun = true;
        this.model.knowing = true;
        const logged = this.world.logged();
        const cleared = this.world.cleared(this.anchored);
        if (logged.some((run) => run.due || !this.ledgerLost))
            this.anchored = Math.min(this.anchored, this.clock.elapsed());
        // a row behind a clock that was set back is found by the number of rows, where none was deleted in its place
        const { archivesDeleted, rowsDeleted } = this.people;
        const uncertain = this.world.clocksWereSet && (archivesDeleted || rowsDeleted);
        for (const run of [...logged, ...cleared]) {
            if (run.due && run.asks && run.outcome === null && isNewest(run)) this.hold(run, uncertain);
            if (identityOf(run.archive) === null) {
                if (run.parked !== 'yes') run.parked = run.due ? 'yes' : 'maybe';
            } else if (run.due && run.parked === 'no' && isWanted(run) && !uncertain && !this.offers.isOffered(run))
                run.claim = 'must';
        }
        this.offers.check();
        this.model.looked('first', logged);
    }

    /**
     * A look at a run whose outcome nobody told yet: from then on it is held, where the look was not disturbed.
     * @param uncertain its row may not be found
     */
    private hold(run: Run, uncertain: boolean): void {
        const record = this.chain.ledger.printOfRun('bambuddy', run.archiveId, `${run.key.split('@')[1]}Z`);
        run.held ||= record?.hold === 'verdict';
        const isOwn = run.made === 0 && isNewest(run) && !run.byHand && run.twin === null && run.parked === 'no';
        if (
            this.calm &&
            isOwn &&
            !uncertain &&
            run.archive.quantity !== 0 &&
            identityOf(run.archive) !== null &&
            !run.held
        )
            this.model.find('wrong', `${run.key} is ${record?.state ?? 'not known'}: nobody waits for its outcome`);
    }

    private async secondPolls(): Promise<void> {
        if (!this.second.isRunning) return;
        const calm = this.undisturbed;
        this.second.poll();
        await this.settle();
        if (calm) this.model.looked('second', this.world.logged());
    }

    private async bothPoll(): Promise<void> {
        const before = this.model.twins.length;
        const { deaths } = this;
        this.second.poll();
        if (await this.ask(() => this.chain.poll())) this.polled();
        // who has died meanwhile does not look any more
        if (deaths < this.deaths) this.model.twins.length = before;
    }

    private async backfill(max: number | null): Promise<void> {
        const wanted = this.world.history();
        const newest = max === null ? wanted : wanted.slice(0, max);
        // what is skipped does not count
        this.claim(this.undisturbed && newest.every(isWanted) ? newest : wanted);
        if (await this.ask(() => this.chain.backfill(max === null ? {} : { max }))) this.require(newest);
    }

    private async byHand(pick: number, force: boolean): Promise<void> {
        const archives = [...this.world.visible()];
        if (archives.length === 0) return;
        const archive = archives[pick % archives.length]!;
        const newest = this.world.history().filter((run) => run.archive === archive)[0];
        // where it has to wait, another one may be the newest by then
        if (!this.undisturbed) this.claim(this.model.runsOf(archive));
        else if (newest !== undefined) this.claim([newest]);
        this.byHandNow(this.model.runsOf(archive));
        const done = await this.ask(() => this.chain.archive(archive.id, force));
        if (!done || newest === undefined) return;
        if (identityOf(archive) !== null) newest.parked = 'no';
        this.require([newest]);
    }

    private async allAtOnce(pick: number): Promise<void> {
        const wanted = this.world.history();
        this.claim(wanted);
        const archives = [...this.world.visible()];
        const archive = archives[pick % archives.length];
        if (archive !== undefined) this.byHandNow(this.model.runsOf(archive));
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
        // whoever retries a print that had no key takes it as it is, whatever its outcome
        this.lookedAtHistory(this.model.runs.values());
        for (const run of this.model.runs.values()) if (run.parked !== 'no') run.byHand = true;
        if (!(await this.ask(() => this.chain.retry()))) return;
        for (const run of this.model.runs.values()) {
            if (
                run.parked === 'yes' &&
                isWanted(run) &&
                identityOf(run.archive) !== null &&
                this.world.isVisible(run.archive)
            ) {
                run.parked = 'no';
                run.claim = 'must';
            }
        }
    }

    private byHandNow(runs: Run[]): void {
        for (const run of runs) run.byHand = true;
        this.lookedAtHistory(runs);
    }

    /** Whoever has it sent again has looked at the history of its Part. */
    private lookedAtHistory(runs: Iterable<Run>): void {
        for (const run of runs) if (this.verdict.isBrokenOff(run, this.chain.ledger)) run.knownTo.delete('first');
    }

    private async importOffered(pick: number | null): Promise<void> {
        const { batch, runs } = this.offers.chosen(pick);
        if (runs.length === 0) return;
        this.claim(runs);
        if (await this.ask(() => this.chain.importOffered(batch)))
            this.require(runs.filter(({ archive }) => this.world.isVisible(archive)));
    }

    private async dismissOffered(pick: number | null): Promise<void> {
        const { batch, runs } = this.offers.chosen(pick);
        if (runs.length === 0) return;
        await this.ask(() => this.chain.dismissOffered(batch));
        this.offers.dismissed(runs);
    }

    private async loseLedger(how: 'deleted' | 'unreadable'): Promise<void> {
        [this.begun, this.anchored, this.ledgerLost] = [false, Infinity, true];
        this.model.ledgerLost(
            (pk) => this.world.isRenumbered(pk),
            (pk) => this.world.isComplete(pk),
        );
        this.offers.ledgerLost();
        // who wants the whole history has asked for it
        if (this.sequence.startWith === 'all') this.model.asked(this.model.runs.values());
        if (how === 'unreadable') garble(this.chain.ledger.file);
        await this.chain.crash({ storeLost: how === 'deleted' });
        await this.started();
    }

    private async keepBackup(): Promise<void> {
        await this.settle();
        await this.chain.keepBackup();
        const { begun, anchored } = this;
        this.backup = { runs: this.model.kept(), begun, anchored };
    }

    private async restoreBackup(): Promise<void> {
        if (this.backup === null) return;
        const { runs, begun, anchored } = this.backup;
        [this.begun, this.anchored] = [begun, anchored];
        this.model.restored(
            runs,
            (pk) => this.world.isRenumbered(pk),
            (pk) => this.world.isComplete(pk),
        );
        await this.chain.crash({ restored: true });
        await this.started();
    }

    private check(when: string): void {
        this.verdict.check(when, this.chains, this.people.archivesDeleted);
    }

    /** They may be in stock from now on. */
    private claim(runs: Run[]): void {
        for (const run of runs) if (run.claim === 'never') run.claim = 'may';
        this.model.asked(runs);
    }

    /** They must be in stock now. */
    private require(runs: Run[]): void {
        for (const run of runs) {
            if (identityOf(run.archive) === null) run.parked = 'yes';
            else if (run.parked === 'no' && isWanted(run)) run.claim = 'must';
        }
    }

    /** All servers up, nothing left to do; then everything that Bambuddy still shows is asked for. */
    private async end(): Promise<void> {
        [this.between.death, this.between.writes, this.between.deaf] = [null, null, null];
        this.between.end('bambuddy');
        this.between.end('inventree');
        await this.settle();
        await this.command({ do: 'restart' });
        await this.command({ do: 'poll' });
        await this.command({ do: 'wait', minutes: OUTCOMES_MS / 60_000 });
        this.check('after the last poll');
        await this.command({ do: 'backfill', max: null });
        await this.command({ do: 'wait', minutes: OUTCOMES_MS / 60_000 });
        await this.command({ do: 'poll' });
        this.check('after the last backfill');
    }
}

/** The next look of a source, whose first one was refused: what a restart interrupted waits for it. */
function lookAgain(chain: Chain): void {
    const { lastPoll, lastError } = chain.source.status();
    if (lastPoll === null && lastError !== null) void chain.poll();
}

/** Overwrites a store: its snapshots and its journals. */
function garble(file: string): void {
    writeFileSync(file, 'not a store\n');
    for (const name of readdirSync(dirname(file))) {
        if (/\.journal\.\d+$|\.bak$/.test(name) && name.startsWith(basename(file)))
            writeFileSync(join(dirname(file), name), 'not a journal\n');
    }
}
