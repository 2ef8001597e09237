import { BambuddySimulator } from '../../test/simulators/bambuddy';
import { InvenTreeSimulator } from '../../test/simulators/inventree';
import type { SeenRequest } from '../../test/simulators/simulator';
import type { Connection } from '../../test/harness/project';
import { now } from '../rpc';

export interface ServerOptions {
    /** answer times in milliseconds */
    bambuddyMs: number;
    inventreeMs: number;
    /** of writes that meet, all but one fail (SQLite) */
    oneWriteAtATime: boolean;
}

export interface History {
    prints: number;
    /** every third print is of a file that was printed before */
    repeats: boolean;
}

/** What the servers were asked, per print of a kind; what is not of one print alone is shared by all. */
export interface RequestCount {
    total: number;
    new: number;
    repeat: number;
    /** pages of the print log and of the archives */
    pages: number;
    /** looks for Parts and StockItems */
    lookups: number;
    failed: number;
    /** requests that write, to InvenTree, per new print: a repeat's one write is not counted */
    writes: number;
}

/** Two simulated servers with a history of prints, and what is to become of it. */
export class SimulatedServers {
    readonly bambuddy: BambuddySimulator;
    readonly inventree: InvenTreeSimulator;
    private readonly kinds = new Map<number, 'new' | 'repeat'>();
    private readonly places: { category: number; location: number };
    private readonly printer: number;
    private readonly arrivals: { url: string; at: number }[] = [];
    private files = 0;
    private clock = Date.parse('2025-01-01T00:00:00Z');

    constructor(options: ServerOptions) {
        this.bambuddy = new BambuddySimulator({ latencyMs: options.bambuddyMs });
        this.inventree = new InvenTreeSimulator({
            latencyMs: options.inventreeMs,
            locking: options.oneWriteAtATime ? 'sqlite' : 'none',
        });
        const { inventree } = this;
        this.printer = this.bambuddy.addPrinter({ name: 'P1S Workshop', model: 'P1S' }).id;
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: '' });
        this.places = {
            category: inventree.addCategory({ name: '3D prints' }).pk,
            location: inventree.addLocation({ name: 'Shelf A' }).pk,
        };
    }

    async open(): Promise<Connection> {
        await Promise.all([this.bambuddy.listen(), this.inventree.listen()]);
        return {
            bambuddyUrl: this.bambuddy.url,
            apiKey: this.bambuddy.apiKey,
            inventreeUrl: this.inventree.url,
            token: this.inventree.token,
            ...this.places,
        };
    }

    async close(): Promise<void> {
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }

    /** Prints a history, ten minutes from one to the next. */
    print({ prints, repeats }: History): void {
        for (let n = 0; n < prints; n++) {
            const repeat = repeats && n % 3 === 2;
            const file = repeat ? Math.floor(this.files / 2) : ++this.files;
            this.clock += 600_000;
            this.one(file, repeat ? 'repeat' : 'new', new Date(this.clock));
        }
    }

    /** One more print, just now. @returns the batch of its StockItem */
    printNow(): string {
        return `bambuddy-${this.one(++this.files, 'new', new Date(Date.now() - 500_000))}`;
    }

    /** Archives of long ago that nobody will ask for one by one. */
    age(archives: number): void {
        for (let n = 0; n < archives; n++) {
            this.bambuddy.print({
                name: `Old ${n}`,
                printer: this.printer,
                startedAt: new Date(Date.parse('2020-01-01T00:00:00Z') + n * 600_000),
                seconds: 500,
            });
        }
    }

    /** Resolves when every print is in stock, its Part is complete and its link written. @returns when that was */
    async finished(patienceMs: number): Promise<number> {
        for (const until = now() + patienceMs; ;) {
            if (this.isFinished()) return now();
            if (now() > until) throw new Error(`not finished: ${JSON.stringify(this.progress())}`);
            await pause(2);
        }
    }

    /** Resolves when a batch is in stock. @returns when that was */
    async stocked(batch: string, patienceMs: number): Promise<number> {
        for (const until = now() + patienceMs; this.inventree.state.stockByBatch(batch).length === 0;) {
            if (now() > until) throw new Error(`${batch} did not come into stock`);
            await pause(1);
        }
        return now();
    }

    /** Resolves when a request of this form has come. @returns when that was */
    async asked(pattern: RegExp, patienceMs: number): Promise<number> {
        for (const until = now() + patienceMs; ;) {
            const found = this.arrivals.find(({ url }) => pattern.test(url));
            if (found !== undefined) return found.at;
            if (now() > until) throw new Error(`nobody asked ${String(pattern)}`);
            await pause(1);
        }
    }

    /** Notes when which request comes, from now on. */
    watch(): void {
        this.arrivals.length = 0;
        const note = (request: SeenRequest): undefined => {
            if (this.arrivals.length < 1000) this.arrivals.push({ url: request.url, at: now() });
        };
        this.bambuddy.interfere = note;
        this.inventree.interfere = note;
    }

    forgetRequests(): void {
        for (const server of [this.bambuddy, this.inventree]) {
            server.requests.length = 0;
            server.requestCount = 0;
        }
    }

    /** What was asked since `forgetRequests`, at most 5,000 of each server. */
    count(): RequestCount {
        const { bambuddy, inventree } = this;
        const prints = { new: 0, repeat: 0 };
        for (const kind of this.kinds.values()) prints[kind]++;
        const own = { new: 0, repeat: 0 };
        let shared = 0;
        let pages = 0;
        let lookups = 0;
        let failed = 0;
        let writes = 0;
        for (const request of [...bambuddy.requests, ...inventree.requests]) {
            if ((request.status ?? 0) >= 400) failed++;
            const path = request.url.split('?')[0]!;
            if (request.method === 'GET' && /^\/api\/v1\/(print-log|archives)\/$/.test(path)) pages++;
            if (request.method === 'GET' && /[?&](IPN|batch)(_regex)?=/.test(request.url)) lookups++;
            const kind = this.kindOf(request, path);
            if (kind === 'new' && request.method !== 'GET' && !path.startsWith('/api/v1/')) writes++;
            if (kind === null) shared++;
            else own[kind]++;
        }
        const share = shared / Math.max(1, prints.new + prints.repeat);
        return {
            total: bambuddy.requestCount + inventree.requestCount,
            new: own.new / Math.max(1, prints.new) + share,
            repeat: own.repeat / Math.max(1, prints.repeat) + share,
            pages,
            lookups,
            failed,
            writes: writes / Math.max(1, prints.new),
        };
    }

    /** Of which kind of print a request is; null: of all. */
    private kindOf({ method, url, body }: SeenRequest, path: string): 'new' | 'repeat' | null {
        const archive =
            /^\/api\/v1\/archives\/(\d+)/.exec(path)?.[1] ??
            (path === '/api/stock/'
                ? /bambuddy-(\d+)/.exec(
                      method === 'POST'
                          ? String((body as { batch?: unknown } | null)?.batch)
                          : (/[?&]batch=([^&]+)/.exec(url)?.[1] ?? ''),
                  )?.[1]
                : undefined);
        if (archive !== undefined) return this.kinds.get(Number(archive)) ?? null;
        return method !== 'GET' && /^\/api\/(part|parameter)\//.test(path) ? 'new' : null;
    }

    private one(file: number, kind: 'new' | 'repeat', startedAt: Date): number {
        const { archiveId } = this.bambuddy.print({
            name: `Bench part ${file}`,
            estimate: { seconds: 3000 + file, grams: 20 + file / 10 },
            printer: this.printer,
            startedAt,
            seconds: 500,
        });
        this.kinds.set(archiveId, kind);
        return archiveId;
    }

    private isFinished(): boolean {
        const { stock, linked, pictured, parameters, prints, parts } = this.progress();
        return stock === prints && linked === prints && pictured === parts && parameters === 2 * parts;
    }

    private progress(): Record<'prints' | 'parts' | 'stock' | 'linked' | 'pictured' | 'parameters', number> {
        const { state } = this.inventree;
        let linked = 0;
        for (const id of this.kinds.keys()) if (this.bambuddy.state.archives.get(id)?.external_url != null) linked++;
        let pictured = 0;
        for (const part of state.parts.values()) if (part.image !== null) pictured++;
        return {
            prints: this.kinds.size,
            parts: this.files,
            stock: state.stock.size,
            linked,
            pictured,
            parameters: state.parameters.size,
        };
    }
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
