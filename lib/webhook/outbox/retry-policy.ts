import { HookFailure } from '../transport/failure';

/** Full jitter up to a bound that doubles. */
const BASE_MS = 1000;
export const CAP_MS = 5 * 60_000;
/** How often a server may answer with a failure before the message itself is held for the cause. */
const POISON_ATTEMPTS = 8;

export interface RetryPolicy {
    /** how long is tried again, from when it was taken */
    keepTryingMs: number;
    /** false: what may have arrived is parked, not sent again */
    again: boolean;
}

/**
 * Whether a webhook is not tried again by itself.
 * @param answered how often a server has answered it with a failure
 * @param ageMs since it was taken
 */
export function isFinal(
    error: unknown,
    { keepTryingMs, again }: RetryPolicy,
    answered: number,
    ageMs: number,
): boolean {
    if (!(error instanceof HookFailure) || error.remedy === 'park') return true;
    if (error.arrived && !again) return true;
    const busy = error.status === 429 || error.status === 503;
    if (answered >= POISON_ATTEMPTS && !busy) return true;
    return ageMs >= keepTryingMs;
}

/** How long is waited before the next attempt: as the server asks for, at the least. */
export function pauseMs(attempt: number, error: unknown, random: () => number): number {
    const jitter = random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 20));
    return Math.max(jitter, (error instanceof HookFailure ? error.retryAfterMs : undefined) ?? 0);
}

/** The same for the disk, which has no server that could be hurt. */
export function diskPauseMs(attempt: number): number {
    return Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 20));
}
