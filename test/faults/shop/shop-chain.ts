import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Catalog } from '../../../lib/store/catalog/catalog';
import { AuthError } from '../../../lib/http/errors';
import { VkError } from '../../../lib/clients/vk/errors';
import { FakeClock, settle } from '../../unit/fake-clock';
import { ShopLife } from './shop-life';
import { ShopServers } from './shop-servers';

const STEP_MS = 500;
const HOUR = 3_600_000;
/** Nothing takes longer: more is a loop. */
const MOST_STEPS = 3000;
/** So many steps without a request: longer than what failed waits until it is tried again. */
const STILL_STEPS = 12;
const MOST_ROUNDS = 12;

/**
 * From till and stock to the community in this process, without Node-RED, with time that jumps. It can be killed at any
 * moment, and goes on with what was on the disk.
 */
export class ShopChain {
    readonly clock = new FakeClock();
    readonly servers = new ShopServers(this.clock.now);
    life!: ShopLife;
    /** how often a person had to sign in to VK again */
    signIns = 0;
    /** what is typed in the community's dialog: who signs in again does not type */
    private seed!: { accessToken: string; refreshToken: string };
    private folder = newFolder();
    private readonly folders = [this.folder];
    /** what was on the disk when the process was killed; null: it lives */
    private grave: string | null = null;

    async open(): Promise<this> {
        await this.servers.open();
        this.seed = this.servers.signIn();
        await this.begin();
        return this;
    }

    async close(): Promise<void> {
        await this.until(this.life.close());
        await this.servers.close();
        for (const folder of this.folders) fs.rmSync(folder, { recursive: true, force: true });
    }

    /** As when the process is killed: nothing that it does from here on comes to anybody. */
    dies(): void {
        if (this.grave !== null) return;
        this.grave = newFolder();
        this.folders.push(this.grave);
        fs.cpSync(this.folder, this.grave, { recursive: true, filter: (name) => !name.endsWith('.lock') });
        this.servers.interfere(() => ({ at: 'before', kind: 'reset' }));
    }

    get isDead(): boolean {
        return this.grave !== null;
    }

    /**
     * Starts the process again, on what is on the disk.
     * @param meanwhile what becomes of the catalog before anything is offered, e.g. while VK's gate is closed
     */
    async revive(meanwhile?: (catalog: Catalog) => Promise<void>): Promise<void> {
        const { grave } = this;
        await this.until(this.life.close());
        this.grave = null;
        if (grave !== null) {
            this.folder = grave;
            this.servers.interfere(undefined);
        }
        if (meanwhile !== undefined) {
            const catalog = await ShopLife.catalogIn(this.folder, this.clock);
            await meanwhile(catalog);
            await catalog.close();
        }
        await this.begin();
    }

    /** Reads the catalogs, and lets time pass until nothing moves any more, or it is dead. */
    async poll(): Promise<void> {
        await this.until(this.life.read());
        await this.quiet();
    }

    /**
     * Reads and waits, for gates too, until the shop is in step; a person signs in where VK wants it.
     * @returns whether it came to that
     */
    async untilInStep(): Promise<boolean> {
        for (let round = 0; round < MOST_ROUNDS; round++) {
            if (this.isDead) await this.revive();
            await this.poll();
            if (this.isDead) continue;
            if (this.life.isRead && this.life.isInStep) return true;
            if (this.life.errors.some(wantsSignIn)) {
                this.signIns++;
                await this.life.signIn(this.servers.signIn());
            }
            this.life.errors.length = 0;
            await this.clock.advance(HOUR + 1000);
            this.life.wake();
        }
        return false;
    }

    /** Lets time pass, in steps in which what was sent is answered, until work is through. */
    async until<T>(work: Promise<T>): Promise<T> {
        let isOver = false;
        const mark = (): void => void (isOver = true);
        work.then(mark, mark);
        while (!isOver) await this.step();
        return work;
    }

    /** Until nothing moves for a moment: stock figures whose day is over go out without an offer. */
    private async quiet(): Promise<void> {
        let still = 0;
        let asked = this.servers.asked;
        for (let step = 0; step < MOST_STEPS && still < STILL_STEPS && !this.isDead; step++) {
            await this.step();
            still = this.life.isQuiet && asked === this.servers.asked ? still + 1 : 0;
            ({ asked } = this.servers);
        }
    }

    private async step(): Promise<void> {
        await this.clock.advance(STEP_MS);
        // one that was cut off never ends
        for (let n = 0; n < 200 && this.servers.isAsked; n++) await settle();
        await new Promise((resolve) => setTimeout(resolve, 1));
    }

    private async begin(): Promise<void> {
        this.life = await ShopLife.open(this.folder, this.servers, this.clock, this.seed);
    }
}

function wantsSignIn(error: Error): boolean {
    return error instanceof AuthError || (error instanceof VkError && error.remedy === 'person');
}

function newFolder(): string {
    return fs.mkdtempSync(path.join(os.tmpdir(), 'shop-chain-'));
}
