import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Fault, SeenRequest } from '../../simulators/simulator';
import { Chain } from '../chain';
import type { Command, Sequence, Server } from './commands';
import { People } from './people';
import { identityOf, type Finding, type Run } from './stock-model';
import { Verdict } from './verdict';
import { World } from './world';

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

/** Between two commands; longer than the time that a print is given to settle. */
const PAUSE_MS = 20_000;

/** One sequence of commands, played on the simulated servers with the real chain between them, and the model beside it. */
export class Story {
    private readonly world = new World();
    private readonly clock = this.world.clock;
    private readonly bambuddy = this.world.bambuddy;
    private readonly inventree = this.world.inventree;
    private readonly model = this.world.model;
    private readonly people = new People(this.world, () => this.begun);
    private readonly verdict = new Verdict(this.world);
    private chain!: Chain;
    /** the process will die with the n-th request */
    private death: { requests: number; done: boolean } | null = null;
    private dying: Promise<void> | null = null;
    private deaf: Fault['kind'] | null = null;
    /** the ledger of now has begun: what finishes from here on is found by a poll */
    private begun = false;
    /** its first poll is not over */
    private starting = false;
    /** when it had seen a row of the log: from then on it can tell that the log was cleared */
    private anchored = Infinity;
    private ledgerLost = false;

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
        await this.world.open();
        bambuddy.interfere = (request) => this.interfere(request, 'bambuddy');
        inventree.interfere = (request) => this.interfere(request, 'inventree');
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
        await this.world.close();
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
                this.people.act(command);
        }
        await this.clock.advance(PAUSE_MS);
        await this.settle();
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
        const logged = this.world.logged();
        const cleared = this.world.cleared(this.anchored);
        if (logged.some((run) => run.due || !this.ledgerLost))
            this.anchored = Math.min(this.anchored, this.clock.now());
        for (const run of [...logged, ...cleared]) {
            if (identityOf(run.archive) === null) {
                if (run.parked !== 'yes') run.parked = run.due ? 'yes' : 'maybe';
            } else if (run.due && run.parked === 'no') run.claim = 'must';
        }
    }

    private async backfill(max: number | null): Promise<void> {
        const wanted = this.world.history();
        const newest = max === null ? wanted : wanted.slice(0, max);
        this.claim(this.calm && this.death === null ? newest : wanted);
        if (await this.ask(() => this.chain.backfill(max === null ? {} : { max }))) this.require(newest);
    }

    private async byHand(pick: number, force: boolean): Promise<void> {
        const archives = [...this.world.visible()];
        if (archives.length === 0) return;
        const archive = archives[pick % archives.length]!;
        const newest = this.world.history().filter((run) => run.archive === archive)[0];
        // where it has to wait, another one may be the newest by then
        if (!this.calm || this.death !== null) this.claim(this.model.runsOf(archive));
        else if (newest !== undefined) this.claim([newest]);
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
            if (run.parked === 'yes' && identityOf(run.archive) !== null && this.world.isVisible(run.archive)) {
                run.parked = 'no';
                run.claim = 'must';
            }
        }
    }

    private async loseLedger(how: 'deleted' | 'unreadable'): Promise<void> {
        [this.begun, this.anchored, this.ledgerLost] = [false, Infinity, true];
        this.model.ledgerLost((pk) => this.world.isRenumbered(pk));
        if (how === 'unreadable') garble(this.chain.ledger.file);
        await this.chain.crash({ storeLost: how === 'deleted' });
        await this.started();
    }

    private check(when: string): void {
        this.verdict.check(when, this.chain, this.people.archivesDeleted);
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
}

/** Overwrites a store: its snapshots and its journals. */
function garble(file: string): void {
    writeFileSync(file, 'not a store\n');
    for (const name of readdirSync(dirname(file))) {
        if (/\.journal\.\d+$|\.bak$/.test(name) && name.startsWith(basename(file)))
            writeFileSync(join(dirname(file), name), 'not a journal\n');
    }
}
