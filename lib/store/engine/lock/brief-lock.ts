import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/**
 * Takes a lock that is held for moments only: it is worth waiting for, also for a process that was killed in it.
 * @returns lets it go
 * @throws Error with the code `ELOCKED` where it is held longer; what the disk says
 */
export async function takeBriefly(file: string): Promise<() => Promise<void>> {
    const options = { realpath: false, stale: 2000, onCompromised: () => undefined };
    for (const began = performance.now(); ;) {
        const leave = await unlessLocked(() => lock(file, options));
        if (leave !== null) return leave;
        if (performance.now() - began > 2 * options.stale)
            throw Object.assign(new Error('locked'), { code: 'ELOCKED' });
        await sleep(50);
    }
}

/** @returns null where it is locked; any other failure is thrown */
export async function unlessLocked<T>(take: () => Promise<T>): Promise<T | null> {
    try {
        return await take();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
        throw error;
    }
}
