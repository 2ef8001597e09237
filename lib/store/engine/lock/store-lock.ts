import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';
import { ClosedError } from '../../../concurrency/closed-error';
import { takeBriefly, unlessLocked } from './brief-lock';
import { isAlive, isGone, nameOf, noteHeld, ownerFile, readOwner, thisProcess, type Owner } from './owner';

/** Another process has the store. */
export class StoreInUse extends Error {
    readonly code = 'STORE_IN_USE';
    constructor(file: string, owner: Owner | null) {
        super(
            `${file} is in use by ${nameOf(owner)}. One Node-RED at a time may use a store: stop one of them. With files of their own both would take every print.`,
        );
        this.name = 'StoreInUse';
    }
}

export interface LockTimes {
    /** a lock whose owner shows no sign of life this long is taken over; the owner gives one every third of it; at least 2000 */
    staleMs: number;
    /** a crash elsewhere (another container) shows only by silence: that long it is worth waiting */
    patienceMs: number;
    /** how often it is looked whether the machine slept */
    beatMs: number;
    /** longer without a beat: the machine slept, or the process stood still */
    sleptMs: number;
    /** between two tries to have the lock again */
    againMs: number;
    /** that long the lock is tried for before a person is told why nothing is written */
    quietMs: number;
    /** the time of day, and a clock that nobody sets; a sleeping machine stops some of them */
    clocks: () => readonly number[];
}

const TIMES: LockTimes = {
    staleMs: 10_000,
    patienceMs: 12_000,
    beatMs: 1000,
    sleptMs: 5000,
    againMs: 1000,
    quietMs: 30_000,
    clocks: () => [Date.now(), performance.now()],
};

/** What the store does when the lock was in doubt. */
export interface LockHooks {
    /** whether nobody else wrote to the store since it was opened */
    isAsLeft: () => Promise<boolean>;
    /** another may have written: all is read from the disk again */
    reload: () => Promise<void>;
    /** another process has it, or nothing can be written here any more: for good */
    lost: (why: Error) => void;
    /** told what a person should know */
    warn: (text: string) => void;
}

/** For what holds the store for moments and reads nothing twice. */
const UNTIL_LOST: LockHooks = {
    isAsLeft: () => Promise.resolve(true),
    reload: () => Promise.reject(new Error('the lock was lost')),
    lost: () => undefined,
    warn: () => undefined,
};

/**
 * The lock beside a store file (`<file>.lock`), so that one process at a time writes; `<file>.owner` says whose it is. What
 * a crash left behind is taken over: at once where its process is known to be gone, else when it has shown no life for ten
 * seconds. A lock that could not be refreshed (a share with coarse times or away for a while, a machine that slept) is in
 * doubt, and `doubt` is to be waited for before anything is written. It ends well where the owner's token is still ours, or
 * where the lock can be had again; then the store is read anew if anybody else may have written to it.
 */
export class StoreLock {
    private unlock: (() => Promise<void>) | null = null;
    private settling: Promise<void> | null = null;
    private lostWhy: Error | null = null;
    /** it could not be refreshed since `settling` last had it */
    private compromised = false;
    private readonly closing = new AbortController();
    private readonly timer: NodeJS.Timeout;
    private beat: readonly number[];

    private constructor(
        private readonly file: string,
        private readonly me: Owner,
        private readonly hooks: LockHooks,
        private readonly times: LockTimes,
    ) {
        this.beat = times.clocks();
        this.timer = setInterval(() => void this.doubt()?.catch(() => undefined), times.beatMs).unref();
    }

    /** @throws StoreInUse; what the disk says */
    static async take(file: string, hooks: LockHooks = UNTIL_LOST, times: Partial<LockTimes> = {}): Promise<StoreLock> {
        await mkdir(dirname(file), { recursive: true });
        const held = new StoreLock(file, thisProcess(), hooks, { ...TIMES, ...times });
        try {
            await held.takeWithPatience();
            held.beat = held.times.clocks();
            return held;
        } catch (error) {
            clearInterval(held.timer);
            throw error;
        }
    }

    /**
     * Asked before anything is written. @returns null: the lock is ours; else resolves when it is ours again
     * @throws (the promise) ClosedError where it is let go meanwhile; what ended it for good
     */
    doubt(): Promise<void> | null {
        if (this.lostWhy !== null) return Promise.reject(this.lostWhy);
        if (this.unlock === null) return null;
        const now = this.times.clocks();
        // either clock: some stand still while the machine sleeps, and the time of day can be set
        const slept = now.some((time, i) => Math.abs(time - this.beat[i]!) > this.times.sleptMs);
        this.beat = now;
        if (slept) this.settle();
        return this.settling;
    }

    async release(): Promise<void> {
        clearInterval(this.timer);
        this.closing.abort();
        await this.settling?.catch(() => undefined);
        noteHeld(this.me, false);
        // what stands there now is another's
        if (this.lostWhy !== null) return;
        const owner = await readOwner(this.file).catch(() => null);
        if (owner?.token === this.me.token) await rm(ownerFile(this.file), { force: true }).catch(() => undefined);
        await this.unlock?.().catch(() => undefined);
    }

    private settle(): void {
        if (this.settling !== null || this.lostWhy !== null || this.closing.signal.aborted) return;
        const settling = this.regain().finally(() => (this.settling = null));
        // whoever writes is told
        settling.catch(() => undefined);
        this.settling = settling;
    }

    private async regain(): Promise<void> {
        let isTold = false;
        for (let waited = 0; ; waited += this.times.againMs) {
            try {
                this.compromised = false;
                const mine = await this.renew();
                if (!mine) await this.takeWithPatience();
                if (!mine || !(await this.hooks.isAsLeft())) await this.hooks.reload();
                if (!this.compromised) return;
            } catch (error) {
                if (this.closing.signal.aborted) throw new ClosedError();
                if (!(error instanceof Error) || !mayPass(error)) throw this.lose(error as Error);
                if (waited >= this.times.quietMs && !isTold) {
                    isTold = true;
                    this.hooks.warn(
                        `${this.file}.lock cannot be refreshed (${error.message}): what is to be written waits until it can be.`,
                    );
                }
            }
            await sleep(this.times.againMs, undefined, { signal: this.closing.signal }).catch(() => {
                throw new ClosedError();
            });
        }
    }

    /** Makes the lock anew where it is still ours. @returns whether it was */
    private async renew(): Promise<boolean> {
        const leave = await takeBriefly(`${this.file}.taking`);
        try {
            if ((await readOwner(this.file))?.token !== this.me.token) {
                noteHeld(this.me, false);
                return false;
            }
            await this.unlock?.().catch(() => undefined);
            await this.removeDirectory();
            await this.lock();
            return true;
        } finally {
            await leave().catch(() => undefined);
        }
    }

    private async takeWithPatience(): Promise<void> {
        for (const began = performance.now(); ;) {
            if ((await unlessLocked(() => this.take())) !== null) return;
            const owner = await readOwner(this.file);
            if ((owner !== null && isAlive(owner)) || performance.now() - began > this.times.patienceMs)
                throw new StoreInUse(this.file, owner);
            await sleep(1000, undefined, { signal: this.closing.signal });
        }
    }

    /** One after the other, by a lock of its own: two that both see a dead owner would else remove each other's new lock. */
    private async take(): Promise<true> {
        const leave = await takeBriefly(`${this.file}.taking`);
        try {
            const before = await readOwner(this.file);
            if (before !== null && isGone(before)) await this.removeDirectory();
            await this.lock();
            try {
                await writeFile(ownerFile(this.file), JSON.stringify(this.me));
            } catch (error) {
                // or the lock would be kept fresh for nobody
                await this.unlock?.().catch(() => undefined);
                this.unlock = null;
                throw error;
            }
            noteHeld(this.me, true);
            return true;
        } finally {
            await leave().catch(() => undefined);
        }
    }

    private async lock(): Promise<void> {
        const { staleMs } = this.times;
        this.unlock = await lock(this.file, {
            realpath: false,
            stale: staleMs,
            update: staleMs / 3,
            onCompromised: () => {
                this.compromised = true;
                this.settle();
            },
        });
    }

    private removeDirectory(): Promise<void> {
        return rm(`${this.file}.lock`, { recursive: true, force: true });
    }

    private lose(why: Error): Error {
        this.lostWhy = why;
        noteHeld(this.me, false);
        clearInterval(this.timer);
        this.hooks.lost(why);
        return why;
    }
}

/** Who has the store now, for people; null: nobody. Changes nothing. */
export async function lockOwner(file: string): Promise<string | null> {
    const owner = await readOwner(file).catch(() => null);
    if (owner !== null && isGone(owner)) return null;
    return (await check(file, { realpath: false, stale: TIMES.staleMs })) ? nameOf(owner) : null;
}

/** For people: nothing more is written to a store, and why. */
export function lockLostText(file: string, why: Error): string {
    return why instanceof StoreInUse
        ? `${file} was taken over by another process: nothing more is written here. ${why.message}`
        : `Nothing more is written to ${file}: ${why.message}`;
}

/** What the disk or the network says may be otherwise in a moment; what the store itself says (in use, a newer format) not. */
function mayPass(error: Error): boolean {
    return !(error instanceof StoreInUse) && typeof (error as NodeJS.ErrnoException).code === 'string';
}
