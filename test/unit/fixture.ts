import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BambuddyClient } from '../../lib/clients/bambuddy/client';
import type { LockTimes } from '../../lib/store/engine/lock/store-lock';
import { Ledger } from '../../lib/store/ledger/ledger';
import { ADMISSION_DEFAULTS } from '../../lib/sources/bambuddy/admission-rules';
import type { PrintFilter } from '../../lib/sources/bambuddy/filter';
import { DEFAULT_KEY_FIELDS, ipnOf, type IdentityRule } from '../../lib/print/part-identity';
import { Intake } from '../../lib/sources/bambuddy/import/intake';
import { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { partStep, type PartResult, type PartSettings } from '../../lib/destinations/inventree/part/part-step';
import type { Pass, Print } from '../../lib/print/print';
import { scan } from '../../lib/sources/bambuddy/recovery/scan';
import { stockStep } from '../../lib/destinations/inventree/stock/stock-step';
import type { StockResult, StockSettings } from '../../lib/destinations/inventree/stock/stock-settings';
import { Sync } from '../../lib/sync';
import { inventreeClient } from '../fixtures/inventree-client';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import type { Locking } from '../simulators/inventree/write-lock';
import type { Fault } from '../simulators/simulator';
import { FakeClock } from './fake-clock';

export interface FixtureOptions {
    /** of InvenTree, default 479 */
    apiVersion?: number;
    /** of Bambuddy, default true */
    auth?: boolean;
    printLog?: boolean;
    mediaToken?: boolean;
    /** of Bambuddy, default 1.2.5.2 */
    version?: string;
    /** of Bambuddy's database, default UTC */
    databaseOffset?: (utcMs: number) => number;
    /** the clock of what joins the servers, default Date.now */
    now?: () => number;
    /** the servers' lines sleep until a test lets time pass; default: every sleep ends at once */
    standing?: boolean;
    /** seconds, default 10 */
    timeout?: number;
    /** the key may not change archives */
    readOnly?: boolean;
    /** of InvenTree's database, default sqlite */
    locking?: Locking;
    /** writes at a time, default 1 */
    writes?: number;
    /** of the ledger's lock: by these clocks it seems to have slept */
    lock?: Partial<LockTimes>;
    /** another Node-RED with a ledger of its own on the servers of this one, which outlives it */
    beside?: Fixture;
}

export const RULE: IdentityRule = { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true };
export const FILTER: PrintFilter = { successOnly: true, printers: [], projects: [], tags: [] };
export const PASS: Pass = { force: false, mode: 'all' };
export const FORCE: Pass = { force: true, mode: 'all' };

/** Two simulated servers, and what joins them: everything the steps work with. */
export class Fixture {
    readonly clock: FakeClock;
    readonly signal = new AbortController().signal;
    readonly warnings: string[] = [];
    readonly category: number;
    readonly location: number;
    ledger!: Ledger;
    sync!: Sync;
    private readonly clients: { close(): void }[] = [];

    private constructor(
        readonly bambuddy: BambuddySimulator,
        readonly inventree: InvenTreeSimulator,
        readonly folder: string,
        private readonly options: FixtureOptions,
    ) {
        const { beside, standing = false } = options;
        this.clock = new FakeClock(!standing);
        this.category = beside?.category ?? inventree.addCategory({ name: '3D prints' }).pk;
        this.location = beside?.location ?? inventree.addLocation({ name: 'Shelf A' }).pk;
    }

    static async open(options: FixtureOptions = {}): Promise<Fixture> {
        const { auth, printLog, mediaToken, version, databaseOffset, apiVersion, locking, beside } = options;
        if (beside !== undefined) {
            const another = new Fixture(
                beside.bambuddy,
                beside.inventree,
                await mkdtemp(join(tmpdir(), 'unit-')),
                options,
            );
            await another.restart();
            return another;
        }
        const bambuddy = new BambuddySimulator({ auth, printLog, mediaToken, version, databaseOffset });
        const inventree = new InvenTreeSimulator({ apiVersion, writeMs: 0, locking });
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const fixture = new Fixture(bambuddy, inventree, await mkdtemp(join(tmpdir(), 'unit-')), options);
        await fixture.restart();
        return fixture;
    }

    /** As after the end of the process: only what is on the disk is known. @param from a copy of the folder, to go on with */
    async restart(from?: string): Promise<void> {
        (this.sync as Sync | undefined)?.close();
        await (this.ledger as Ledger | undefined)?.close();
        if (from !== undefined) {
            await rm(this.folder, { recursive: true });
            await rename(from, this.folder);
            await Promise.all(
                ['lock', 'owner'].map((each) =>
                    rm(join(this.folder, `store.json.${each}`), { recursive: true, force: true }),
                ),
            );
        }
        await this.openLedger();
    }

    /** The store is gone: nothing is known. */
    async forget(): Promise<void> {
        await this.ledger.close();
        await rm(this.folder, { recursive: true });
        await this.openLedger();
    }

    private async openLedger(): Promise<void> {
        const { now } = this.options;
        this.ledger = await Ledger.open(join(this.folder, 'store.json'), {
            onWarning: (text) => void this.warnings.push(text),
            lock: this.options.lock,
            ...(now === undefined ? {} : { now: () => new Date(now()) }),
        });
        this.sync = this.join(this.ledger);
    }

    async close(): Promise<void> {
        this.sync.close();
        for (const client of this.clients) client.close();
        if (this.options.beside === undefined) await Promise.all([this.bambuddy.close(), this.inventree.close()]);
        await this.ledger.close();
        await rm(this.folder, { recursive: true, force: true });
    }

    intake(rule: Partial<IdentityRule> = {}, filter: Partial<PrintFilter> = {}): Intake {
        return new Intake(this.sync, this.sync.bambuddy!, this.sync.bambuddyBreaker!, {
            rule: { ...RULE, ...rule },
            filter: { ...FILTER, ...filter },
            id: 'source',
            // what a test gives to the steps is not doubted
            admission: { ...ADMISSION_DEFAULTS, doubles: 'take' },
        });
    }

    /** What the source does before it takes the first print. */
    scan(): Promise<string | null> {
        return scan(this.sync, this.intake(), RULE, 'BMB', this.signal);
    }

    /** The print of an archive's run (default: the newest), accepted as the source does it. */
    async accepted(archiveId: number, runId?: number, rule: Partial<IdentityRule> = {}): Promise<Print> {
        const intake = this.intake(rule, { successOnly: false });
        const runs = await intake.reader.runs(archiveId, this.signal);
        const run = (runId === undefined ? runs[0] : runs.find((each) => each.runId === runId)) ?? null;
        const classification = await intake.classifier.classify({ archiveId, run, archive: null }, this.signal);
        if (classification.kind !== 'print') throw new Error(`archive ${archiveId} is ${classification.kind}`);
        await intake.acceptance.accept(classification.print, classification.first, ['part', 'stock', 'image', 'link']);
        return classification.print;
    }

    /** A finished print of a new file, accepted. */
    async printed(options: Parameters<BambuddySimulator['print']>[0] = {}): Promise<Print> {
        return this.accepted(this.bambuddy.print(options).archiveId);
    }

    part(print: Print, settings: Partial<PartSettings> = {}, pass = PASS): Promise<PartResult> {
        const usual: PartSettings = {
            category: this.category,
            ipnPrefix: 'BMB',
            name: null,
            description: null,
            keywords: 'bambuddy',
            link: null,
            parameters: [],
        };
        return partStep(this.sync.destination, print, { ...usual, ...settings }, pass, this.signal);
    }

    stock(print: Print, part: number, settings: Partial<StockSettings> = {}, pass = PASS): Promise<StockResult | null> {
        const usual: StockSettings = {
            location: this.location,
            quantity: 1,
            status: 10,
            notes: null,
            deleteOnDeplete: true,
            ipnPrefix: 'BMB',
        };
        return stockStep(this.sync.destination, print, part, { ...usual, ...settings }, pass, this.signal);
    }

    /** Part and stock of a print. */
    async stored(print: Print): Promise<{ part: PartResult; stock: StockResult }> {
        const part = await this.part(print);
        return { part, stock: (await this.stock(print, part.pk))! };
    }

    /** Every StockItem, as text: batch and quantity. */
    get inStock(): string[] {
        return [...this.inventree.state.stock.values()].map((item) => `${item.batch} x${item.quantity}`);
    }

    /** Requests that change something in InvenTree. */
    get inventreeWrites(): number {
        return this.inventree.requests.filter(({ method }) => method !== 'GET').length;
    }

    /** The IPN a print's Part gets. */
    ipn(print: Print): string {
        return ipnOf(print.identity, 'BMB');
    }

    private join(ledger: Ledger): Sync {
        const timeout = this.options.timeout ?? 10;
        const bambuddy = new BambuddyClient({
            url: this.bambuddy.url,
            webUrl: '',
            apiKey:
                this.options.auth === false
                    ? ''
                    : this.options.readOnly === true
                      ? this.bambuddy.readOnlyKey
                      : this.bambuddy.apiKey,
            prefix: 'bambuddy',
            timeout,
            insecure: false,
        });
        const inventree = inventreeClient(this.inventree, { timeout, writes: this.options.writes ?? 1 });
        this.clients.push(bambuddy, inventree);
        return new Sync({
            ledger,
            inventree,
            inventreeBreaker: new CircuitBreaker('InvenTree', this.clock),
            bambuddy,
            bambuddyBreaker: new CircuitBreaker('Bambuddy', this.clock),
            warn: (text) => void this.warnings.push(text),
            now: this.options.now,
        });
    }
}

/** Spoils the first request (or the first `times`) of a kind. */
export function once(method: string, path: RegExp, fault: Fault, times = 1): InvenTreeSimulator['interfere'] {
    let left = times;
    return (request) => {
        if (left === 0 || request.method !== method || !path.test(request.url.split('?')[0]!)) return undefined;
        left--;
        return fault;
    };
}
