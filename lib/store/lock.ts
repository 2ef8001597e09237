import { hostname } from 'node:os';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';

/** Another process has the store. */
export class StoreInUse extends Error {
    readonly code = 'STORE_IN_USE';
    constructor(file: string, owner: Owner | null) {
        const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
        super(
            `${file} is in use by ${who}. One Node-RED at a time may use a store: give this one a file of its own, or stop the other.`,
        );
        this.name = 'StoreInUse';
    }
}

interface Owner {
    pid: number;
    host: string;
}

/** A lock whose owner shows no sign of life this long is taken over; the owner gives one every third of it. */
const STALE_MS = 10_000;

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
    const owner = await readOwner(file);
    if (owner !== null && isGone(owner)) await rm(`${file}.lock`, { recursive: true, force: true });
    // a crash elsewhere (another container) shows only by silence: that long it is worth waiting
    const retries = { retries: 12, minTimeout: 1000, maxTimeout: 1000 };
    try {
        const release = await lock(file, {
            realpath: false,
            stale: STALE_MS,
            update: STALE_MS / 3,
            retries: owner === null || owner.host !== hostname() ? retries : 0,
            onCompromised: lost,
        });
        await writeFile(ownerFile(file), JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner));
        return {
            release: async () => {
                await rm(ownerFile(file), { force: true });
                await release().catch(() => undefined);
            },
        };
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ELOCKED') throw new StoreInUse(file, await readOwner(file));
        throw error;
    }
}

/**
 * Whether the process is certainly no more. Our own number is another's of before us: in a container every Node-RED has
 * the same one, and within this process there is one instance per file.
 */
function isGone({ pid, host }: Owner): boolean {
    if (host !== hostname()) return false;
    if (pid === process.pid) return true;
    try {
        process.kill(pid, 0);
        return false;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
}

async function readOwner(file: string): Promise<Owner | null> {
    try {
        const owner = JSON.parse(await readFile(ownerFile(file), 'utf8')) as Partial<Owner>;
        return typeof owner.pid === 'number' && typeof owner.host === 'string' ? (owner as Owner) : null;
    } catch {
        return null;
    }
}

function ownerFile(file: string): string {
    return `${file}.owner`;
}
