import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookInto } from '../../../lib/store/maintenance/inspect';
import { freePort, NodeRed } from '../../harness/node-red';
import { control, pressed } from './control';
import type { PackedPackage } from './packed';
import { formatFaults, ledgerIn, rewriteLedger } from './store-files';
import { CaseServers, type Ports } from './servers';
import type { Scenario } from './scenario';
import { moveIn, writeFlows, type State } from './user-folder';

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

/** What the source answers to `status`, as far as it matters here. */
interface Status {
    counts: Record<string, number>;
    underWay: number;
    held: number;
    offered: number;
    lastPoll: string | null;
}

export type LifeEnd = 'died' | 'drained' | 'stuck';

/** A case: one servers, one user folder, one Node-RED after the other. */
export class Case {
    /** the last Node-RED's log */
    log: readonly string[] = [];
    /** what was met until all was done, in its order */
    points: readonly string[] = [];
    private answered = false;
    /** what the ledger knew at first */
    private known: readonly string[] = [];

    private constructor(
        readonly servers: CaseServers,
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
        const servers = await CaseServers.open(ports, before?.servers ?? null, scenario.version);
        const userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-crash-'));
        if (before === null) writeFlows(userDir, servers, scenario);
        else moveIn(userDir, before, servers);
        scenario.arrange(servers);
        const one = new Case(servers, scenario, userDir, packed, bug);
        await one.prepareLedger();
        return one;
    }

    async end(): Promise<void> {
        await this.servers.close();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    /** What is left for the next: the servers closed, the folder kept. */
    async leave(): Promise<State> {
        await this.servers.close();
        return { servers: this.servers, userDir: this.userDir };
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

    /** What an earlier version would not find as it left it. */
    async formatFaults(): Promise<string[]> {
        const { ledger } = this;
        return ledger === null ? [] : formatFaults(ledger, this.known);
    }

    private get ledger(): string | null {
        const folder = join(this.userDir, 'print-to-stock');
        return existsSync(folder) ? ledgerIn(folder) : null;
    }

    private async prepareLedger(): Promise<void> {
        const { ledger, scenario } = this;
        if (ledger === null) return;
        const change = scenario.ledger;
        if (change !== undefined)
            await rewriteLedger(ledger, change === null ? null : (data) => change(data, this.servers));
        const look = await lookInto(ledger);
        // one that is of format 2 already has its copy from then
        if (look?.format === 1) this.known = Object.keys(look.data.prints);
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
                this.answered = await pressed(nodeRed, this.scenario.press!, this.servers);
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
        if (status === null || status.lastPoll === null || status.underWay > 0) return false;
        const { done, held = 0, skipped = 0, offered = 0 } = this.scenario.ends;
        const { counts } = status;
        const isAsMeant = (counts['done'] ?? 0) === done && (counts['skipped'] ?? 0) === skipped;
        if (!isAsMeant || status.held !== held || status.offered !== offered) return false;
        return unfinished(counts) === held && (this.scenario.isThrough?.(this.servers) ?? true);
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

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
