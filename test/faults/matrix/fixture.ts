import { BambuddySimulator } from '../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../simulators/inventree';
import type { SeenRequest, Simulator } from '../../simulators/simulator';
import { Chain, VirtualClock, type ChainOptions } from '../chain';
import type { Expectation } from '../check';
import type { Ailment, Asked } from './ailments';

/** One fault: which request of a scenario is struck by what, and how many requests from then on. */
export interface Strike {
    /** the request, as `requestKey` names it, and its how-manieth since the scenario began */
    key: string;
    nth: number;
    ailment: Ailment;
    times: number;
}

export interface MatrixFixtureOptions {
    apiVersion?: number;
    printLog?: boolean;
    timeout: number;
    chain?: Pick<ChainOptions, 'source' | 'flow'>;
}

/** Two simulated servers and a chain between them, where one request can be struck by a fault. */
export class MatrixFixture {
    /** requests since `listen`, by their names, in order */
    readonly heard: { key: string; nth: number; asked: Asked }[] = [];
    readonly runs: Expectation['runs'] = [];
    /** how many requests the fault struck */
    struck = 0;
    private readonly began: number;
    /** what a server holds back until after the look that follows */
    private heldBack: (() => Promise<void>) | null = null;
    private seen: Map<string, number> | null = null;
    private strike: Strike | null = null;

    private constructor(
        readonly clock: VirtualClock,
        readonly bambuddy: BambuddySimulator,
        readonly inventree: InvenTreeSimulator,
        readonly chain: Chain,
        private readonly timeoutMs: number,
    ) {
        this.began = clock.now();
    }

    static async open({ apiVersion, printLog, timeout, chain }: MatrixFixtureOptions): Promise<MatrixFixture> {
        const clock = new VirtualClock();
        const bambuddy = new BambuddySimulator({ now: clock.date, printLog });
        const inventree = new InvenTreeSimulator({ writeMs: 0, apiVersion });
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        inventree.allow('stock_location', 'add');
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime' });
        bambuddy.addPrinter({ name: 'Left printer' });
        const opened = await Chain.open({ bambuddy, inventree, clock, timeout, random: () => 0.5, ...chain });
        const fixture = new MatrixFixture(clock, bambuddy, inventree, opened, timeout * 1000);
        bambuddy.interfere = (request) => fixture.interfere('Bambuddy', request);
        inventree.interfere = (request) => fixture.interfere('InvenTree', request);
        inventree.hold = ({ method, url }) => fixture.commitBefore(method, url);
        return fixture;
    }

    /** From here on requests are counted, and struck. */
    listen(strike: Strike | null): void {
        this.seen = new Map();
        this.strike = strike;
    }

    /** A print that has to come into stock. */
    async print(options: Parameters<BambuddySimulator['print']>[0] = {}): Promise<number> {
        // by the clock on the wall, however long a fault held things up before
        const end = this.began + (this.runs.length + 1) * 3 * 3600_000;
        await this.clock.advance(end - this.clock.now());
        const { archiveId } = this.bambuddy.print(options);
        this.expect(archiveId);
        return archiveId;
    }

    expect(archiveId: number): void {
        const startedAt = this.bambuddy.state.archives.get(archiveId)!.started_at!;
        this.runs.push({ archiveId, startedAt });
    }

    async close(): Promise<void> {
        await this.chain.close();
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }

    /**
     * All that is in the two servers and in the ledger, one line each, without what differs from run to run.
     * @param askedAgain a person asked for the picture or the link once more: its outcome then stands in the newest run
     */
    fingerprint(askedAgain: boolean): string[] {
        const { state } = this.inventree;
        const part = (pk: number): string => state.parts.get(pk)?.name ?? `no Part ${pk}`;
        const template = (pk: number): string => state.templates.get(pk)?.name ?? `no template ${pk}`;
        const lines = [
            ...[...state.parts.values()].map((each) => {
                const { name, IPN, category, description, keywords, link, image, is_template, variant_of } = each;
                const of = variant_of === null ? null : part(variant_of);
                return row('Part', name, IPN, category, description, keywords, link, image !== null, is_template, of);
            }),
            ...[...state.parameters.values()].map((each) =>
                row('parameter', part(each.part), template(each.template), each.data),
            ),
            ...[...state.stock.values()].map((each) => {
                const { batch, quantity, status, location, notes, link, purchase_price } = each;
                return row('item', part(each.part), batch, quantity, status, location, notes, link, purchase_price);
            }),
            ...[...state.attachments.values()].map(({ model_type, model_id, comment, link, file_size }, n, all) => {
                const same = all.slice(0, n).filter((each) => each.comment === comment && each.model_id === model_id);
                return row('attachment', model_type, model_id, comment, link, file_size, same.length);
            }),
            ...[...this.inventree.state.locations.values()].map(({ name, parent }) => row('location', name, parent)),
            ...[...this.bambuddy.state.archives.values()].map(({ id, external_url }) => {
                const pk = /\/part\/(\d+)\/$/.exec(external_url ?? '')?.[1];
                return row('archive', id, pk === undefined ? external_url : part(Number(pk)));
            }),
            ...[...this.chain.ledger.prints()].map(({ batch, state: now, image, link, intent, reason }) =>
                row('ledger', batch, now, intent, reason, ...(askedAgain ? [] : [image, link])),
            ),
        ];
        return lines.map((line) => line.replaceAll(/127\.0\.0\.1:\d+/g, 'host')).sort();
    }

    private interfere(server: Asked['server'], request: SeenRequest): ReturnType<NonNullable<Simulator['interfere']>> {
        if (this.seen === null) return undefined;
        const asked: Asked = { server, method: request.method, url: request.url };
        const key = requestKey(asked);
        const nth = (this.seen.get(key) ?? 0) + 1;
        this.seen.set(key, nth);
        this.heard.push({ key, nth, asked });
        const { strike } = this;
        if (strike === null || this.struck === strike.times) return undefined;
        const begins = this.struck > 0 || (key === strike.key && nth === strike.nth);
        // a fault that goes on strikes whatever that server is asked next
        if (!begins || !strike.key.startsWith(server)) return undefined;
        if (strike.ailment.fits?.(asked) === false) return undefined;
        this.struck++;
        const fault = strike.ailment.fault(server === 'Bambuddy' ? this.bambuddy.apiKey : this.inventree.token);
        return { ...fault, late: (commit) => this.commitLate(commit, strike.ailment) };
    }

    private commitLate(commit: () => Promise<void>, { timeoutsLate, msLate }: Ailment): void {
        const late = msLate ?? (timeoutsLate === undefined ? null : timeoutsLate * this.timeoutMs);
        if (late === null) {
            this.heldBack = commit;
            return;
        }
        // time stands until the client has given up
        void this.clock.sleep(late).then(() => this.clock.activity.track(commit()));
    }

    /** The second POST finds that the first was done meanwhile. */
    private commitBefore(method: string, url: string): Promise<void> | undefined {
        const { heldBack } = this;
        if (heldBack === null || this.struck === 0 || method !== 'POST' || !this.strike?.key.endsWith(url))
            return undefined;
        if (this.requestsOf(url) < 2) return undefined;
        this.heldBack = null;
        return heldBack();
    }

    private requestsOf(url: string): number {
        return this.seen?.get(`InvenTree POST ${url}`) ?? 0;
    }
}

/** `InvenTree POST /api/stock/`; the query is left out, it holds times and tokens. */
export function requestKey({ server, method, url }: Asked): string {
    return `${server} ${method} ${url.split('?')[0]}`;
}

function row(...values: unknown[]): string {
    return values.map((value) => JSON.stringify(value ?? null)).join(' ');
}
