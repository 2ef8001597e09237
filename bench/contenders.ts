import { join } from 'node:path';
import type { BareMethods } from './contenders/bare-child';
import { HandWiredContender } from './contenders/hand-wired';
import { PackageContender } from './contenders/package';
import { Remote } from './rpc';

/** The contenders, each in a process of its own, started when one is asked for first and kept warm. */
export class Contenders {
    private packageContender: Promise<PackageContender> | null = null;
    private sparePackage: Promise<PackageContender> | null = null;
    private handWiredContender: Promise<HandWiredContender> | null = null;
    private bareContender: Remote<BareMethods> | null = null;

    /** Starts what later measures need while none is timed. */
    prepare(): void {
        const started: Promise<unknown>[] = [
            this.package(),
            this.handWired(),
            (this.sparePackage = PackageContender.start()),
        ];
        // who asks for it is told
        for (const each of started) each.catch(() => undefined);
        this.bare();
    }

    /** a: this package in a real Node-RED */
    package(): Promise<PackageContender> {
        if (this.packageContender === null) {
            this.packageContender = this.sparePackage ?? PackageContender.start();
            this.sparePackage = null;
        }
        return this.packageContender;
    }

    /** b: a flow wired by hand */
    handWired(): Promise<HandWiredContender> {
        return (this.handWiredContender ??= HandWiredContender.start());
    }

    /** c, d and e: a script, the limit, and the limit with lists */
    bare(): Remote<BareMethods> {
        return (this.bareContender ??= new Remote<BareMethods>(join(__dirname, 'contenders', 'bare-child.ts')));
    }

    /** Ends script and limit, with all that they have under way: who asks for them gets new ones. */
    renewBare(): void {
        this.bareContender?.end();
        this.bareContender = null;
    }

    /** Ends the Node-RED of the package: the next who asks gets a new one. */
    async renewPackage(): Promise<void> {
        const old = this.packageContender;
        this.packageContender = null;
        await (await old)?.stop();
    }

    async stop(): Promise<void> {
        this.bareContender?.end();
        for (const started of [this.packageContender, this.sparePackage, this.handWiredContender]) {
            await started?.then((contender) => contender.stop()).catch(() => undefined);
        }
    }
}
