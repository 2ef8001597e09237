/** The systems we talk to, by the name their users know. */
export type ServerName = 'Bambuddy' | 'InvenTree' | 'OctoPrint';

export interface FailureDetails {
    server: ServerName;
    /** HTTP status, where there was an answer */
    status?: number;
    /** the answer's body, parsed where it was JSON */
    body?: unknown;
    /** the setting a person has to look at, by its label */
    setting?: string;
}

/** Base of every failure that a server or a setting causes. The message is for people and never holds a secret. */
export abstract class Failure extends Error {
    readonly server: ServerName;
    readonly status: number | undefined;
    readonly body: unknown;
    readonly setting: string | undefined;
    /** machine-readable, for Catch nodes and statuses */
    abstract readonly code: 'CONFIG' | 'AUTH' | 'REJECTED' | 'UNAVAILABLE';

    constructor(message: string, details: FailureDetails) {
        super(message);
        this.name = new.target.name;
        this.server = details.server;
        this.status = details.status;
        this.body = details.body;
        this.setting = details.setting;
    }
}

/** A setting is wrong: the address is not that server, redirects, has the wrong scheme. A person must act. */
export class ConfigError extends Failure {
    readonly code = 'CONFIG';
}

/** 401 or 403: the key or token is refused, or lacks a right. A person must act. */
export class AuthError extends Failure {
    readonly code = 'AUTH';
}

/** The server understood and refused (400, 404, 409, 422 …). Trying the same again gives the same. */
export class RejectedError extends Failure {
    readonly code = 'REJECTED';
}

/** Network, timeout, 408, 425, 429, 5xx, maintenance, an answer cut short. Time heals it; what was asked may have been done. */
export class UnavailableError extends Failure {
    readonly code = 'UNAVAILABLE';
    /** what the server asked us to wait, in milliseconds */
    readonly retryAfterMs: number | undefined;

    constructor(message: string, details: FailureDetails & { retryAfterMs?: number }) {
        super(message, details);
        this.retryAfterMs = details.retryAfterMs;
    }
}

/** The node is being closed: work was given up on purpose and goes on after the restart. */
export class ClosedError extends Error {
    readonly code = 'CLOSED';
    constructor() {
        super('closed');
        this.name = 'ClosedError';
    }
}
