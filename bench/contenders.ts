import { join } from 'node:path';
import type { BareMethods } from './contenders/bare-child';
import { HandWiredBench } from './contenders/hand-wired';
import { PackageBench } from './contenders/package';
import { Remote } from './rpc';

/** The contenders, each in a process of its own, started when one is asked for first and kept warm. */
export class Contenders {
    private packageBench: Promise<PackageBench> | null = null;
    private sparePackage: Promise<PackageBench> | null = null;
    private handWiredBench: Promise<HandWiredBench> | null = null;
    private bareBench: Remote<BareMethods> | null = null;

    /** Starts what later measures need while none is timed. */
    prepare(): void {
        const started: Promise<unknown>[] = [
            this.package(),
            this.handWired(),
            (this.sparePackage = PackageBench.start()),
        ];
        // who asks for it is told
        for (const each of started) each.catch(() => undefined);
        this.bare();
    }

    /** a: this package in a real Node-RED */
    package(): Promise<PackageBench> {
        if (this.packageBench === null) {
            this.packageBench = this.sparePackage ?? PackageBench.start();
            this.sparePackage = null;
        }
        return this.packageBench;
    }

    /** b: a flow wired by hand */
    handWired(): Promise<HandWiredBench> {
        return (this.handWiredBench ??= HandWiredBench.start());
    }

    /** c and d: a script, and the limit */
    bare(): Remote<BareMethods> {
        return (this.bareBench ??= new Remote<BareMethods>(join(__dirname, 'contenders', 'bare-child.ts')));
    }

    /** Ends script and limit, with all that they have under way: who asks for them gets new ones. */
    renewBare(): void {
        this.bareBench?.end();
        this.bareBench = null;
    }

    /** Ends the Node-RED of the package: the next who asks gets a new one. */
    async renewPackage(): Promise<void> {
        const old = this.packageBench;
        this.packageBench = null;
        await (await old)?.stop();
    }

    async stop(): Promise<void> {
        this.bareBench?.end();
        for (const started of [this.packageBench, this.sparePackage, this.handWiredBench]) {
            await started?.then((bench) => bench.stop()).catch(() => undefined);
        }
    }
}
