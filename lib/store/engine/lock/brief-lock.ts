import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/**
 * Takes a lock that every process holds for moments only. Waits for it, also until the lock of a killed process is stale.
 * @returns releases it
 * @throws Error with the code `ELOCKED` if it is held longer; what the disk says
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

/** @returns null if it is locked. @throws any other failure */
export async function unlessLocked<T>(take: () => Promise<T>): Promise<T | null> {
    try {
        return await take();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
        throw error;
    }
}
