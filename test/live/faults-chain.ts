import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BambuddyClient } from '../../lib/clients/bambuddy/client';
import { Ledger } from '../../lib/store/ledger/ledger';
import { systemClock } from '../../lib/concurrency/clock';
import { DEFAULT_KEY_FIELDS } from '../../lib/print/part-identity';
import { imageStep } from '../../lib/destinations/inventree/image-step';
import { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { linkStep } from '../../lib/sources/bambuddy/link-step';
import { printMeasure } from '../../lib/destinations/inventree/part/print-measure';
import { partStep } from '../../lib/destinations/inventree/part/part-step';
import type { Pass, Print } from '../../lib/print/print';
import { Source } from '../../lib/sources/bambuddy/source';
import { stockStep } from '../../lib/destinations/inventree/stock/stock-step';
import { Sync } from '../../lib/sync';
import { STEPS } from '../../lib/store/ledger/records';
import { FaultyProxy, signatureOf, type ProxiedRequest } from '../harness/faulty-proxy';
import type { Connection } from '../harness/project';
import { inventreeClient } from '../fixtures/inventree-client';
import type { Fault } from '../simulators/simulator';

export type ServerKey = 'bambuddy' | 'inventree';

/** One request of the chain, by what it asks for and how often that was asked before. */
export interface RequestPoint {
    server: ServerKey;
    signature: string;
    nth: number;
}

export interface ChainOptions {
    /** first part of every batch code */
    prefix: string;
    /** first part of every IPN */
    ipnPrefix: string;
    /** writes under way at a time, default 1 */
    writes?: number;
    /** seconds, default 30 */
    timeout?: number;
}

/**
 * A ledger of its own, both servers behind faulty proxies, and the example's four nodes without Node-RED: source, part,
 * stock, image, link, one after the other.
 */
export class LiveChain {
    readonly warnings: string[] = [];
    /** what the source or a step gave up */
    readonly failures: string[] = [];
    ledger!: Ledger;
    private source!: Source;
    private readonly closed = new AbortController();
    private readonly ends: { close(): void }[] = [];
    private readonly runs = new Map<string, Promise<void>>();

    private constructor(
        private readonly connection: Connection,
        private readonly options: ChainOptions,
        readonly proxies: Record<ServerKey, FaultyProxy>,
        private readonly folder: string,
    ) {}

    static async open(connection: Connection, options: ChainOptions): Promise<LiveChain> {
        const proxies = {
            bambuddy: new FaultyProxy(connection.bambuddyUrl),
            inventree: new FaultyProxy(connection.inventreeUrl),
        };
        await Promise.all([proxies.bambuddy.listen(), proxies.inventree.listen()]);
        const chain = new LiveChain(connection, options, proxies, await mkdtemp(join(tmpdir(), 'print-to-stock-')));
        await chain.start();
        return chain;
    }

    /** Takes an archive through the whole chain. Resolves with its batch when the last step has answered. */
    async bring(archiveId: number, force = false): Promise<{ batch: string; sent: boolean }> {
        const { batch, sent } = await this.source.manual.offerArchive(archiveId, force);
        await this.runs.get(batch);
        return { batch, sent };
    }

    /** Spoils one request, the first of its kind from now on (but `nth`). @returns how often it did */
    spoil(point: RequestPoint, fault: Fault): () => number {
        let [asked, spoilt] = [0, 0];
        this.proxies[point.server].interfere = (request) => {
            if (signatureOf(request) !== point.signature || asked++ !== point.nth) return undefined;
            spoilt++;
            return fault;
        };
        return () => spoilt;
    }

    /** The requests so far, each with what tells it from the others; per server in the order they came. */
    points(): RequestPoint[] {
        return (['bambuddy', 'inventree'] as const).flatMap((server) => {
            const seen = new Map<string, number>();
            return this.proxies[server].requests.map((request) => {
                const signature = signatureOf(request);
                const nth = seen.get(signature) ?? 0;
                seen.set(signature, nth + 1);
                return { server, signature, nth };
            });
        });
    }

    /** How often InvenTree made something of this kind, by its own answers. */
    made(path: string): number {
        return this.proxies.inventree.requests.filter(
            ({ method, url, answered }) => method === 'POST' && url === path && answered === 201,
        ).length;
    }

    get requests(): ProxiedRequest[] {
        return [...this.proxies.bambuddy.requests, ...this.proxies.inventree.requests];
    }

    async close(): Promise<void> {
        this.closed.abort();
        await this.source.close();
        for (const end of this.ends) end.close();
        await this.ledger.close();
        await Promise.all([this.proxies.bambuddy.close(), this.proxies.inventree.close()]);
        await rm(this.folder, { recursive: true, force: true });
    }

    private async start(): Promise<void> {
        const { connection, options, proxies } = this;
        const { timeout = 30, writes = 1, prefix, ipnPrefix } = options;
        this.ledger = await Ledger.open(join(this.folder, 'store.json'), {
            onWarning: (text) => void this.warnings.push(text),
        });
        const bambuddy = new BambuddyClient({
            url: proxies.bambuddy.url,
            webUrl: connection.bambuddyUrl,
            apiKey: connection.apiKey,
            prefix,
            timeout,
            insecure: false,
        });
        const inventree = inventreeClient(
            { url: proxies.inventree.url, token: connection.token },
            { webUrl: connection.inventreeUrl, timeout, writes },
        );
        // short pauses: what is proved does not depend on them
        const lines = [
            new CircuitBreaker('InvenTree', systemClock, () => 0.2),
            new CircuitBreaker('Bambuddy', systemClock, () => 0.2),
        ] as const;
        this.ends.push(bambuddy, inventree, ...lines);
        const sync = new Sync({
            ledger: this.ledger,
            inventree,
            inventreeBreaker: lines[0],
            bambuddy,
            bambuddyBreaker: lines[1],
            warn: (text) => void this.warnings.push(text),
        });
        this.source = new Source(
            sync,
            {
                id: 'source',
                interval: 0,
                pollOnDeploy: false,
                startWith: 'now',
                rule: { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true },
                filter: { successOnly: true, printers: [], projects: [], tags: [] },
                pageSize: 50,
                window: 8,
                passAfter: 60,
                settle: 0,
                ipnPrefix,
            },
            () => [...STEPS],
            {
                send: (print, pass) => void this.runs.set(print.batch, this.run(sync, print, pass)),
                failed: (error) => void this.failures.push(error.message),
                changed: () => undefined,
            },
        );
    }

    /** What the four nodes do, and what each does about a failure for good. */
    private async run(sync: Sync, print: Print, pass: Pass): Promise<void> {
        const { category, location } = this.connection;
        const { ipnPrefix } = this.options;
        const { signal } = this.closed;
        let step: (typeof STEPS)[number] = 'part';
        try {
            const part = await partStep(
                sync.destination,
                print,
                {
                    category,
                    ipnPrefix,
                    name: null,
                    description: null,
                    keywords: 'bambuddy',
                    link: null,
                    parameters: [
                        { template: 'Weight', value: printMeasure(print, 'weight') },
                        { template: 'PrintTime', value: printMeasure(print, 'time') },
                    ],
                },
                pass,
                signal,
            );
            step = 'stock';
            const settings = { location, quantity: 1, status: 10, notes: null, deleteOnDeplete: true, ipnPrefix };
            await stockStep(sync.destination, print, part.pk, settings, pass, signal);
            step = 'image';
            await this.beside(sync, print, step, () =>
                imageStep(sync.destination, print, part, { overwrite: false }, pass, signal),
            );
            step = 'link';
            await this.beside(sync, print, step, () =>
                linkStep(sync, print, part.url, { overwrite: false }, pass, signal),
            );
        } catch (error) {
            this.failures.push(`${step}: ${textOf(error)}`);
            await sync.delivery.park(print, step, textOf(error));
        }
    }

    /** A failure beside the stock: what is still wanted of the print goes on. */
    private async beside(
        sync: Sync,
        print: Print,
        step: 'image' | 'link',
        work: () => Promise<unknown>,
    ): Promise<void> {
        try {
            await work();
        } catch (error) {
            this.failures.push(`${step}: ${textOf(error)}`);
            await sync.delivery.failBeside(print, step);
        }
    }
}

function textOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
