import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from './project';

/** A node of a flow, as the admin API takes it; `credentials` inline. */
export type FlowNode = { id: string; type: string; [property: string]: unknown };

export interface NodeRedOptions {
    /** default: a new one, removed on `stop` */
    userDir?: string;
    /** default: a free one */
    port?: number;
    /** Node-RED's settings beside our own */
    settings?: Record<string, unknown>;
    /** arguments for Node itself, e.g. `['-r', file]` */
    execArgv?: string[];
    env?: Record<string, string>;
    /** the package as built; default: this repository; null: none is there */
    packageDir?: string | null;
    /** the Node that runs it; default: PRINT_TO_STOCK_NODE, else the one that runs the tests */
    node?: string;
    /** the folder of its package; default: PRINT_TO_STOCK_NODE_RED, else the one installed here */
    nodeRed?: string;
}

/** What it says when it has come as far as it will come; flows whose credentials are lost wait for a deploy. */
const HAS_STARTED = /Started flows|Failed to decrypt credentials|No active project|Error loading (flows|credentials)/;

/** A real Node-RED in a process of its own, with this package installed in its user folder. */
export class NodeRed {
    readonly log: string[] = [];
    /** how the process ended: its status, or the signal that ended it */
    readonly exited: Promise<number | NodeJS.Signals | null>;
    /** set by `logIn` */
    authorization: Record<string, string> = {};

    private constructor(
        readonly url: string,
        readonly userDir: string,
        private readonly ownsUserDir: boolean,
        private readonly child: ChildProcess,
        /** root of the admin API */
        private readonly adminUrl: string,
    ) {
        this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
        const keep = (chunk: Buffer): void => {
            this.log.push(...chunk.toString().split('\n').filter(Boolean));
        };
        child.stdout?.on('data', keep);
        child.stderr?.on('data', keep);
    }

    /** Resolves when the editor answers. */
    static async start(options: NodeRedOptions = {}): Promise<NodeRed> {
        const nodeRed = await NodeRed.launch(options);
        await nodeRed.ready();
        return nodeRed;
    }

    /** Resolves when the process is there, whatever becomes of it. */
    static async launch(options: NodeRedOptions = {}): Promise<NodeRed> {
        const userDir = options.userDir ?? mkdtempSync(join(tmpdir(), 'print-to-stock-'));
        const packageDir = options.packageDir === undefined ? projectRoot : options.packageDir;
        if (packageDir !== null) installPackage(userDir, packageDir);
        writeFileSync(
            join(userDir, 'settings.js'),
            `module.exports = ${JSON.stringify({
                flowFile: 'flows.json',
                credentialSecret: 'print-to-stock',
                telemetry: { enabled: false, updateNotification: false },
                editorTheme: { tours: false, palette: { catalogues: [] } },
                uiHost: '127.0.0.1',
                ...options.settings,
            })};\n`,
        );
        const port = options.port ?? (await freePort());
        const node = options.node ?? usedNode();
        const child = spawn(
            node,
            [
                ...(options.execArgv ?? []),
                join(options.nodeRed ?? usedNodeRed(), 'red.js'),
                '-u',
                userDir,
                '-p',
                String(port),
            ],
            {
                stdio: ['ignore', 'pipe', 'pipe'],
                // the palette's npm is to be run by the same Node
                env: {
                    ...process.env,
                    NODE_OPTIONS: '',
                    PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
                    ...options.env,
                },
            },
        );
        const url = `http://127.0.0.1:${port}`;
        const adminRoot = String(options.settings?.['httpAdminRoot'] ?? '');
        return new NodeRed(url, userDir, options.userDir === undefined, child, `${url}${adminRoot}`);
    }

    /** Where adminAuth is on: what is asked of the admin API from now on, is asked as this user. */
    async logIn(username: string, password: string): Promise<void> {
        const response = await fetch(`${this.adminUrl}/auth/token`, {
            method: 'POST',
            body: new URLSearchParams({
                client_id: 'node-red-admin',
                grant_type: 'password',
                scope: '*',
                username,
                password,
            }),
        });
        if (!response.ok) throw new Error(`log in: ${response.status} ${await response.text()}`);
        const { access_token: token } = (await response.json()) as { access_token: string };
        this.authorization = { Authorization: `Bearer ${token}` };
    }

    /** Replaces all flows and waits until they run. */
    async deploy(flows: readonly FlowNode[], type: 'full' | 'nodes' | 'flows' | 'reload' = 'full'): Promise<void> {
        const before = this.starts;
        const response = await fetch(`${this.adminUrl}/flows`, {
            method: 'POST',
            headers: {
                ...this.authorization,
                'Content-Type': 'application/json',
                'Node-RED-API-Version': 'v2',
                'Node-RED-Deployment-Type': type,
            },
            body: JSON.stringify({ flows }),
        });
        if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
        // the answer comes before the flows run
        for (let tries = 0; this.starts === before; tries++) {
            if (tries > 400) throw new Error(`the flows did not start:\n${this.log.slice(-20).join('\n')}`);
            await new Promise((resolve) => setTimeout(resolve, 25));
        }
    }

    /** How often flows were started, by the log. */
    private get starts(): number {
        return this.log.filter((line) => /Started (modified )?(flows|nodes)/.test(line)).length;
    }

    /** Presses the button of an inject node. */
    async inject(id: string): Promise<void> {
        const response = await fetch(`${this.adminUrl}/inject/${id}`, { method: 'POST', headers: this.authorization });
        if (!response.ok) throw new Error(`inject ${id}: ${response.status}`);
    }

    async get<T>(path: string): Promise<T> {
        const response = await fetch(`${this.url}${path}`, { headers: { Accept: 'application/json' } });
        if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
        return (await response.json()) as T;
    }

    /** Ends it as a person would. */
    async stop(): Promise<void> {
        this.child.kill('SIGTERM');
        await this.exited;
        if (this.ownsUserDir) rmSync(this.userDir, { recursive: true, force: true });
    }

    /** Ends it as a power cut would; the user folder stays. */
    async kill(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.exited;
    }

    private async ready(): Promise<void> {
        let gone = false;
        void this.exited.then(() => (gone = true));
        for (let tries = 0; tries < 600; tries++) {
            if (gone) throw new Error(`Node-RED ended at its start:\n${this.log.join('\n')}`);
            try {
                const { status } = await fetch(`${this.adminUrl}/settings`);
                if ((status === 200 || status === 401) && this.log.some((line) => HAS_STARTED.test(line))) return;
            } catch {
                // not listening yet
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`Node-RED did not start:\n${this.log.join('\n')}`);
    }
}

function usedNode(): string {
    return process.env['PRINT_TO_STOCK_NODE'] ?? process.execPath;
}

function usedNodeRed(): string {
    return process.env['PRINT_TO_STOCK_NODE_RED'] ?? join(projectRoot, 'node_modules', 'node-red');
}

/** The pair that tests run on, e.g. `Node-RED 5.0.7, Node 22.23.3`. */
export function usedPair(): string {
    const { version } = JSON.parse(readFileSync(join(usedNodeRed(), 'package.json'), 'utf8')) as { version: string };
    const node = spawnSync(usedNode(), ['--version'], { encoding: 'utf8' }).stdout.trim();
    return `Node-RED ${version}, Node ${node.slice(1)}`;
}

/**
 * A port that nobody has just now, for a server that will listen on it later, or again. Below those that systems give to
 * outgoing connections (from 32768 on): one of these would take it in between.
 */
export async function freePort(): Promise<number> {
    for (;;) {
        const port = 10_000 + Math.floor(Math.random() * 20_000);
        if (await isFree(port)) return port;
    }
}

function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(false));
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
}

/** As the palette manager leaves it: a folder in the user folder's node_modules. */
function installPackage(userDir: string, packageDir: string): void {
    const target = join(userDir, 'node_modules', '@print-to-stock', 'node-red-bambuddy-inventree');
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { recursive: true, force: true });
    symlinkSync(packageDir, target, 'junction');
    writeFileSync(
        join(userDir, 'package.json'),
        JSON.stringify({ name: 'node-red-project', private: true, version: '0.0.1' }),
    );
}
