import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, NodeRed, type FlowNode } from '../../test/harness/node-red';
import { projectRoot } from '../../test/harness/project';

/** A process rests when so many looks in a row, so far apart, find hardly any processor time spent. */
const [RESTING_FOR, LOOK_MS, RESTING_CPU_MS] = [3, 60, 8];

/** A Node-RED of its own with a probe in it. */
export class ProbedNodeRed {
    private constructor(
        readonly nodeRed: NodeRed,
        private readonly probe: string,
        readonly userDir: string,
    ) {}

    static async start(settings: Record<string, unknown> = {}): Promise<ProbedNodeRed> {
        const userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-bench-'));
        const port = await freePort();
        const nodeRed = await NodeRed.start({
            userDir,
            settings,
            execArgv: ['--expose-gc', '-r', join(__dirname, 'probe.cjs')],
            env: { BENCH_PROBE_PORT: String(port), BENCH_PACKAGE: projectRoot },
        });
        return new ProbedNodeRed(nodeRed, `http://127.0.0.1:${port}`, userDir);
    }

    async stop(): Promise<void> {
        await this.nodeRed.stop();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    deploy(flow: readonly FlowNode[]): Promise<void> {
        return this.nodeRed.deploy(flow);
    }

    async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
        const response = await fetch(`${this.nodeRed.url}${path}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...headers },
            body: JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
        return (await response.json()) as T;
    }

    /** Processor time of the process so far, in milliseconds. */
    cpu(): Promise<number> {
        return this.ask('cpu');
    }

    /** Waits until the process has nothing more to do, collecting of what its start left behind included. */
    async rest(): Promise<void> {
        let before = await this.cpu();
        for (let quiet = 0; quiet < RESTING_FOR;) {
            await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
            const now = await this.cpu();
            quiet = now - before < RESTING_CPU_MS ? quiet + 1 : 0;
            before = now;
        }
    }

    /** Heap and external memory after a collection, in megabytes. */
    memory(): Promise<number> {
        return this.ask('memory');
    }

    /** From now on the longest block of the event loop is kept. */
    watch(): Promise<number> {
        return this.ask('watch');
    }

    /** The longest block since `watch`, in milliseconds. */
    block(): Promise<number> {
        return this.ask('block');
    }

    /** When a store node was constructed last, by the clock of `now()`. */
    constructed(): Promise<number> {
        return this.ask('constructed');
    }

    compact(file: string): Promise<number> {
        return this.ask(`compact?file=${encodeURIComponent(file)}`);
    }

    /** Profiles what the processor does meanwhile into a file; null: nothing. */
    async profiled<T>(file: string | null, work: () => Promise<T>): Promise<T> {
        if (file === null) return work();
        await this.ask('profile');
        const result = await work();
        await this.ask(`profiled?file=${encodeURIComponent(resolve(file))}`);
        return result;
    }

    /** From now on requests are answered in the process, of a history of so many prints. */
    stub(prints: number): Promise<number> {
        return this.ask(`stub?prints=${prints}`);
    }

    private async ask(path: string): Promise<number> {
        const response = await fetch(`${this.probe}/${path}`);
        const text = await response.text();
        if (!response.ok) throw new Error(`probe ${path}: ${text}`);
        return JSON.parse(text) as number;
    }
}
