import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { BambuddySimulator } from '../../simulators/bambuddy';
import type { ArchiveRow } from '../../simulators/bambuddy/rows';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { StockItem } from '../../simulators/inventree/types';
import type { Fault, SeenRequest, Simulator } from '../../simulators/simulator';
import { VirtualClock } from '../chain';
import type { Instance, Sequence, Server } from './commands';
import { keyOf, StockModel, type Run } from './stock-model';

/** So long after its end an archive without a row is left alone. */
const ROW_COMES_MS = 90_000;

/** The two simulated servers of a story, the model beside them, and what there is to see in them. */
export class World {
    readonly clock = new VirtualClock(false);
    readonly bambuddy: BambuddySimulator;
    readonly inventree: InvenTreeSimulator;
    readonly model = new StockModel((id) => this.bambuddy.state.visibleArchive(id));
    /** what becomes of a request */
    interfere: (request: SeenRequest, of: Server, who: Instance) => Fault | undefined = () => undefined;
    /** Bambuddy knows what an outcome is */
    readonly asksForOutcomes: boolean;
    /** what Bambuddy's clock was set forward or back by, ms */
    bambuddySkew = 0;
    /** of Bambuddy's database; one that was set is PostgreSQL's */
    zoneHours = 0;
    hasZone = false;
    /** somebody has set a clock: what no row tells of cannot be told apart by its time */
    clocksWereSet = false;
    /** the next item that one of us makes is sold before anybody asks for anything */
    buyer = false;
    /** a person is at work in InvenTree */
    byPerson = false;
    private bought: number | null = null;
    /** whose request is being served */
    private readonly serving = new AsyncLocalStorage<Instance>();
    /** doors of its own for the second instance, to tell its requests by */
    private readonly proxies: Partial<Record<Server, http.Server>> = {};
    /** looks at the stock of batches, the last ones, each with the number of items made by then */
    private readonly looks: { who: Instance; batches: RegExp; made: number }[] = [];
    /** items by pk: who made each, and as the how many-th; what was split off counts as what it is of */
    private readonly itemsMade = new Map<number, { who: Instance; made: number }>();
    private made = 0;

    constructor({ bambuddy, inventree }: Pick<Sequence, 'bambuddy' | 'inventree'>) {
        this.asksForOutcomes = bambuddy === '1.2.5.7';
        this.bambuddy = new BambuddySimulator({
            now: () => new Date(this.bambuddyNow()),
            version: bambuddy,
            databaseOffset: () => this.zoneHours * 3600_000,
        });
        this.inventree = new InvenTreeSimulator({ locking: 'none', apiVersion: inventree });
    }

    async open(): Promise<void> {
        const { bambuddy, inventree } = this;
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        this.proxies.bambuddy = await this.proxy(bambuddy);
        this.proxies.inventree = await this.proxy(inventree);
        bambuddy.interfere = (request) => this.interfere(request, 'bambuddy', this.who);
        inventree.interfere = (request) => {
            this.sellBought();
            this.noteLook(request);
            return this.interfere(request, 'inventree', this.who);
        };
        inventree.allow('stock_location', 'add');
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: 'h' });
        this.watch();
    }

    async close(): Promise<void> {
        for (const proxy of Object.values(this.proxies)) {
            proxy.closeAllConnections();
            proxy.close();
        }
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }

    /** Where the second instance finds the two servers. */
    get addressesOfSecond(): Record<Server, string> {
        return { bambuddy: addressOf(this.proxies.bambuddy!), inventree: addressOf(this.proxies.inventree!) };
    }

    /** Successful runs that Bambuddy shows: those of the log, newest first, then archives that have no rows. */
    history(): Run[] {
        return [...this.logged(), ...this.rowless()];
    }

    /** Archives that ended after `anchored`, whose rows were cleared, and that have been there for longer than a row takes to come. */
    cleared(anchored: number): Run[] {
        if (this.clocksWereSet) return [];
        const latest = this.clock.elapsed() - ROW_COMES_MS;
        return this.rowless().filter(({ at }) => at > anchored && at <= latest);
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

    /** Whether a Part has its picture and all parameters. */
    isComplete(pk: number): boolean {
        const { state } = this.inventree;
        const templates = [...state.templates.values()];
        return (
            state.parts.get(pk)?.image !== null &&
            templates.every((template) => state.parameterOf(pk, template.pk) !== undefined)
        );
    }

    readonly bambuddyNow = (): number => this.clock.elapsed() + this.bambuddySkew;

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

    /** The item that was made last is sold, where somebody waited for it. */
    sellBought(): void {
        const pk = this.bought;
        this.bought = null;
        if (pk !== null && this.inventree.state.stock.has(pk)) this.inventree.person.sellOut(pk);
    }

    private get who(): Instance {
        return this.serving.getStore() ?? 'first';
    }

    private async proxy(server: Simulator): Promise<http.Server> {
        const proxy = http.createServer((req, res) => {
            this.serving.run('second', () => void server.app(req, res));
        });
        proxy.listen(0, '127.0.0.1');
        await once(proxy, 'listening');
        return proxy;
    }

    private rowless(): Run[] {
        const { state } = this.bambuddy;
        return [...state.archivesByTime.newestFirst()]
            .filter(({ id, status }) => state.runsOf(id).length === 0 && status === 'completed')
            .map((archive) => this.run(archive.id, archive.started_at))
            .filter((run) => run !== undefined);
    }

    private noteLook({ method, url }: SeenRequest): void {
        if (method !== 'GET' || !url.startsWith('/api/stock/')) return;
        const { searchParams } = new URL(url, 'http://localhost');
        const one = searchParams.get('batch');
        const pattern = one === null ? searchParams.get('batch_regex') : `^${one}$`;
        if (pattern === null) return;
        this.looks.push({ who: this.who, batches: new RegExp(pattern, 'i'), made: this.made });
        if (this.looks.length > 500) this.looks.shift();
    }

    /**
     * Whether this one looked for a run's item when the other one's had come already. Only a look for that run counts:
     * another print's, at the same codes, may be answered while what was found out before is on its way.
     */
    private hadSeen(who: Instance, { archiveId, rowId, key }: Run, pk: number): boolean {
        const item = this.itemsMade.get(pk);
        if (item === undefined || item.who === who) return true;
        const code = `bambuddy-${archiveId}`;
        const own = [`${code}-${rowId}`, `${code}-${key.split('@')[1]!.replace(/\D/g, '')}`];
        const last = this.looks.findLast((look) => look.who === who && own.some((each) => look.batches.test(each)));
        return last === undefined || last.made >= item.made;
    }

    /** Everything that is made and taken away in InvenTree, whoever does it. */
    private watch(): void {
        const { model } = this;
        const { state } = this.inventree;
        const [addStock, addPart] = [state.addStock.bind(state), state.addPart.bind(state)];
        const [removeStock, removePart] = [state.removeStock.bind(state), state.removePart.bind(state)];
        state.addStock = (item) => {
            const added = addStock(item);
            if (added.parent === null) this.itemMade(added);
            else this.itemSplit(added);
            return added;
        };
        state.addPart = (part) => {
            const added = addPart(part);
            if (!this.byPerson) model.partMade(added);
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

    private itemSplit(item: StockItem): void {
        const of = this.itemsMade.get(item.parent!);
        if (of !== undefined) this.itemsMade.set(item.pk, of);
        this.model.itemSplit(item);
    }

    private itemMade(item: StockItem): void {
        const { who } = this;
        this.model.itemMade(item, who, (run, pk) => this.hadSeen(who, run, pk));
        this.itemsMade.set(item.pk, { who, made: ++this.made });
        if (!this.buyer) return;
        [this.buyer, this.bought] = [false, item.pk];
    }
}

function addressOf(server: http.Server): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
