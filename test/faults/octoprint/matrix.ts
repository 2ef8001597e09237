import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosedError } from '../../../lib/http/errors';
import type { InvenTreeClient } from '../../../lib/clients/inventree/client';
import { OctoPrintClient } from '../../../lib/clients/octoprint/client';
import { Session } from '../../../lib/clients/octoprint/session';
import { PrinterStateTracker } from '../../../lib/sources/octoprint/inbound/printer-state-tracker';
import { Ledger } from '../../../lib/store/ledger/ledger';
import { systemClock, type Clock } from '../../../lib/concurrency/clock';
import { DEFAULT_KEY_FIELDS } from '../../../lib/print/part-identity';
import { imageStep } from '../../../lib/destinations/inventree/image-step';
import { CircuitBreaker } from '../../../lib/delivery/retry/circuit-breaker';
import { OctoPrintSource } from '../../../lib/sources/octoprint/source';
import { printMeasure } from '../../../lib/destinations/inventree/part/print-measure';
import { partStep } from '../../../lib/destinations/inventree/part/part-step';
import type { Pass, Print } from '../../../lib/print/print';
import { stockStep } from '../../../lib/destinations/inventree/stock/stock-step';
import { Sync } from '../../../lib/sync';
import { inventreeClient } from '../../fixtures/inventree-client';
import type { Fault } from '../../simulators/simulator';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { FILE, OctoPrintServers } from './servers';

/** What time heals, at each moment of a request. */
const FAULTS: readonly { name: string; fault: Fault }[] = [
    { name: 'before: reset', fault: { at: 'before', kind: 'reset' } },
    { name: 'before: timeout', fault: { at: 'before', kind: 'hang' } },
    { name: 'before: 408', fault: { at: 'before', kind: 408 } },
    { name: 'before: 500', fault: { at: 'before', kind: 500 } },
    { name: 'before: 503 page', fault: { at: 'before', kind: 503 } },
    { name: 'done, answer lost: reset', fault: { at: 'after', kind: 'reset' } },
    { name: 'done, answer lost: timeout', fault: { at: 'after', kind: 'hang' } },
    { name: 'done, answer lost: 502', fault: { at: 'after', kind: 502 } },
    { name: 'answer cut', fault: { at: 'after', kind: 'cut' } },
];

const json = { 'content-type': 'application/json' };
const FOREIGN_BODIES: readonly [string, string, Record<string, string>][] = [
    ['page', '<html><head><title>Who are you?</title></head></html>', { 'content-type': 'text/html' }],
    ['text', 'no such route', { 'content-type': 'text/plain' }],
    ['empty', '', {}],
    ['other JSON', '{"message":"route unknown"}', json],
    ['JSON cut short', '{"files": [{"na', json],
];

/** Answers of somebody between us and the server: nothing is concluded from them. */
const FOREIGN = (['before', 'after'] as const).flatMap((at) =>
    [200, 302, 400, 401, 403, 404, 409, 500].flatMap((kind) =>
        FOREIGN_BODIES.map(([what, body, headers]) => ({
            name: `${at}: somebody else's ${kind}, ${what}`,
            fault: { at, kind, body, headers: kind === 302 ? { ...headers, location: '/login' } : headers },
        })),
    ),
);
/** Each request gets one in so many of those, each time others. */
const FOREIGN_SPREAD = 8;

/** Of the lines: nobody waits long for what is over at once. */
const HASTY: Clock = {
    now: Date.now,
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal),
};
/** Of all cases a fast run takes one in so many. */
const SPREAD = 23;
const LANES = 6;
const TIMEOUT = 0.4;
const LONGEST_MS = 20_000;

interface Strike {
    server: 'octoprint' | 'inventree';
    /** the how-manieth request of that server; those of the start are the first */
    n: number;
    name: string;
    fault: Fault;
}

/** Every fault at every request, from the first look to the picture: at the end each print is one item. */
export async function runOctoPrintMatrixProof(
    { fast }: ProofOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const result = emptyResult();
    const { octoprint, inventree } = await run(null, result, 'undisturbed');
    const strikes = [
        ...Array.from({ length: octoprint }, (_, n) => ({ server: 'octoprint' as const, n: n + 1 })),
        ...Array.from({ length: inventree }, (_, n) => ({ server: 'inventree' as const, n: n + 1 })),
    ].flatMap((at) => [
        ...FAULTS.map((fault): Strike => ({ ...at, ...fault })),
        ...FOREIGN.filter((_, index) => (index + at.n) % FOREIGN_SPREAD === 0).map((fault): Strike => ({
            ...at,
            ...fault,
        })),
    ]);
    const chosen = fast ? strikes.filter((_, index) => index % SPREAD === 0) : strikes;
    report(
        `${octoprint} requests to OctoPrint, ${inventree} to InvenTree, ${chosen.length} of ${strikes.length} cases`,
    );
    result.notes.push(`${chosen.length} of ${strikes.length} cases`);
    const work = [...chosen];
    await Promise.all(
        Array.from({ length: LANES }, async () => {
            for (let next = work.shift(); next !== undefined; next = work.shift())
                await run(next, result, `${next.server} request ${next.n}, ${next.name}`);
        }),
    );
    return result;
}

async function run(
    strike: Strike | null,
    result: ProofResult,
    what: string,
): Promise<{ octoprint: number; inventree: number }> {
    const servers = new OctoPrintServers();
    await servers.open();
    const folder = mkdtempSync(join(tmpdir(), 'print-to-stock-octo-matrix-'));
    if (strike !== null) {
        let seen = 0;
        servers[strike.server].interfere = () => (++seen === strike.n ? strike.fault : undefined);
    }
    const life = await Life.open(servers, folder);
    try {
        result.cases++;
        life.source.start();
        await until(() => life.source.status().lastPoll !== null);
        life.session.start();
        await until(() => life.session.isConnected);
        servers.octoprint.print(FILE, { seconds: 5400, logLater: true });
        await new Promise((resolve) => setTimeout(resolve, 30));
        servers.octoprint.logLast();
        await until(() => life.isQuiet(1));
        // a second one, that nobody tells of
        servers.octoprint.print(FILE, { seconds: 5500, silent: true });
        await life.source.poll();
        await until(() => life.isQuiet(2));
    } catch (error) {
        result.wrong++;
        result.findings.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
        await life.close();
        // a camera that fails has no second chance
        servers.check(result, what, strike === null);
        if (
            life.reported.some(
                (text) => text.includes(servers.octoprint.apiKey) || text.includes(servers.inventree.token),
            )
        ) {
            result.wrong++;
            result.findings.push(`${what}: a secret is told`);
        }
        await servers.close();
        rmSync(folder, { recursive: true, force: true });
    }
    return { octoprint: servers.octoprint.requestCount, inventree: servers.inventree.requestCount };
}

/** The source with its session, and three steps in a row, in this process. */
class Life {
    readonly reported: string[] = [];
    readonly source: OctoPrintSource;
    readonly session: Session;
    private readonly stop = new AbortController();
    private readonly flowing = new Set<Promise<void>>();

    private constructor(
        private readonly servers: OctoPrintServers,
        private readonly ledger: Ledger,
        private readonly octoprint: OctoPrintClient,
        private readonly inventree: InvenTreeClient,
        private readonly sync: Sync,
        private readonly breakers: CircuitBreaker[],
    ) {
        const tracker = new PrinterStateTracker(new Set(), 10);
        this.source = new OctoPrintSource(
            sync,
            octoprint,
            breakers[0]!,
            {
                id: 'source',
                interval: 0,
                startWith: 'now',
                rule: { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: false },
                filament: { diameter: 1.75, density: 1.24 },
                picture: true,
                window: 4,
                passAfter: 60,
            },
            () => ['part', 'stock', 'image'],
            {
                send: (print, pass) => {
                    const work: Promise<void> = this.flow(print, pass).finally(() => this.flowing.delete(work));
                    this.flowing.add(work);
                },
                failed: (error) => void this.reported.push(error.message),
                changed: () => undefined,
            },
        );
        this.session = new Session(
            octoprint,
            tracker.subscription,
            {
                message: (message) => this.heard(tracker.heard(message).event),
                connected: () => this.source.connected(),
                lost: (error) => void this.reported.push(error?.message ?? ''),
            },
            { firstWaitMs: 10, longestWaitMs: 50 },
        );
    }

    static async open(servers: OctoPrintServers, folder: string): Promise<Life> {
        const octoprint = new OctoPrintClient({
            url: servers.octoprint.url,
            apiKey: servers.octoprint.apiKey,
            deviceIdentifier: 'Ender',
            snapshotUrl: '/webcam/',
            prefix: 'octoprint',
            timeout: TIMEOUT,
            insecure: false,
        });
        const inventree = inventreeClient(servers.inventree, { timeout: TIMEOUT });
        // without pauses: faults are over at once
        const breakers = [
            new CircuitBreaker('OctoPrint', HASTY, () => 0.02),
            new CircuitBreaker('InvenTree', HASTY, () => 0.02),
        ];
        const ledger = await Ledger.open(join(folder, 'store.json'), { onWarning: () => undefined });
        const sync = new Sync({
            ledger,
            inventree,
            inventreeBreaker: breakers[1]!,
            bambuddy: null,
            bambuddyBreaker: null,
            warn: () => undefined,
        });
        return new Life(servers, ledger, octoprint, inventree, sync, breakers);
    }

    isQuiet(wanted: number): boolean {
        const { counts, underWay } = this.source.status();
        return this.flowing.size === 0 && underWay === 0 && (counts['done'] ?? 0) >= wanted;
    }

    async close(): Promise<void> {
        this.stop.abort();
        this.session.close();
        await this.source.close();
        await Promise.allSettled([...this.flowing]);
        for (const breaker of this.breakers) breaker.close();
        await this.ledger.close();
        this.octoprint.close();
        this.inventree.close();
    }

    private heard(event: { type: string; payload: unknown } | null): void {
        const { path, time } = (event?.payload ?? {}) as { path?: string; time?: number };
        if (event === null || path === undefined) return;
        if (event.type === 'PrintStarted') this.source.printStarted(path);
        if (event.type === 'PrintDone') this.source.printDone(path, 'local', time!, null);
        if (event.type === 'MetadataStatisticsUpdated') this.source.fileChanged(path);
    }

    private async flow(print: Print, pass: Pass): Promise<void> {
        const { sync } = this;
        const { signal } = this.stop;
        const { categories, locations } = this.servers.inventree.state;
        const parameters = (['weight', 'time'] as const).map((measure) => ({
            template: measure === 'weight' ? 'Weight' : 'PrintTime',
            value: printMeasure(print, measure),
        }));
        try {
            const part = await partStep(
                sync.destination,
                print,
                {
                    category: [...categories.keys()][0]!,
                    ipnPrefix: 'OCTO',
                    name: null,
                    description: null,
                    keywords: 'octoprint',
                    link: null,
                    parameters,
                },
                pass,
                signal,
            );
            const location = [...locations.keys()][0]!;
            const stock = { location, quantity: 1, status: 10, notes: null, deleteOnDeplete: true, ipnPrefix: 'OCTO' };
            await stockStep(sync.destination, print, part.pk, stock, pass, signal);
            await imageStep(sync.destination, print, part, { overwrite: false }, pass, signal);
        } catch (error) {
            if (!(error instanceof ClosedError))
                this.reported.push(error instanceof Error ? error.message : String(error));
        }
    }
}

async function until(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + LONGEST_MS; Date.now() < end;) {
        if (holds()) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('does not come to an end');
}
