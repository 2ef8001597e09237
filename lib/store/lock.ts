import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';

/** Another process has the store. */
export class StoreInUse extends Error {
    readonly code = 'STORE_IN_USE';
    constructor(file: string, owner: Owner | null) {
        super(
            `${file} is in use by ${nameOf(owner)}. One Node-RED at a time may use a store: give this one a file of its own, or stop the other.`,
        );
        this.name = 'StoreInUse';
    }
}

export interface Owner {
    pid: number;
    host: string;
    /** where process numbers mean the same: a boot of the machine, and a container in it */
    space: string;
    /** when the process began, in the system's own count: numbers come back */
    began: string;
    /** this one lock */
    token: string;
}

/** A lock whose owner shows no sign of life this long is taken over; the owner gives one every third of it. */
const STALE_MS = 10_000;
/** A crash elsewhere (another container) shows only by silence: that long it is worth waiting. */
const PATIENCE_MS = STALE_MS + 2000;

/** Of this process. */
const held = new Set<string>();

export interface StoreLock {
    release: () => Promise<void>;
}

/**
 * Takes the lock beside a store file (`<file>.lock`), so that one process at a time writes. What a crash left behind is
 * taken over: at once where its process is known to be gone, else when it has shown no life for ten seconds.
 * @param lost called when another process took the lock over (this one slept too long): then nothing more may be written
 * @throws StoreInUse
 */
export async function lockStore(file: string, lost: () => void): Promise<StoreLock> {
    await mkdir(dirname(file), { recursive: true });
    const me = thisProcess();
    let isLost = false;
    const release = await takeWithPatience(file, me, () => {
        isLost = true;
        held.delete(me.token);
        lost();
    });
    held.add(me.token);
    return {
        release: async () => {
            // what stands there now is another's
            if (isLost) return;
            held.delete(me.token);
            await rm(ownerFile(file), { force: true }).catch(() => undefined);
            await release().catch(() => undefined);
        },
    };
}

/** Who has the store now, for people; null: nobody. Changes nothing. */
export async function userOf(file: string): Promise<string | null> {
    const owner = await readOwner(file);
    if (owner !== null && isGone(owner)) return null;
    return (await check(file, { realpath: false, stale: STALE_MS })) ? nameOf(owner) : null;
}

async function takeWithPatience(file: string, me: Owner, lost: () => void): Promise<() => Promise<void>> {
    for (const began = Date.now(); ;) {
        const release = await unlessLocked(() => take(file, me, lost));
        if (release !== null) return release;
        const owner = await readOwner(file);
        if ((owner !== null && isAlive(owner)) || Date.now() - began > PATIENCE_MS) throw new StoreInUse(file, owner);
        await sleep(1000);
    }
}

/** One after the other, by a lock of its own: two that both see a dead owner would else remove each other's new lock. */
async function take(file: string, me: Owner, lost: () => void): Promise<() => Promise<void>> {
    const leave = await enter(`${file}.taking`);
    try {
        const before = await readOwner(file);
        if (before !== null && isGone(before)) await rm(`${file}.lock`, { recursive: true, force: true });
        const release = await lock(file, {
            realpath: false,
            stale: STALE_MS,
            update: STALE_MS / 3,
            onCompromised: lost,
        });
        try {
            await writeFile(ownerFile(file), JSON.stringify(me));
        } catch (error) {
            // or the lock would be kept fresh for nobody
            await release().catch(() => undefined);
            throw error;
        }
        return release;
    } finally {
        await leave().catch(() => undefined);
    }
}

/** Held for moments only: it is worth waiting for, also for a process that was killed in it. */
async function enter(file: string): Promise<() => Promise<void>> {
    const options = { realpath: false, stale: 2000, onCompromised: () => undefined };
    for (const began = Date.now(); ;) {
        const leave = await unlessLocked(() => lock(file, options));
        if (leave !== null) return leave;
        if (Date.now() - began > 2 * options.stale) throw Object.assign(new Error('locked'), { code: 'ELOCKED' });
        await sleep(50);
    }
}

/** @returns null where it is locked; any other failure is thrown */
async function unlessLocked<T>(take: () => Promise<T>): Promise<T | null> {
    try {
        return await take();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
        throw error;
    }
}

/** Whether the process is certainly no more. */
function isGone(owner: Owner): boolean {
    return isComparable(owner) && !isRunning(owner);
}

/** Whether the process is certainly there. */
function isAlive(owner: Owner): boolean {
    return isComparable(owner) && isRunning(owner);
}

/** In another container, or on another machine, a process number says nothing. */
function isComparable({ host, space }: Owner): boolean {
    return host === hostname() && space === spaceOf();
}

function isRunning({ pid, began, token }: Owner): boolean {
    // our own number is another's of before us, unless the lock is ours: in a container every Node-RED has the same one
    if (pid === process.pid) return held.has(token);
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    }
    return beginOf(pid) === began;
}

function thisProcess(): Owner {
    return {
        pid: process.pid,
        host: hostname(),
        space: spaceOf(),
        began: beginOf(process.pid),
        token: randomUUID(),
    };
}

function spaceOf(): string {
    try {
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
    } catch {
        // no Linux: no containers either that would share a file with this process
        return '';
    }
}

function beginOf(pid: number): string {
    try {
        // `pid (name) state …`: the name may hold anything
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? '';
    } catch {
        return '';
    }
}

async function readOwner(file: string): Promise<Owner | null> {
    try {
        const owner = JSON.parse(await readFile(ownerFile(file), 'utf8')) as Partial<Owner> | null;
        return typeof owner?.pid === 'number' && typeof owner.host === 'string' ? (owner as Owner) : null;
    } catch {
        return null;
    }
}

function nameOf(owner: Owner | null): string {
    return owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
}

function ownerFile(file: string): string {
    return `${file}.owner`;
}
