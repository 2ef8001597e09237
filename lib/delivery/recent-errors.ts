import { ClosedError, Failure } from '../http/errors';
import { answerText } from '../http/words';

/** An error as a report tells it. Times are ISO 8601 in UTC. */
export interface RecentError {
    at: string;
    /** the step of a print (`part`, `stock`, …), or the id of the source whose poll failed */
    where: string;
    /** the print it was about */
    batch?: string;
    message: string;
    /** machine-readable: `AUTH`, `REJECTED`, … */
    code?: string;
    server?: string;
    /** what was asked, ids as `N` */
    request?: string;
    /** HTTP status and the beginning of the answer */
    status?: number;
    answer?: string;
    /** the same again, one after the other; `at` is the last */
    times: number;
}

const KEPT = 50;

/** The last errors of a store's work, for the person who asks what happened. In memory: a restart begins anew. */
export class RecentErrors {
    private readonly kept: RecentError[] = [];

    constructor(private readonly now: () => number = Date.now) {}

    add(where: string, error: unknown, batch?: string): void {
        if (error instanceof ClosedError) return;
        const next = {
            ...factsOf(error),
            at: new Date(this.now()).toISOString(),
            where,
            times: 1,
            ...(batch !== undefined && { batch }),
        };
        const last = this.kept.at(-1);
        if (last?.message === next.message && last.where === where && last.batch === batch) {
            last.times++;
            last.at = next.at;
            return;
        }
        this.kept.push(next);
        if (this.kept.length > KEPT) this.kept.shift();
    }

    /** Newest first. */
    list(): readonly RecentError[] {
        return [...this.kept].reverse();
    }
}

function factsOf(error: unknown): Pick<RecentError, 'message' | 'code' | 'server' | 'request' | 'status' | 'answer'> {
    if (!(error instanceof Failure)) return { message: error instanceof Error ? error.message : String(error) };
    const answer = answerText(error.body, 500);
    return {
        message: error.message,
        code: error.code,
        server: error.server,
        ...(error.request !== undefined && { request: error.request }),
        ...(error.status !== undefined && { status: error.status }),
        ...(answer !== '' && { answer }),
    };
}
