import type { FailureKind, ServerName } from './errors';
import type { TrustBy } from './policy';

/** What an answer that is not in the server's own form turned out to be. */
export interface ForeignAnswer {
    /** for people, without a secret */
    text: string;
    failureKind?: FailureKind;
    details?: Record<string, string>;
}

/** What every request to one kind of server has in common: how failures name it, and what its refusals mean. */
export interface ServerTraits {
    /** the name that people know it by */
    readonly label: ServerName;
    /** what its secret is called there, e.g. `API key` */
    readonly secret: string;
    /** what people may type at the end of its address; cut off. Empty: nothing */
    readonly apiPath: string;
    /** What a 403 means, where it is not only that the secret lacks a right. `unknownSecret`: it answers an unknown one, too */
    readonly forbidden?: { readonly text: string; readonly unknownSecret: boolean };
    /** the setting by which its certificate can be trusted; default: `insecure` */
    readonly trustBy?: TrustBy;
    /** header that says how long to wait, in seconds, where there is no `Retry-After` */
    readonly rateReset?: string;
    /** Names the cause of an answer in another form, where this kind of server has one of its own. @returns null: it is no such answer */
    readonly foreign?: (
        answer: { readonly status: number; readonly body: unknown },
        baseUrl: string,
    ) => ForeignAnswer | null;
}
