import {
    accessSync,
    constants,
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    statSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosedError } from '../../../lib/http/errors';
import type { Ledger } from '../../../lib/store/ledger/ledger';
import type { Step } from '../../../lib/store/ledger/records';
import type { BackfillOptions, BackfillReport } from '../../../lib/sources/bambuddy/commands/backfill';
import { DEFAULT_KEY_FIELDS } from '../../../lib/print/part-identity';
import type { BreakerState } from '../../../lib/delivery/retry/circuit-breaker';
import type { ArchiveAnswer } from '../../../lib/sources/bambuddy/commands/manual-commands';
import type { Source, SourceSettings } from '../../../lib/sources/bambuddy/source';
import type { BambuddySimulator } from '../../simulators/bambuddy';
import type { InvenTreeSimulator } from '../../simulators/inventree';
import { Life, textOf, type FlowMessage, type FlowSettings } from './life';
import { VirtualClock } from './virtual-clock';

export interface ChainOptions {
    bambuddy: BambuddySimulator;
    inventree: InvenTreeSimulator;
    /** where this one finds the two servers; default: at their own addresses */
    at?: { bambuddy: string; inventree: string };
    /** give the same one's `date` to the simulated Bambuddy; default: an automatic one */
    clock?: VirtualClock;
    /** of the clients, in seconds; default 10, real ones */
    timeout?: number;
    /** told before each write of the ledger; a `crash` in it comes before the write */
    writing?: () => void;
    /** for the jitter; default Math.random */
    random?: () => number;
    /** `interval` 0 by default: polls by hand */
    source?: Partial<SourceSettings>;
    flow?: Partial<FlowSettings>;
}

const SETTINGS: SourceSettings = {
    id: 'source',
    interval: 0,
    pollOnDeploy: true,
    startWith: 'now',
    rule: { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true },
    filter: { successOnly: true, printers: [], projects: [], tags: [] },
    pageSize: 50,
    window: 4,
    passAfter: 60,
    settle: 5,
    ipnPrefix: 'BMB',
};

const BACKUP = 'backup';

/** More timers than this in one go: it turns in a circle. */
const MANY_STEPS = 20_000;
/** What its prints meet. */
const STEPS_OF_CHAIN: readonly Step[] = ['part', 'stock', 'image', 'link'];

/**
 * From Bambuddy to InvenTree and back in this process, without Node-RED: what the example flow does, with time that
 * jumps. It can crash at any moment and goes on with what was on the disk.
 */
export class Chain {
    /** every text that a person or a log would see */
    readonly reported: string[] = [];
    /** those of them from when this one did not know InvenTree's time zone, which its first item teaches */
    readonly toldWithoutZone: string[] = [];
    /** outages that were told, and their ends */
    readonly outages: BreakerState[] = [];
    /** messages that came to the end of the flow */
    readonly arrived: FlowMessage[] = [];
    readonly clock: VirtualClock;
    private readonly root = mkdtempSync(join(quickFolder(), 'print-chain-'));
    private readonly asked = new Set<Promise<unknown>>();
    private life!: Life;
    private lives = 0;
    private started = false;
    private folder = '';

    private constructor(
        private readonly options: ChainOptions,
        private readonly flow: FlowSettings,
    ) {
        this.clock = options.clock ?? new VirtualClock();
    }

    static async open(options: ChainOptions): Promise<Chain> {
        const chain = new Chain(options, {
            category: options.flow?.category ?? options.inventree.addCategory({ name: '3D prints' }).pk,
            location: options.flow?.location ?? options.inventree.addLocation({ name: 'Shelf A' }).pk,
            plateCount: false,
            deleteOnDeplete: true,
            overwriteImage: false,
            overwriteLink: false,
            steps: STEPS_OF_CHAIN,
            ...options.flow,
        });
        chain.folder = chain.newFolder();
        await chain.begin();
        return chain;
    }

    get ledger(): Ledger {
        return this.life.ledger;
    }

    get source(): Source {
        return this.life.source;
    }

    /** As a deploy does: what a restart interrupted goes on, then the first poll. Comes back at once. */
    start(): void {
        this.started = true;
        this.source.start();
    }

    /** Polls by hand; what is refused is told. */
    async poll(): Promise<void> {
        await this.ask(() => this.source.poll());
    }

    backfill(options: Partial<BackfillOptions> = {}): Promise<BackfillReport | null> {
        return this.ask(() => this.source.runBackfill({ mode: 'all', ...options }, () => undefined));
    }

    archive(archiveId: number, force: boolean): Promise<ArchiveAnswer | null> {
        return this.ask(() => this.source.manual.offerArchive(archiveId, force));
    }

    /** Answers for one print that is offered after a lost ledger, or (null) all: it is taken, or let go for good. */
    importOffered(batch: string | null): Promise<{ sent: number; remaining: number } | null> {
        return this.ask(() => this.source.manual.offered.import(batch));
    }

    dismissOffered(batch: string | null): Promise<{ dismissed: number } | null> {
        return this.ask(() => this.source.manual.offered.dismiss(batch));
    }

    /** Looks once more at what was made, as 20 s later. */
    lookForDoubles(): Promise<void> {
        return this.life.sync.destination.lookForDoubles();
    }

    /** Sends all parked prints again. */
    retry(): Promise<{ sent: number; remaining: number } | null> {
        return this.ask(() => this.source.manual.retry(null));
    }

    /**
     * Waits until nothing is left to do.
     * @param isOver asked before time goes on: something else comes first, a crash
     * @returns null; or what is left although nothing moves any more
     */
    async idle(isOver = (): boolean => false): Promise<string | null> {
        for (let step = 0; step < MANY_STEPS; step++) {
            await this.clock.activity.quiet();
            const left = this.left();
            if (left === null || isOver()) return null;
            if (!(await this.clock.step())) return this.left();
        }
        return `no end after ${MANY_STEPS} timers: ${this.left() ?? ''}`;
    }

    /**
     * As when the process is killed: nothing more is sent or written, what is on the disk is all that is known. Requests
     * under way come to their end at the server, unheard. The next life has to be started.
     * @param storeLost the store is gone as well
     * @param restored in its place is the backup of `keepBackup`
     */
    async crash({ storeLost = false, restored = false } = {}): Promise<void> {
        this.life.freeze();
        const after = this.newFolder();
        if (restored) copyStore(join(this.root, BACKUP), after);
        else if (!storeLost) copyStore(this.folder, after);
        await this.life.abandon();
        this.folder = after;
        await this.begin();
    }

    /** Copies the store as it is on the disk, for `crash({ restored: true })`. */
    async keepBackup(): Promise<void> {
        const folder = join(this.root, BACKUP);
        await rm(folder, { recursive: true, force: true });
        mkdirSync(folder);
        copyStore(this.folder, folder);
    }

    /** As a deploy: closed in order, and opened again on the same store. The next life has to be started. */
    async restart(): Promise<void> {
        await this.life.close();
        await this.begin();
    }

    async close(): Promise<void> {
        await this.life.close();
        await rm(this.root, { recursive: true, force: true });
    }

    /** Secrets that got out: into what was told, into messages, into the store's files. */
    leaks(): string[] {
        const { bambuddy, inventree } = this.options;
        const tokens = bambuddy.requests.map(({ url }) => /[?&]token=([^&]+)/.exec(url)?.[1]);
        const secrets = [bambuddy.apiKey, inventree.token, ...tokens].filter((text) => text !== undefined);
        const forms = [...new Set(secrets)].flatMap((secret) => [
            secret,
            encodeURIComponent(secret),
            Buffer.from(secret).toString('base64'),
        ]);
        const places: [string, string][] = [
            ...this.reported.map((text): [string, string] => ['told', text]),
            ...this.arrived.map((message): [string, string] => ['message', JSON.stringify(message)]),
            ...filesBelow(this.root).map((file): [string, string] => ['store', readFileSync(file, 'utf8')]),
        ];
        return places
            .filter(([, text]) => forms.some((secret) => text.includes(secret)))
            .map(([where, text]) => `${where}: ${text.slice(0, 200)}`);
    }

    private async begin(): Promise<void> {
        this.started = false;
        const { bambuddy, inventree, source, timeout = 10, random = Math.random } = this.options;
        const { at = { bambuddy: bambuddy.url, inventree: inventree.url } } = this.options;
        this.life = await Life.open({
            folder: this.folder,
            bambuddy: { url: at.bambuddy, apiKey: bambuddy.apiKey },
            inventree: { url: at.inventree, token: inventree.token },
            timeout,
            clock: this.clock,
            random,
            source: { ...SETTINGS, ...source },
            flow: this.flow,
            tell: (text) => this.tell(text),
            outage: (state) => void this.outages.push(state),
            arrived: (message) => void this.arrived.push(message),
            ...(this.options.writing === undefined ? {} : { writing: this.options.writing }),
        });
    }

    private tell(text: string): void {
        this.reported.push(text);
        if ((this.life as Life | undefined)?.sync.destination.zone === null) this.toldWithoutZone.push(text);
    }

    /** What a person asks for by a message: a refusal is told. */
    private async ask<T>(action: () => Promise<T>): Promise<T | null> {
        const work = action().catch((error: unknown) => {
            if (!(error instanceof ClosedError)) this.reported.push(textOf(error));
            return null;
        });
        this.asked.add(work);
        try {
            return await work;
        } finally {
            this.asked.delete(work);
        }
    }

    /** What is not finished; null: nothing. */
    left(): string | null {
        const { lastPoll, lastError, underWay } = this.source.status();
        const unfinished = [...this.ledger.unfinished()]
            .filter(isUnderWay)
            .map(({ batch, state, want }) => `${batch} (${state}, wants ${want?.join(' ') ?? 'nothing'})`);
        const left = [
            this.asked.size > 0 ? 'an action is not answered' : '',
            this.started && lastPoll === null && lastError === null ? 'the first poll is not over' : '',
            this.life.underWay > 0 ? `${this.life.underWay} messages under way` : '',
            underWay > 0 ? `${underWay} slots taken` : '',
            unfinished.length > 0 ? `unfinished: ${unfinished.slice(0, 5).join(', ')}` : '',
            [...this.ledger.metaFrom('parameters:')].length > 0 ? 'parameters wait' : '',
        ].filter((text) => text !== '');
        return left.length === 0 ? null : left.join('; ');
    }

    private newFolder(): string {
        const folder = join(this.root, `life-${++this.lives}`);
        mkdirSync(folder);
        return folder;
    }
}

/** What is held for an answer of a person waits for nothing of ours. */
function isUnderWay({ hold }: { hold?: unknown }): boolean {
    return hold === undefined;
}

/** In memory where the system has such a place: what a disk keeps when the process is killed, the crash proof tells. */
function quickFolder(): string {
    try {
        accessSync('/dev/shm', constants.W_OK);
        return '/dev/shm';
    } catch {
        return tmpdir();
    }
}

/** The store's files as they are at this moment, without its lock. */
function copyStore(from: string, to: string): void {
    if (!existsSync(from)) return;
    for (const name of readdirSync(from)) {
        const file = join(from, name);
        if (!name.endsWith('.owner') && statSync(file).isFile()) copyFileSync(file, join(to, name));
    }
}

function filesBelow(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
}
