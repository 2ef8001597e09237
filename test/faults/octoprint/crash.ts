import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, NodeRed } from '../../harness/node-red';
import { filledOctoPrintExample, nodeOf, withControl } from '../../harness/project';
import { spread } from '../crash';
import { LEAN } from '../crash/case';
import { control } from '../crash/control';
import { PackedPackage } from '../crash/packed';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { FILE, OctoPrintServers } from './servers';

type Story = 'an event' | 'catch-up';
/** How Node-RED hears of the print: it is told, or it ended while nobody listened. */
const STORIES: readonly Story[] = ['an event', 'catch-up'];
const FAST_POINTS = 10;
const LANES = 2;
/** What one life may take on a busy machine, a stale lock included. */
const LIFE_MS = 90_000;

interface Status {
    counts: Record<string, number>;
    underWay: number;
    lastPoll: string | null;
}

/** One servers and one user folder, and one Node-RED after the other in it. */
class Case {
    points: string[] = [];
    /** the last life's answer to `status`, and the end of its log */
    last = '';

    private constructor(
        private readonly story: Story,
        readonly servers: OctoPrintServers,
        private readonly userDir: string,
        private readonly packed: PackedPackage,
    ) {}

    static async begin(story: Story, packed: PackedPackage): Promise<Case> {
        const servers = new OctoPrintServers({ octoprint: await freePort(), inventree: await freePort() });
        await servers.open();
        const one = new Case(story, servers, mkdtempSync(join(tmpdir(), 'print-to-stock-octo-')), packed);
        one.writeFlows();
        if (story === 'an event') servers.printWhenLooked();
        else {
            // a first life that only learns where the files stand
            await one.live(null, 0);
            one.points = [];
            rmSync(one.pointsFile);
            servers.octoprint.print(FILE, { seconds: 5400, silent: true });
            servers.octoprint.print(FILE, { seconds: 5500, silent: true });
        }
        return one;
    }

    async end(): Promise<void> {
        await this.servers.close();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    get wanted(): number {
        return this.story === 'an event' ? 1 : 2;
    }

    /** @returns whether it died where it was to die; without a death: whether all was done */
    async live(dieAt: string | null, wanted = this.wanted): Promise<boolean> {
        const nodeRed = await NodeRed.launch({
            userDir: this.userDir,
            packageDir: this.packed.dir,
            settings: LEAN,
            execArgv: ['points.cjs', 'resend-soon.cjs'].flatMap((file) => ['-r', join(__dirname, '..', 'crash', file)]),
            env: {
                RESEND_PACKAGE: this.packed.dir,
                POINTS_LOG: this.pointsFile,
                POINTS_STORE: join(this.userDir, 'print-to-stock'),
                ...(dieAt === null ? {} : { POINTS_DIE_AT: dieAt }),
            },
        });
        let gone = false;
        void nodeRed.exited.then(() => (gone = true));
        const isGone = (): boolean => gone;
        let drained = 0;
        for (
            const until = Date.now() + LIFE_MS;
            Date.now() < until && !isGone() && drained < (dieAt === null ? 2 : 8);
        ) {
            await Promise.race([nodeRed.exited, new Promise((resolve) => setTimeout(resolve, 300))]);
            if (isGone()) break;
            const status = await control<Status>(nodeRed, { action: 'status' });
            drained =
                status !== null && isDone(status, wanted) && this.servers.inventree.state.stock.size >= wanted
                    ? drained + 1
                    : 0;
        }
        const died = isGone();
        this.last = `${JSON.stringify(await control<Status>(nodeRed, { action: 'status' }))} ${nodeRed.log.slice(-4).join(' | ')}`;
        if (!died) await (dieAt === null ? nodeRed.stop() : nodeRed.kill());
        if (existsSync(this.pointsFile))
            this.points = readFileSync(this.pointsFile, 'utf8').split('\n').filter(Boolean);
        return dieAt === null ? drained >= 2 : died;
    }

    private writeFlows(): void {
        const { octoprint, inventree } = this.servers;
        const flow = withControl(
            filledOctoPrintExample(
                {
                    octoprintUrl: octoprint.url,
                    octoprintKey: octoprint.apiKey,
                    inventreeUrl: inventree.url,
                    token: inventree.token,
                    category: [...inventree.state.categories.keys()][0]!,
                    location: [...inventree.state.locations.keys()][0]!,
                },
                {
                    'octoprint-server': { snapshotUrl: '/webcam/' },
                    'octoprint-event-in': { interval: 2, diameter: 1.75, density: 1.24, topics: [] },
                },
            ),
            'octoprint-event-in',
        );
        const secrets = ['octoprint-server', 'inventree-server'].map((type) => nodeOf(flow, type));
        writeFileSync(
            join(this.userDir, 'flows.json'),
            JSON.stringify(flow.map(({ credentials: _c, ...node }) => node)),
        );
        const credentials = Object.fromEntries(secrets.map((node) => [node.id, node['credentials']]));
        writeFileSync(join(this.userDir, 'flows_cred.json'), JSON.stringify(credentials));
    }

    private get pointsFile(): string {
        return join(this.userDir, 'points.log');
    }
}

/**
 * A real Node-RED is killed at every point of its way from a print in OctoPrint to the item in InvenTree, started again
 * on what lies on the disk, and then everything must be exactly right. The picture may be lost where the process died
 * with it in its hands: it can be taken only once.
 */
export async function runOctoPrintCrashProof(
    { fast }: ProofOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const total = emptyResult();
    const packed = new PackedPackage();
    try {
        const work: { story: Story; point: string }[] = [];
        for (const story of STORIES) {
            const one = await Case.begin(story, packed);
            try {
                if (!(await one.live(null))) throw new Error(`${story} fails undisturbed`);
                one.servers.check(total, `${story}, undisturbed`, story === 'an event');
                report(`${story}: ${one.points.length} points`);
                total.notes.push(`${story}: ${one.points.length} points`);
                const chosen = fast ? spread(one.points, FAST_POINTS / STORIES.length) : one.points;
                for (const point of chosen) work.push({ story, point });
            } finally {
                await one.end();
            }
        }
        let unreached = 0;
        await Promise.all(
            Array.from({ length: LANES }, async () => {
                for (let next = work.shift(); next !== undefined; next = work.shift()) {
                    if (!(await dieOnce(next.story, next.point, packed, total))) unreached++;
                    if (total.cases % 50 === 0) report(`${total.cases} cases, ${work.length} to go`);
                }
            }),
        );
        if (unreached > 0) total.notes.push(`${unreached} points were not met again in their case`);
    } finally {
        packed.remove();
    }
    return total;
}

async function dieOnce(story: Story, point: string, packed: PackedPackage, total: ProofResult): Promise<boolean> {
    const one = await Case.begin(story, packed);
    try {
        total.cases++;
        const reached = await one.live(point);
        const what = `${story}, dies ${point}`;
        if (!(await one.live(null))) {
            total.wrong++;
            total.findings.push(`${what}: does not come to an end: ${one.last}`);
        }
        one.servers.check(total, what, false);
        return reached;
    } finally {
        await one.end();
    }
}

function isDone({ counts, underWay, lastPoll }: Status, wanted: number): boolean {
    const unfinished = ['accepted', 'part', 'stock', 'parked', 'passed'].some((state) => (counts[state] ?? 0) > 0);
    return lastPoll !== null && underWay === 0 && !unfinished && (counts['done'] ?? 0) >= wanted;
}
