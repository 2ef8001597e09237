import type { ParameterTemplate, Part, StockItem } from '../../clients/inventree/answers';
import type { Dialect } from '../../clients/inventree/api-version';
import type { InvenTreeClient } from '../../clients/inventree/client';
import { templates } from '../../clients/inventree/parameters';
import { partByPk, partsByIpn, partsByIpns, partsByPrefix } from '../../clients/inventree/parts';
import { stockByArchives, stockByBatch, stockByBatches, stockByPrefix } from '../../clients/inventree/stock';
import { isFresh } from '../../concurrency/clock';
import { KeyedMutex } from '../../concurrency/keyed-mutex';
import { TtlCache } from '../../concurrency/ttl-cache';
import type { Delivery } from '../../delivery/delivery';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { bareBatch } from '../../print/batch-code';
import { codesOfRun } from '../../print/batch-codes-of-run';
import type { Print } from '../../print/print';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { AfterLoss, Destination, DestinationItem, Prefetch, StockMatch } from '../destination';
import { TemporaryFolders } from './files/temporary-folders';
import { ParameterPack } from './part/parameter-pack';
import { AfterLostLedger, type NoteSearch } from './stock/lost-ledger';
import { LookForDoubles, secondWriter } from './stock/second-writer';
import { adopt, stockMatchOf } from './stock/stock-match';

/** note: minutes that InvenTree's written times are ahead of UTC */
const ZONE = 'inventree-zone';
const TEMPLATES_MS = 5 * 60_000;

/** The InvenTree that a ledger's prints go to: what every step asks of it, and what the steps before have learnt. */
export class InvenTreeDestination implements Destination {
    /** one worker per Part and per batch, over all stores that lead to this InvenTree */
    readonly mutex: KeyedMutex;
    readonly temporaryFolders = new TemporaryFolders();
    private readonly remakes = new Map<string, (signal: AbortSignal) => Promise<number>>();
    /** look-ups of StockItems under way, by batch */
    private readonly stockComing = new Map<string, Promise<void>>();
    private readonly stockCache: TtlCache<StockItem>;
    private readonly partsCache: TtlCache<Part>;
    private templatesSeen: { list: ParameterTemplate[]; dialect: Dialect; at: number } | null = null;
    private readonly doubles: LookForDoubles;
    readonly parameterPack: ParameterPack;
    private readonly noteSearch: NoteSearch = { works: null };

    constructor(
        readonly delivery: Delivery,
        readonly client: InvenTreeClient,
        readonly breaker: CircuitBreaker,
    ) {
        client.guard(breaker.refusals);
        breaker.harmless = (method) => client.harmless(method);
        delivery.breakers.set('InvenTree', breaker);
        this.mutex = KeyedMutex.for(client.address);
        this.doubles = new LookForDoubles(this);
        this.stockCache = new TtlCache(delivery.now);
        this.partsCache = new TtlCache(delivery.now);
        delivery.ledger.onReload(() => this.forgetLookUps());
        this.parameterPack = new ParameterPack(this);
    }

    /** Nothing more is written that waits: the next start goes on with it. */
    close(): void {
        this.parameterPack.close();
    }

    /** InvenTree's time zone in minutes, as this process or one before it learned it. @returns null where none did */
    get zone(): number | null {
        const noted = this.delivery.ledger.meta(ZONE);
        return this.client.zone ?? (noted === undefined ? null : Number(noted));
    }

    /** An item was made here: its batch is looked at once more when others have been made too. */
    async made(batch: string): Promise<void> {
        this.doubles.add(batch);
        const { zone } = this.client;
        if (zone !== null && this.delivery.ledger.meta(ZONE) !== String(zone))
            await this.delivery.ledger.setMetaDurable(ZONE, String(zone));
    }

    /** Looks now for items that were made twice. */
    lookForDoubles(): Promise<void> {
        return this.doubles.look();
    }

    /**
     * An item of this print was there although nobody here has made it. Of a print that ended while we were looking it can
     * only be another writer's: told once.
     */
    foundUnmade(print: Print, pk: number): void {
        if (print.completedAt === null || Date.parse(print.completedAt) <= this.delivery.openedAt) return;
        this.delivery.warnOnce(
            secondWriter(`StockItem #${pk} of ${print.batch} was not made from here`),
            'second writer',
        );
    }

    /**
     * Asks for the StockItems of a batch beside the work on its Part; `stockOf` waits for this answer. An error is told by
     * the one who needs the answer and asks again.
     */
    askStockAhead(batch: string, signal: AbortSignal): void {
        // who tries while the others wait asks no more than it must
        if (this.breaker.waitsFor !== null) return;
        const sent = this.delivery.ledger.print(batch)?.intent !== undefined;
        if (sent || this.stockCache.get(batch) !== undefined || this.stockComing.has(batch)) return;
        const coming: Promise<void> = this.askStock(batch, signal).then(
            (items) => {
                // begun before the store was opened again from the disk, it is of before
                if (this.stockComing.get(batch) === coming) this.rememberStock(batch, items);
            },
            () => undefined,
        );
        this.stockComing.set(batch, coming);
        void coming.finally(() => {
            if (this.stockComing.get(batch) === coming) this.stockComing.delete(batch);
        });
    }

    /**
     * The StockItems of a batch, and of the other codes that its run may have (one request), from a look-up of a moment ago
     * where there was one. Not after an intent: what was sent since may have been done, however the answer came out.
     */
    async stockOf(batch: string, fresh: boolean, signal: AbortSignal): Promise<StockItem[]> {
        await this.stockComing.get(batch);
        const sent = this.delivery.ledger.print(batch)?.intent !== undefined;
        if (fresh || sent) this.stockCache.drop(batch);
        return this.stockCache.get(batch) ?? this.askStock(batch, signal);
    }

    private async askStock(batch: string, signal: AbortSignal): Promise<StockItem[]> {
        const record = this.delivery.ledger.print(batch);
        const codes = record === undefined ? [batch] : codesOfRun(this.delivery.batchPrefix, record);
        if (codes.length === 1) return stockByBatch(this.client, batch, signal);
        const found = await stockByBatches(this.client, codes, signal);
        const items = codes.flatMap((code) => found.get(code.toLowerCase()) ?? []);
        if (record?.runId !== null || record.archiveId === null) return items;
        // the log was cleared: who made it while its row was there gave it the code of that row
        const read = (query: Record<string, string | number>) => this.client.read('/api/stock/', query, signal);
        for await (const page of stockByPrefix(read, bareBatch(this.delivery.batchPrefix, record.archiveId)))
            items.push(...page.filter((item) => items.every(({ pk }) => pk !== item.pk)));
        return items;
    }

    /** Keeps a look-up for the steps that follow. */
    rememberStock(batch: string, items: StockItem[]): void {
        this.stockCache.keep(batch, items);
    }

    /**
     * The Parts of some IPNs, in their order, from a look-up of a moment ago where there was one and nothing was sent
     * since. One request.
     */
    async partsOf(identity: string, ipns: readonly string[], fresh: boolean, signal: AbortSignal): Promise<Part[][]> {
        const keys = ipns.map((ipn) => ipn.toLowerCase());
        if (fresh || this.delivery.ledger.part(identity)?.intent !== undefined)
            for (const key of keys) this.partsCache.drop(key);
        const seen = keys.map((key) => this.partsCache.get(key));
        if (seen.every((parts) => parts !== undefined)) return seen;
        if (ipns.length === 1) return [await partsByIpn(this.client, ipns[0]!, signal)];
        const found = await partsByIpns(this.client, ipns, signal);
        return keys.map((key) => found.get(key) ?? []);
    }

    /** A Part that a look-up of a moment ago showed. */
    partSeen(pk: number, ipn: string): Part | undefined {
        return this.partsCache.get(ipn.toLowerCase())?.find((part) => part.pk === pk);
    }

    rememberParts(ipn: string, parts: Part[]): void {
        this.partsCache.keep(ipn.toLowerCase(), parts);
    }

    /** Keeps how the Part of an identity is found or made, for the step that finds the one we remembered deleted. */
    rememberHowToRemake(identity: string, remake: (signal: AbortSignal) => Promise<number>): void {
        if (this.remakes.size >= 200) this.remakes.delete(this.remakes.keys().next().value!);
        this.remakes.set(identity, remake);
    }

    /** @returns the pk of the Part found or made anew; null where no step before this one made a Part for it */
    async remakePart(identity: string, signal: AbortSignal): Promise<number | null> {
        return (await this.remakes.get(identity)?.(signal)) ?? null;
    }

    async template(name: string, signal: AbortSignal): Promise<ParameterTemplate | undefined> {
        // after an update of the server they may have other numbers
        const { dialect } = await this.client.handshake(signal);
        if (
            this.templatesSeen?.dialect !== dialect ||
            !isFresh(this.templatesSeen.at, TEMPLATES_MS, this.delivery.now())
        ) {
            const list = await templates(this.client, signal);
            this.templatesSeen = { list, dialect, at: this.delivery.now() };
        }
        const list = this.templatesSeen.list;
        return (
            list.find((each) => each.name === name) ??
            list.find((each) => each.name.toLowerCase() === name.toLowerCase())
        );
    }

    forgetTemplates(): void {
        this.templatesSeen = null;
    }

    itemsByPrefix(prefix: string, signal: AbortSignal): AsyncGenerator<StockItem[], boolean> {
        return stockByPrefix(this.reader('/api/stock/', signal), prefix);
    }

    async partsByPrefix(ipnPrefix: string, signal: AbortSignal): Promise<Map<number, Part>> {
        const parts = new Map<number, Part>();
        for await (const page of partsByPrefix(this.reader('/api/part/', signal), ipnPrefix)) {
            for (const part of page) parts.set(part.pk, part);
        }
        return parts;
    }

    part(pk: number, signal: AbortSignal): Promise<Part | null> {
        return this.whileUnavailable(() => partByPk(this.client, pk, signal), signal);
    }

    itemsOf(batches: readonly string[], signal: AbortSignal): Promise<Map<string, StockItem[]>> {
        return this.whileUnavailable(() => stockByBatches(this.client, batches, signal), signal);
    }

    match(
        print: Print,
        items: readonly DestinationItem[],
        options: { first: boolean; ipnPrefix: string; acceptLegacyIpn: boolean },
        signal: AbortSignal,
    ): Promise<StockMatch> {
        return this.whileUnavailable(() => stockMatchOf(this, print, items, options, signal), signal);
    }

    adopt(print: Print, first: boolean, match: StockMatch, signal: AbortSignal): Promise<void> {
        return adopt(this, print, first, match, signal);
    }

    afterLoss(print: Print, ipnPrefix: string, signal: AbortSignal): Promise<AfterLoss> {
        return new AfterLostLedger(this, ipnPrefix, signal, this.noteSearch).classify(print);
    }

    async prefetch({ ipns, archives }: Prefetch, signal: AbortSignal): Promise<void> {
        const known = archives.filter(({ anyUnder }) => anyUnder === null).flatMap(({ codes }) => codes);
        const roots = archives.flatMap(({ anyUnder }) => (anyUnder === null ? [] : [anyUnder]));
        const [parts, stock, ofRoots] = await Promise.all([
            ipns.length === 0 ? null : partsByIpns(this.client, ipns, signal),
            known.length === 0 ? null : stockByBatches(this.client, known, signal),
            roots.length === 0 ? null : stockByArchives(this.client, roots, signal),
        ]);
        for (const ipn of ipns) this.rememberParts(ipn, parts?.get(ipn.toLowerCase()) ?? []);
        for (const { codes, anyUnder } of archives) {
            const items =
                anyUnder === null
                    ? codes.flatMap((code) => stock?.get(code.toLowerCase()) ?? [])
                    : (ofRoots?.get(anyUnder.toLowerCase()) ?? []);
            for (const code of codes) this.rememberStock(code, items);
        }
    }

    isOwnPartPage(link: string): boolean {
        return this.client.isOwnPartPage(link);
    }

    /** A list of InvenTree, for as long as it takes. */
    private reader(path: string, signal: AbortSignal) {
        return (query: Record<string, string | number>) =>
            this.whileUnavailable(() => this.client.read(path, query, signal), signal);
    }

    private whileUnavailable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
        return retryWhileUnavailable(this.breaker, work, signal);
    }

    /** Another process had the ledger and may have made Parts, items and templates: each is looked for anew. */
    private forgetLookUps(): void {
        this.stockCache.clear();
        this.partsCache.clear();
        this.stockComing.clear();
        this.forgetTemplates();
    }
}
