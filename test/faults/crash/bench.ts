import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealed, unsealed } from '../../../lib/store/lines';
import { freePort, NodeRed } from '../../harness/node-red';
import { filledExample, nodeOf, withControl } from '../../harness/project';
import type { PackedPackage } from './packed';
import { Shop, type Ports } from './shop';
import type { Scenario } from './scenarios';

/** Node-RED without what the flow does not need: it starts in half the time. */
export const LEAN = {
    httpAdminRoot: false,
    // `flows_cred.json` is written by us
    credentialSecret: false,
    nodesExcludes: [
        '05-tls.js',
        '06-httpproxy.js',
        '10-file.js',
        '10-mqtt.js',
        '15-change.js',
        '16-range.js',
        '17-split.js',
        '18-sort.js',
        '19-batch.js',
        '21-httprequest.js',
        '22-websocket.js',
        '23-watch.js',
        '31-tcpin.js',
        '32-udp.js',
        '70-CSV.js',
        '70-HTML.js',
        '70-JSON.js',
        '70-XML.js',
        '70-YAML.js',
        '80-template.js',
        '89-delay.js',
        '89-trigger.js',
        '90-exec.js',
        'rbe.js',
    ],
};

/** Between two looks at how far it is; one that is to die is left alone. */
const LOOK_MS = { dying: 600, living: 50 };
/** What one life may take, a stale lock included. */
const LIFE_MS = 40_000;
/** So long without any change it will not come to its end any more. */
const REST_MS = 6000;
/** After all is done only polls come: a point that is not among them is not reached any more. */
const PATIENCE_MS = 2500;

/** A state to begin with: the shop as it was left, and the user folder of the Node-RED that was stopped. */
export interface State {
    shop: Shop;
    userDir: string;
}

/** What the source answers to `status`, as far as it matters here. */
interface Status {
    counts: Record<string, number>;
    underWay: number;
    lastPoll: string | null;
}

export type LifeEnd = 'died' | 'drained' | 'stuck';

/** A case: one shop, one user folder, one Node-RED after the other. */
export class Case {
    /** the last Node-RED's log */
    log: readonly string[] = [];
    /** what was met until all was done, in its order */
    points: readonly string[] = [];
    private answered = false;

    private constructor(
        readonly shop: Shop,
        private readonly scenario: Scenario,
        private readonly userDir: string,
        private readonly packed: PackedPackage,
        private readonly bug: string | undefined,
    ) {}

    static async begin(
        scenario: Scenario,
        before: State | null,
        ports: Ports,
        packed: PackedPackage,
        bug?: string,
    ): Promise<Case> {
        const shop = await Shop.open(ports, before?.shop ?? null);
        const userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-crash-'));
        if (before === null) writeFlows(userDir, shop);
        else moveIn(userDir, before, shop);
        scenario.arrange(shop);
        return new Case(shop, scenario, userDir, packed, bug);
    }

    async end(): Promise<void> {
        await this.shop.close();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    /** What is left for the next: the servers closed, the folder kept. */
    async leave(): Promise<State> {
        await this.shop.close();
        return { shop: this.shop, userDir: this.userDir };
    }

    /**
     * Runs Node-RED until it dies at a point, or until everything is done.
     * @param dieAt a point's name, or its number
     * @param stop end it gently when all is done
     */
    async live(dieAt: string | null, stop = false): Promise<LifeEnd> {
        const nodeRed = await NodeRed.launch({
            userDir: this.userDir,
            packageDir: this.packed.dir,
            settings: LEAN,
            execArgv: [
                '-r',
                join(__dirname, 'quick-start.cjs'),
                '-r',
                join(__dirname, 'points.cjs'),
                '-r',
                join(__dirname, 'resend-soon.cjs'),
                ...(this.bug === undefined ? [] : ['-r', join(__dirname, 'bugs.cjs')]),
            ],
            env: {
                QUICK_START: join(this.packed.dir, 'compiled'),
                RESEND_PACKAGE: this.packed.dir,
                POINTS_LOG: this.pointsFile,
                POINTS_STORE: join(this.userDir, 'print-to-stock'),
                ...(dieAt === null ? {} : { POINTS_DIE_AT: dieAt }),
                ...(this.bug === undefined ? {} : { BUG: this.bug, BUG_PACKAGE: this.packed.dir }),
            },
        });
        this.log = nodeRed.log;
        const gone = { yet: false };
        void nodeRed.exited.then(() => {
            gone.yet = true;
        });
        const end = await this.watch(nodeRed, gone, dieAt !== null);
        if (existsSync(this.pointsFile))
            this.points = readFileSync(this.pointsFile, 'utf8').split('\n').filter(Boolean);
        if (end === 'drained' && stop) await nodeRed.stop();
        else await nodeRed.kill();
        return end;
    }

    private async watch(nodeRed: NodeRed, gone: { yet: boolean }, mayDie: boolean): Promise<LifeEnd> {
        const until = Date.now() + LIFE_MS;
        let before = '';
        for (let since = Date.now(), drained = false; Date.now() < until;) {
            await Promise.race([nodeRed.exited, pause(mayDie && !this.mustPress ? LOOK_MS.dying : LOOK_MS.living)]);
            if (gone.yet) return 'died';
            if (drained && (!mayDie || Date.now() - since > PATIENCE_MS)) return 'drained';
            if (drained) continue;
            if (this.mustPress) {
                this.answered = (await control(nodeRed, this.scenario.press!(this.shop))) !== null;
                continue;
            }
            const status = await control<Status>(nodeRed, { action: 'status' });
            const now = JSON.stringify([status?.counts, status?.underWay, status?.lastPoll === null]);
            if (now !== before) [before, since] = [now, Date.now()];
            drained = this.isDrained(status);
            if (status?.lastPoll != null && Date.now() - since > REST_MS) return 'stuck';
        }
        return 'stuck';
    }

    /** Everything that is to be found was found, and nothing is under way any more. */
    private isDrained(status: Status | null): boolean {
        if (status === null || status.lastPoll === null) return false;
        return status.underWay === 0 && status.counts['done'] === this.scenario.runs && unfinished(status.counts) === 0;
    }

    private get mustPress(): boolean {
        return this.scenario.press !== undefined && !this.answered;
    }

    private get pointsFile(): string {
        return join(this.userDir, 'points.log');
    }
}

export async function portsForCase(): Promise<Ports> {
    const bambuddy = await freePort();
    return { bambuddy, inventree: await freePort() };
}

function unfinished(counts: Record<string, number>): number {
    return ['accepted', 'part', 'stock', 'parked', 'passed'].reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

/** @returns the answer; null where none came */
export async function control<T extends object>(nodeRed: NodeRed, action: object): Promise<T | null> {
    try {
        const response = await fetch(`${nodeRed.url}/control`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Connection: 'close' },
            body: JSON.stringify(action),
            signal: AbortSignal.timeout(5000),
        });
        return response.ok ? ((await response.json()) as T) : null;
    } catch {
        // not listening yet, or dead
        return null;
    }
}

/** The shipped example, filled in and saved, as it lies on the disk; polls come every second. */
function writeFlows(userDir: string, shop: Shop): void {
    const example = withControl(
        filledExample(shop.connection, { 'bambuddy-archive-in': { interval: 1, settle: 0, pollOnDeploy: true } }),
    );
    const credentials = Object.fromEntries(
        ['bambuddy-server', 'inventree-server'].map((type) => {
            const node = nodeOf(example, type);
            return [node.id, node['credentials']];
        }),
    );
    const flows = example.map(({ credentials: _credentials, ...node }) => node);
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
    writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
}

/** The folder of before, with the servers' addresses of now. */
function moveIn(userDir: string, before: State, shop: Shop): void {
    cpSync(before.userDir, userDir, {
        recursive: true,
        filter: (path) => !path.includes('node_modules') && !path.endsWith('points.log'),
    });
    const store = join(userDir, 'print-to-stock');
    const moved = (text: string): string => shop.moved(text, before.shop.ports);
    const flows = join(userDir, 'flows.json');
    writeFileSync(flows, moved(readFileSync(flows, 'utf8')));
    for (const file of readdirSync(store).map((name) => join(store, name))) {
        const lines = readFileSync(file, 'utf8').split('\n');
        writeFileSync(file, lines.map((line) => resealed(line, moved)).join('\n'));
    }
}

/** A line of the store with something in it changed, and the checksum of what it says then. */
function resealed(line: string, change: (text: string) => string): string {
    const list = unsealed(line);
    return Array.isArray(list) && list.length > 0 ? sealed(change(JSON.stringify(list))) : change(line);
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
