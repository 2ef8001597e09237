import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';
import { ClosedError } from '../../../concurrency/closed-error';
import { takeBriefly, unlessLocked } from './brief-lock';
import { isAlive, isGone, nameOf, noteHeld, ownerFile, readOwner, thisProcess, type Owner } from './owner';

/** Another process uses the store. */
export class StoreInUse extends Error {
    readonly code = 'STORE_IN_USE';
    constructor(file: string, owner: Owner | null) {
        super(
            `${file} is in use by ${nameOf(owner)}. Only one Node-RED may use a store: stop one of them. Separate files are no solution: both would add every print.`,
        );
        this.name = 'StoreInUse';
    }
}

export interface LockTimes {
    /** a lock that was not refreshed this long is taken over; it is refreshed every third of it; at least 2000 */
    staleMs: number;
    /** how long to wait for a foreign lock to become stale: a crash in another container is noticed no other way */
    patienceMs: number;
    /** how often the clocks are compared, to notice that the machine slept */
    beatMs: number;
    /** a longer gap between two beats: the machine slept, or the process was suspended */
    sleptMs: number;
    /** between two attempts to regain the lock */
    againMs: number;
    /** how long the lock is tried before a person is told why nothing is written */
    quietMs: number;
    /** the time of day, and a monotonic clock; some of them stop while the machine sleeps */
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

/** How the store answers when the lock was compromised. */
export interface LockHooks {
    /** whether no other process wrote to the store since it was opened */
    isAsLeft: () => Promise<boolean>;
    /** another process may have written: reads all from the disk again */
    reload: () => Promise<void>;
    /** another process took it, or it cannot be regained: nothing is written any more */
    lost: (why: Error) => void;
    /** told what a person should know */
    warn: (text: string) => void;
}

/** For short uses of a store, that never read it again. */
const UNTIL_LOST: LockHooks = {
    isAsLeft: () => Promise.resolve(true),
    reload: () => Promise.reject(new Error('the lock was lost')),
    lost: () => undefined,
    warn: () => undefined,
};

/**
 * The lock beside a store file (`<file>.lock`), so that one process at a time writes; `<file>.owner` names the owner. The
 * lock of a crashed process is taken over: at once if that process is known to have ended, else when it is stale. A lock
 * that could not be refreshed (a share with coarse times or disconnected for a while, a machine that slept) is in doubt:
 * wait for `doubt` before anything is written. The doubt ends when the owner's token is still ours, or when the lock was
 * taken again; then the store is read again if another process may have written to it.
 */
export class StoreLock {
    private unlock: (() => Promise<void>) | null = null;
    private settling: Promise<void> | null = null;
    private lostWhy: Error | null = null;
    /** it could not be refreshed since the last attempt to regain it */
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
     * @throws (the promise) ClosedError if it is released meanwhile; the reason if it is lost
     */
    doubt(): Promise<void> | null {
        if (this.lostWhy !== null) return Promise.reject(this.lostWhy);
        if (this.unlock === null) return null;
        const now = this.times.clocks();
        // either clock may tell: some stop while the machine sleeps, and the time of day can be set
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
        // the files belong to another process now
        if (this.lostWhy !== null) return;
        const owner = await readOwner(this.file).catch(() => null);
        if (owner?.token === this.me.token) await rm(ownerFile(this.file), { force: true }).catch(() => undefined);
        await this.unlock?.().catch(() => undefined);
    }

    private settle(): void {
        if (this.settling !== null || this.lostWhy !== null || this.closing.signal.aborted) return;
        const settling = this.regain().finally(() => (this.settling = null));
        // writers get the error by `doubt`
        settling.catch(() => undefined);
        this.settling = settling;
    }

    private async regain(): Promise<void> {
        let isReported = false;
        for (let waited = 0; ; waited += this.times.againMs) {
            try {
                this.compromised = false;
                const isOwn = await this.renew();
                if (!isOwn) await this.takeWithPatience();
                if (!isOwn || !(await this.hooks.isAsLeft())) await this.hooks.reload();
                if (!this.compromised) return;
            } catch (error) {
                if (this.closing.signal.aborted) throw new ClosedError();
                if (!(error instanceof Error) || !mayPass(error)) throw this.lose(error as Error);
                if (waited >= this.times.quietMs && !isReported) {
                    isReported = true;
                    this.hooks.warn(
                        `${this.file}.lock cannot be refreshed (${error.message}): writing waits until it can be.`,
                    );
                }
            }
            await sleep(this.times.againMs, undefined, { signal: this.closing.signal }).catch(() => {
                throw new ClosedError();
            });
        }
    }

    /** Makes the lock again if the owner's token is still ours. @returns whether it was */
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

    /** One process at a time, by a second lock: two that both find a dead owner would remove each other's new lock. */
    private async take(): Promise<true> {
        const leave = await takeBriefly(`${this.file}.taking`);
        try {
            const before = await readOwner(this.file);
            if (before !== null && isGone(before)) await this.removeDirectory();
            await this.lock();
            try {
                await writeFile(ownerFile(this.file), JSON.stringify(this.me));
            } catch (error) {
                // else the lock would be refreshed without an owner
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

/** Who uses the store now, for people; null: nobody. Changes nothing. */
export async function lockOwner(file: string): Promise<string | null> {
    const owner = await readOwner(file).catch(() => null);
    if (owner !== null && isGone(owner)) return null;
    return (await check(file, { realpath: false, stale: TIMES.staleMs })) ? nameOf(owner) : null;
}

/** The text for people after the lock was lost: nothing more is written, and why. */
export function lockLostText(file: string, why: Error): string {
    return why instanceof StoreInUse
        ? `${file} was taken over by another process: writing has stopped here. ${why.message}`
        : `Nothing more is written to ${file}: ${why.message}`;
}

/** Errors of the disk or the network may pass; those of the store itself (in use, a newer format) do not. */
function mayPass(error: Error): boolean {
    return !(error instanceof StoreInUse) && typeof (error as NodeJS.ErrnoException).code === 'string';
}
