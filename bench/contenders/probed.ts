import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, NodeRed, type FlowNode } from '../../test/harness/node-red';
import { projectRoot } from '../../test/harness/project';

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
