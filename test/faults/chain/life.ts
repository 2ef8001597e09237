import { join } from 'node:path';
import { BambuddyClient } from '../../../lib/clients/bambuddy/client';
import type { InvenTreeClient } from '../../../lib/clients/inventree/client';
import { ClosedError, Failure } from '../../../lib/http/errors';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { Step } from '../../../lib/store/ledger/records';
import { failStep } from '../../../lib/delivery/failed-step';
import { consumeStep, type ConsumeResult } from '../../../lib/destinations/inventree/consume/consume-step';
import { filesStep, haveSucceeded, type FileSettings } from '../../../lib/destinations/inventree/files/files-step';
import { imageStep, type ImageResult } from '../../../lib/destinations/inventree/image-step';
import { CircuitBreaker, type BreakerState } from '../../../lib/delivery/retry/circuit-breaker';
import { linkStep, type LinkResult } from '../../../lib/sources/bambuddy/link-step';
import { printMeasure } from '../../../lib/destinations/inventree/part/print-measure';
import { partAfterStock } from '../../../lib/destinations/inventree/part/part-look-up';
import { partStep, type PartResult } from '../../../lib/destinations/inventree/part/part-step';
import type { Variants } from '../../../lib/print/rules/variants';
import { priceOf } from '../../../lib/print/rules/price';
import { printOf, type Pass, type Print } from '../../../lib/print/print';
import { Source, type SourceSettings } from '../../../lib/sources/bambuddy/source';
import { printerLocation } from '../../../lib/destinations/inventree/stock/printer-location';
import { fillPrice } from '../../../lib/destinations/inventree/stock/purchase-price';
import { stockStep } from '../../../lib/destinations/inventree/stock/stock-step';
import type { StockResult } from '../../../lib/destinations/inventree/stock/stock-settings';
import { Sync } from '../../../lib/sync';
import { inventreeClient } from '../../fixtures/inventree-client';
import type { VirtualClock } from './virtual-clock';

/** What the nodes of the flow are set to. */
export interface FlowSettings {
    category: number;
    location: number;
    /** the StockItem's quantity is the plate's count */
    plateCount: boolean;
    /** the item goes into a location of its printer, below `location` */
    printerLocations?: boolean;
    /** what new Parts are variants by */
    variants?: Variants;
    /** files and links are attached beside the picture */
    files?: boolean;
    /** the item gets the cost of its filament */
    price?: boolean;
    deleteOnDeplete: boolean;
    overwriteImage: boolean;
    overwriteLink: boolean;
    /** the nodes that are wired, in this order */
    steps: readonly Step[];
}

export interface LifeOptions {
    folder: string;
    bambuddy: { url: string; apiKey: string };
    inventree: { url: string; token: string };
    /** of the clients, in seconds */
    timeout: number;
    clock: VirtualClock;
    random: () => number;
    source: SourceSettings;
    flow: FlowSettings;
    /** everything that a person or a log would see */
    tell: (text: string) => void;
    /** an outage began or ended */
    outage: (state: BreakerState) => void;
    /** a message that came to the end of the flow */
    arrived: (message: FlowMessage) => void;
    /** told before each write of the ledger that somebody waits for */
    writing?: () => void;
}

/** The message of one print on its way. */
export interface FlowMessage {
    payload: Print;
    sync: Pass;
    part?: PartResult;
    stock?: StockResult;
    image?: ImageResult;
    link?: LinkResult;
    filament?: ConsumeResult;
}

const FILES: FileSettings = { model: true, most: 50 * 1024 * 1024, photo: true, timelapse: true, page: true };
/** The batch of the spool of a slot. */
const SPOOL_KEY = '{material}';

const LEDGER_WRITES = [
    'setPrintDurable',
    'changePrint',
    'rebind',
    'setPartDurable',
    'setCursorDurable',
    'setCodeDurable',
    'setMetaDurable',
    'setConsumptionDurable',
    'dropMeta',
] as const;
/** Every method that asks the server: of one that is missing nobody would know that its answer is still to come. */
const BAMBUDDY_CALLS: Calls<BambuddyClient> = {
    version: true,
    printLog: true,
    archives: true,
    archive: true,
    runs: true,
    printers: true,
    projects: true,
    tags: true,
    thumbnail: true,
    cover: true,
    photo: true,
    setExternalUrl: true,
    mayWrite: true,
    liveAddress: true,
    harmless: true,
};
const FILAMENT_CALLS: Calls<BambuddyClient['filament']> = { usage: true, assignments: true, spools: true };
const INVENTREE_CALLS: Calls<InvenTreeClient> = {
    handshake: true,
    withApiVersion: true,
    read: true,
    readWhereKnown: true,
    file: true,
    write: true,
    upload: true,
    harmless: true,
};

/** The names of all methods of `T` that return promises. */
type Calls<T> = { readonly [K in keyof T as T[K] extends (...args: never[]) => Promise<unknown> ? K : never]: true };

/**
 * One life of the process, from its start to its end: the store, the lines, the source, and the four nodes in a row as
 * `nodes/runtime/message/step-node.ts` makes them.
 */
export class Life {
    readonly source: Source;
    readonly sync: Sync;
    private readonly stop = new AbortController();
    private readonly clients: { close(): void }[];
    private readonly breakers: CircuitBreaker[];
    private readonly flowing = new Set<Promise<void>>();
    private dead = false;

    private constructor(
        readonly ledger: Ledger,
        private readonly options: LifeOptions,
    ) {
        const { clock, tell } = options;
        const bambuddy = new BambuddyClient({
            ...options.bambuddy,
            webUrl: '',
            prefix: 'bambuddy',
            timeout: options.timeout,
            insecure: false,
        });
        const inventree = inventreeClient(options.inventree, { timeout: options.timeout });
        this.clients = [bambuddy, inventree];
        this.breakers = [
            new CircuitBreaker('Bambuddy', clock, options.random),
            new CircuitBreaker('InvenTree', clock, options.random),
        ];
        for (const breaker of this.breakers) {
            breaker.watch((state) => {
                options.outage(state);
                if (state.error !== null) tell(state.error);
            });
        }
        const gate = (): void => {
            if (this.dead) throw new ClosedError();
        };
        clock.activity.watch(ledger, LEDGER_WRITES, () => {
            if (!this.dead) options.writing?.();
            gate();
        });
        clock.activity.watch(bambuddy, namesOf(BAMBUDDY_CALLS), gate);
        const download = bambuddy.download.bind(bambuddy);
        bambuddy.download = (...of) => {
            const one = download(...of);
            clock.activity.watch(one, ['run'], gate);
            return one;
        };
        clock.activity.watch(bambuddy.filament, namesOf(FILAMENT_CALLS), gate);
        clock.activity.watch(inventree, namesOf(INVENTREE_CALLS), gate);
        this.sync = new Sync({
            ledger,
            inventree,
            inventreeBreaker: this.breakers[1]!,
            bambuddy,
            bambuddyBreaker: this.breakers[0]!,
            warn: tell,
            now: clock.now,
        });
        clock.activity.watch(this.sync.destination.temporaryFolders, ['make', 'remove'], gate);
        this.source = new Source(
            this.sync,
            options.source,
            () => [...options.flow.steps],
            {
                send: (print, pass) => this.send(print, pass),
                failed: (error) => tell(textOf(error)),
                changed: () => undefined,
            },
            clock,
        );
    }

    static async open(options: LifeOptions): Promise<Life> {
        const ledger = await Ledger.open(join(options.folder, 'store.json'), {
            onWarning: options.tell,
            now: options.clock.date,
        });
        return new Life(ledger, options);
    }

    /** Messages on their way through the flow. */
    get underWay(): number {
        return this.flowing.size;
    }

    /** As of now nothing more is sent or written; what was sent already is the server's. */
    freeze(): void {
        this.dead = true;
    }

    /** After `freeze`: lets go of everything, nothing is waited for but what was sent before. */
    async abandon(): Promise<void> {
        await this.options.clock.activity.quiet();
        this.stop.abort();
        this.sync.close();
        for (const breaker of this.breakers) breaker.close();
        await this.source.close();
        await Promise.allSettled([...this.flowing]);
        await this.ledger.close();
        for (const client of this.clients) client.close();
    }

    /** As a deploy closes the nodes: what is under way may end, all waiting ends at once. */
    async close(): Promise<void> {
        this.stop.abort();
        await this.source.close();
        await Promise.allSettled([...this.flowing]);
        this.sync.close();
        for (const breaker of this.breakers) breaker.close();
        await this.ledger.close();
        for (const client of this.clients) client.close();
    }

    private send(print: Print, { force, mode }: Pass): void {
        const work = this.flow({ payload: print, sync: { force, mode } }).finally(() => this.flowing.delete(work));
        this.flowing.add(work);
    }

    /** Node-RED hands a message on in a later turn, never within `send`. */
    private async flow(message: FlowMessage): Promise<void> {
        for (const step of this.options.flow.steps) {
            await new Promise((resolve) => setImmediate(resolve));
            try {
                await this.run(step, message);
            } catch (error) {
                if (error instanceof ClosedError || this.stop.signal.aborted) return;
                this.options.tell(textOf(error));
                return;
            }
        }
        this.options.arrived(message);
    }

    private async run(step: Step, message: FlowMessage): Promise<void> {
        const { sync } = this;
        const print = printOf(message.payload);
        try {
            await this.work(step, print, message);
        } catch (error) {
            if (!(error instanceof Error) || error instanceof ClosedError) throw error;
            if ((await failStep(sync.delivery, print, step, error)) !== 'beside') throw error;
            this.options.tell(textOf(error));
        }
    }

    private async work(step: Step, print: Print, message: FlowMessage): Promise<void> {
        const { sync } = this;
        const { flow, source } = this.options;
        const { signal } = this.stop;
        const pass = message.sync;
        switch (step) {
            case 'part': {
                const parameters = [
                    { template: 'Weight', value: printMeasure(print, 'weight'), ofPlate: true },
                    { template: 'PrintTime', value: printMeasure(print, 'time'), ofPlate: true },
                ];
                const settings = {
                    category: flow.category,
                    ipnPrefix: source.ipnPrefix,
                    name: null,
                    description: null,
                    keywords: 'bambuddy',
                    link: null,
                    parameters,
                    variants: flow.variants,
                    pieces: () => Promise.resolve(flow.plateCount ? print.quantity : null),
                };
                message.part = await partStep(sync.destination, print, settings, pass, signal);
                return;
            }
            case 'stock': {
                const count = flow.plateCount && print.quantity !== null && print.quantity > 0 ? print.quantity : 1;
                const isMade = sync.delivery.ledger.print(print.batch)?.stockPk !== undefined;
                const price = flow.price ? priceOf(print, 'filament', count, 4) : null;
                const settings = {
                    location:
                        flow.printerLocations && !isMade
                            ? await printerLocation(sync.destination, flow.location, print, signal)
                            : flow.location,
                    quantity: count,
                    status: 10,
                    notes: null,
                    deleteOnDeplete: flow.deleteOnDeplete,
                    more: price === null ? {} : { purchase_price: price, purchase_price_currency: 'EUR' },
                    ipnPrefix: source.ipnPrefix,
                };
                const stock = await stockStep(sync.destination, print, partOf(message).pk, settings, pass, signal);
                if (stock === null) return;
                message.stock = stock;
                const late =
                    pass.force && !stock.created && flow.price ? priceOf(print, 'filament', stock.quantity, 4) : null;
                if (late !== null) await fillPrice(sync.destination, stock.pk, { purchase_price: late }, signal);
                message.part = partAfterStock(sync.destination, print, partOf(message));
                return;
            }
            case 'image': {
                const beside = async (): Promise<boolean> => {
                    const stock = sync.delivery.ledger.print(print.batch)?.stockPk;
                    const { pk } = partOf(message);
                    return haveSucceeded(await filesStep(sync.destination, print, pk, stock, FILES, signal));
                };
                message.image = await imageStep(
                    sync.destination,
                    print,
                    partOf(message),
                    { overwrite: flow.overwriteImage, ...(flow.files ? { beside } : {}) },
                    pass,
                    signal,
                );
                return;
            }
            case 'link': {
                const { pk, url } = partOf(message);
                const page = url === '' ? sync.destination.client.partPage(pk) : url;
                message.link = await linkStep(sync, print, page, { overwrite: flow.overwriteLink }, pass, signal);
                return;
            }
            case 'consume': {
                const spools = { by: 'batch', key: SPOOL_KEY, parameter: '', table: [] } as const;
                const settings = { spools, startWith: 'all', diameter: 1.75, density: null } as const;
                const filament = await consumeStep(sync.destination, print, settings, pass, signal);
                if (filament !== null) message.filament = filament;
            }
        }
    }
}

function namesOf<T extends object>(calls: T): (keyof T & string)[] {
    return Object.keys(calls) as (keyof T & string)[];
}

function partOf({ part }: FlowMessage): PartResult {
    if (part === undefined) throw new Error('no Part in the message');
    return part;
}

/** All of an error that a Catch node or a log gets to see. */
export function textOf(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    const { code } = error as { code?: unknown };
    const details = error instanceof Failure ? ` ${error.server} ${error.status ?? ''} ${error.setting ?? ''}` : '';
    return `${error.message} (${typeof code === 'string' ? code : error.name}${details})`;
}
