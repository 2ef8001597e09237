/** The name that a server's users know it by: the `label` of its `ServerTraits`. */
export type ServerName = string;

/**
 * What waits after a failure, and for how long no print is parked.
 * - `line`: everything that needs this server waits in its line, and goes on by itself
 * - `print`: that print alone waits, without a slot; it is offered again after 1, 5, 15 and then every 60 minutes, and
 *   after a deploy
 * - null: nothing waits; the print is parked with the server's words
 */
export type Waits = 'line' | 'print' | null;

/** What went wrong on the way to a server, where it is known: one closed list, which texts in each language refer to. */
export type FailureKind =
    | 'noAddress'
    | 'badAddress'
    | 'userinfo'
    | 'dns'
    | 'refused'
    | 'unreachable'
    | 'closed'
    | 'timeout'
    | 'certificate'
    | 'certificateExpired'
    | 'certificateHost'
    | 'schemeHttp'
    | 'html'
    | 'redirect'
    | 'wrongServer'
    | 'tooOld'
    | 'unreadable';

export interface FailureDetails {
    server: ServerName;
    /** HTTP status, where there was an answer */
    status?: number;
    /** the answer's body, parsed where it was JSON */
    body?: unknown;
    /** what was asked, e.g. `POST /api/stock/`; ids as `N`, so that it names a kind of request */
    request?: string;
    /** it was asked for something that goes beside the print (a picture, a link): nothing waits for its sake */
    beside?: boolean;
    /** the setting a person has to look at, by its label */
    setting?: string;
    failureKind?: FailureKind;
    /** what belongs to it: the network's code, where a redirect leads, a page's title */
    details?: Record<string, string>;
    /** the secret is not known there; not set: a 403 is about a right, anything else about the secret */
    unknownSecret?: boolean;
}

/** Base of every failure that a server or a setting causes. The message is for people and never holds a secret. */
export abstract class Failure extends Error {
    readonly server: ServerName;
    readonly status: number | undefined;
    readonly body: unknown;
    readonly request: string | undefined;
    readonly beside: boolean;
    readonly setting: string | undefined;
    readonly failureKind: FailureKind | undefined;
    readonly details: Readonly<Record<string, string>>;
    /** machine-readable, for Catch nodes and statuses */
    abstract readonly code: 'CONFIG' | 'AUTH' | 'REJECTED' | 'UNAVAILABLE' | 'UNREADABLE';
    abstract readonly waits: Waits;

    constructor(message: string, details: FailureDetails) {
        super(message);
        this.name = new.target.name;
        this.server = details.server;
        this.status = details.status;
        this.body = details.body;
        this.request = details.request;
        this.beside = details.beside ?? false;
        this.setting = details.setting;
        this.failureKind = details.failureKind;
        this.details = details.details ?? {};
    }
}

/** A setting is wrong: the address cannot be one, has the wrong scheme, its certificate is not trusted. A person must act. */
export class ConfigError extends Failure {
    readonly code = 'CONFIG';
    readonly waits = 'line';
}

/** 401 or 403 in the server's own form: the key or token is refused, or lacks a right. A person must act. */
export class AuthError extends Failure {
    readonly code = 'AUTH';
    /** it may be the secret itself that is refused, and not a right that it lacks */
    readonly unknownSecret: boolean;

    constructor(message: string, details: FailureDetails) {
        super(message, details);
        this.unknownSecret = details.unknownSecret ?? details.status !== 403;
    }

    /** A right that is missing is about one method and target. */
    get waits(): Waits {
        if (this.beside) return null;
        return this.unknownSecret ? 'line' : 'print';
    }
}

/** The server understood and refused (400, 404, 409, 422 …). Trying the same again gives the same. */
export class RejectedError extends Failure {
    readonly code = 'REJECTED';
    readonly waits = null;
}

/**
 * A row cannot be read in a look-up that decides about creating: whether the thing is there is unknown, so the print
 * waits and nothing is made.
 */
export class UnreadableRowError extends Failure {
    readonly code = 'UNREADABLE';
    readonly waits = 'print';
}

/** What is known of something that was asked for and failed: it may have been done all the same, or it was not. */
export type RequestOutcome = 'unknown' | 'refused';

export interface UnavailableDetails extends FailureDetails {
    retryAfterMs?: number;
    outcome?: RequestOutcome;
    foreign?: boolean;
    stranger?: boolean;
}

/**
 * Network, timeout, 408, 425, 429, 5xx, maintenance, an answer cut short, a foreign answer.
 * Time heals it; what was asked may have been done.
 */
export class UnavailableError extends Failure {
    readonly code = 'UNAVAILABLE';
    readonly waits = 'line';
    /** what the server asked us to wait, in milliseconds */
    readonly retryAfterMs: number | undefined;
    /** `refused`: it never came to the server, or the server itself says that it failed; default `unknown` */
    readonly outcome: RequestOutcome;
    /** the answer is not in the server's own form: something in between gave it */
    readonly foreign: boolean;
    /** foreign, and since the deploy the server never answered in its own form: the address may be another's */
    readonly stranger: boolean;

    constructor(message: string, details: UnavailableDetails) {
        super(message, details);
        this.retryAfterMs = details.retryAfterMs;
        this.outcome = details.outcome ?? 'unknown';
        this.foreign = details.foreign ?? false;
        this.stranger = details.stranger ?? false;
    }
}

/** The node is being closed: work was given up on purpose and goes on after the restart. */
export { ClosedError } from '../concurrency/closed-error';
