/** What is done about a webhook that did not go through. */
export type HookRemedy = 'wait' | 'park';

export interface HookFailureDetails {
    remedy: HookRemedy;
    /** HTTP status, where there was an answer */
    status?: number;
    /** the request may have been received */
    arrived?: boolean;
    retryAfterMs?: number;
    /** the beginning of the answer's body */
    body?: string;
}

/** A webhook did not go through. The message is for people and holds no secret. */
export class HookFailure extends Error {
    readonly code = 'WEBHOOK';
    readonly remedy: HookRemedy;
    readonly status: number | undefined;
    readonly arrived: boolean;
    readonly retryAfterMs: number | undefined;
    readonly body: string | undefined;

    constructor(message: string, details: HookFailureDetails) {
        super(message);
        this.name = 'HookFailure';
        this.remedy = details.remedy;
        this.status = details.status;
        this.arrived = details.arrived ?? false;
        this.retryAfterMs = details.retryAfterMs;
        this.body = details.body;
    }
}

/** Nothing more is taken until some are gone. */
export class QueueFull extends Error {
    readonly code = 'QUEUE_FULL';
    constructor(most: number) {
        super(`${most} webhooks are already queued: the target does not answer. This webhook was not queued.`);
        this.name = 'QueueFull';
    }
}

/** Success is 200 to 399, after redirects. Of the rest these are waited out; all others are parked at once. */
const WAITING: ReadonlySet<number> = new Set([408, 425, 429]);

export function isSuccess(status: number): boolean {
    return status >= 200 && status < 400;
}

export function remedyOf(status: number): HookRemedy {
    return WAITING.has(status) || status >= 500 ? 'wait' : 'park';
}
