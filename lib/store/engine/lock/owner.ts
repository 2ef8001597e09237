import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Who holds a lock, as it stands in `<file>.owner`. */
export interface Owner {
    pid: number;
    host: string;
    /** in which process ids can be compared: a boot of the machine, and a container in it */
    space: string;
    /** when the process began, in the system's own count: process ids are reused */
    began: string;
    /** identifies this one lock */
    token: string;
}

/** Tokens of the locks that this process holds. */
const held = new Set<string>();

export function thisProcess(): Owner {
    return {
        pid: process.pid,
        host: hostname(),
        space: spaceOf(),
        began: beginOf(process.pid),
        token: randomUUID(),
    };
}

/** Notes whether the lock of this token is held by this process. */
export function noteHeld({ token }: Owner, isHeld: boolean): void {
    if (isHeld) held.add(token);
    else held.delete(token);
}

/** Whether the process has certainly ended. */
export function isGone(owner: Owner): boolean {
    return isComparable(owner) && !isRunning(owner);
}

/** Whether the process certainly runs. */
export function isAlive(owner: Owner): boolean {
    return isComparable(owner) && isRunning(owner);
}

/** @returns null if there is none, or the file is unreadable. @throws what the disk says */
export async function readOwner(file: string): Promise<Owner | null> {
    try {
        const owner = JSON.parse(await readFile(ownerFile(file), 'utf8')) as Partial<Owner> | null;
        return typeof owner?.pid === 'number' && typeof owner.host === 'string' ? (owner as Owner) : null;
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined || code === 'ENOENT' || code === 'EISDIR') return null;
        throw error;
    }
}

export function nameOf(owner: Owner | null): string {
    return owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
}

export function ownerFile(file: string): string {
    return `${file}.owner`;
}

/** Process ids of another container or machine cannot be compared with those of this one. */
function isComparable({ host, space }: Owner): boolean {
    return host === hostname() && space === spaceOf();
}

function isRunning({ pid, began, token }: Owner): boolean {
    // in a container each start of Node-RED may have the same id: an earlier one had ours, unless the token is ours
    if (pid === process.pid) return held.has(token);
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    }
    return beginOf(pid) === began;
}

function spaceOf(): string {
    try {
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
    } catch {
        // without Linux there are no containers that share a file with this process
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
