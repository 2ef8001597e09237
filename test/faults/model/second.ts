import { Chain, type ChainOptions } from '../chain';
import type { World } from './world';

/** A second Node-RED with the same flow and a ledger of its own, on the same two servers. */
export class Second {
    private chain: Chain | null = null;
    private dying: Promise<void> | null = null;
    private starting: Promise<void> | null = null;

    constructor(
        private readonly world: World,
        private readonly options: ChainOptions,
    ) {}

    get isRunning(): boolean {
        return this.chain !== null;
    }

    get isDying(): boolean {
        return this.dying !== null || this.starting !== null;
    }

    get chains(): Chain[] {
        return this.chain === null ? [] : [this.chain];
    }

    /** The first time with an empty ledger. */
    start(): void {
        if (this.chain !== null) return;
        this.world.model.strangerCame((pk) => this.world.isRenumbered(pk));
        this.starting = Chain.open({ ...this.options, at: this.world.addressesOfSecond }).then((chain) => {
            this.chain = chain;
            chain.start();
        });
    }

    /** For good: when one starts again it is another one. */
    async stop(): Promise<void> {
        await this.revive();
        const { chain } = this;
        this.chain = null;
        await chain?.close();
    }

    dies(): void {
        if (this.chain !== null) this.dying = this.chain.crash();
    }

    /** What died is started again. */
    async revive(): Promise<void> {
        await this.starting;
        this.starting = null;
        if (this.dying === null) return;
        await this.dying;
        this.dying = null;
        this.chain?.start();
    }

    poll(): void {
        void this.chain?.poll();
    }

    async idle(isOver: () => boolean): Promise<string | null> {
        const left = (await this.chain?.idle(isOver)) ?? null;
        return left === null ? null : `the second: ${left}`;
    }

    async close(): Promise<void> {
        await this.stop();
    }
}
