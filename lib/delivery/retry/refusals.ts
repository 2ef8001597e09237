import { AuthError, type Failure } from '../../http/errors';
import { pauseLeft, type Clock } from '../../concurrency/clock';

/** So many prints in a row that are refused the same kind of request hold that kind. */
const PRINTS_IN_A_ROW = 3;
const MINUTE_MS = 60_000;
/** What was refused to one print is asked again after these; the last one repeats. */
export const AGAIN_MS: readonly number[] = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);

interface Refused {
    /** batches of the prints that were refused it in a row */
    prints: Set<string>;
    error: AuthError;
    /** the pause before it may be asked again, since when by the clock; null: not held */
    pause: { began: number; ms: number } | null;
    /** how often it was refused since it is held */
    times: number;
}

/**
 * What a server refuses (403) by kind of request: method and path. One print that is refused waits alone; after three in
 * a row the kind is held: who needs it is told so without asking, and one asks now and then.
 */
export class Refusals {
    private readonly kinds = new Map<string, Refused>();
    private readonly listeners = new Set<() => void>();

    constructor(private readonly clock: Clock) {}

    /** Told when a kind that was held is answered again, or is to be tried at once. @returns a function that stops listening */
    watch(listener: () => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** @throws AuthError of last time, where such a request is held. @param request its kind, e.g. `POST /api/stock/` */
    admit(request: string): void {
        const held = this.kinds.get(request);
        if (held === undefined || held.pause === null) return;
        const now = this.clock.now();
        // the clock was set back: the pause begins anew
        if (now < held.pause.began) held.pause.began = now;
        if (pauseLeft(held.pause.began, held.pause.ms, now) > 0) throw held.error;
        // one asks; until it is answered the others are told what is known
        held.pause = { began: now, ms: pause(held.times) };
    }

    /** A print was refused it. */
    refused(batch: string, error: Failure): void {
        if (!(error instanceof AuthError) || error.request === undefined) return;
        const found = this.kinds.get(error.request) ?? { prints: new Set(), error, pause: null, times: 0 };
        this.kinds.set(error.request, found);
        found.prints.add(batch);
        if (found.error !== error || found.pause === null) {
            found.error = error;
            if (found.prints.size < PRINTS_IN_A_ROW) return;
            found.pause = { began: this.clock.now(), ms: pause(found.times++) };
        }
    }

    /** Such a request was answered. */
    answered(request: string): void {
        const found = this.kinds.get(request);
        if (found === undefined) return;
        this.kinds.delete(request);
        if (found.pause !== null) this.notifyListeners();
    }

    /** A person has seen to it: all may be asked at once. */
    wake(): void {
        if (this.kinds.size === 0) return;
        this.kinds.clear();
        this.notifyListeners();
    }

    private notifyListeners(): void {
        for (const listener of this.listeners) listener();
    }
}

function pause(times: number): number {
    return AGAIN_MS[Math.min(times, AGAIN_MS.length - 1)]!;
}
