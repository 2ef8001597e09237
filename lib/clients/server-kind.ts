import type { ServerTraits } from '../http/server-traits';
import type { Findings } from './findings';

/** A server as its dialog shows it, with the stored secrets filled in where they may go there. */
export interface ServerTarget {
    /** as `serverAddress` gives it */
    readonly address: string;
    readonly secret: string;
    /** the second address of `ServerKind.companion` and its own secret; both empty: there is none */
    readonly companion: { readonly url: string; readonly secret: string };
    /** its other settings that are texts, by name, as typed */
    readonly texts: Readonly<Record<string, string>>;
    readonly insecure: boolean;
    readonly timeoutMs: number;
    /** calls of this month with its secret, where the deployed node counts them; limit null: there is none */
    readonly month?: { readonly used: number; readonly limit: number | null };
}

/** What a server says of itself. */
export interface ServerVersion {
    /** not set: its API tells none */
    readonly version?: string;
    readonly api?: number;
}

/**
 * A kind of server, as the dialogs and diagnostics see it: how it is named, identified and tested. A row of `SERVER_KINDS`
 * for each; nothing outside its folder decides by the name of a server.
 */
export interface ServerKind extends ServerTraits {
    /** in the path of its test, and the name of the finding that it is there, e.g. `bambuddy` */
    readonly id: string;
    /**
     * Its config node, the credential there that holds the secret, and the settings and other credentials that a connection
     * takes, `timeout` and `insecure` among them: the dialogs send these, and no others.
     */
    readonly node: { readonly type: string; readonly secret: string; readonly connection: readonly string[] };
    /** a second address with a secret of its own (a camera): the names of that setting and that credential */
    readonly companion?: { readonly url: string; readonly secret: string };
    /** it answers nothing without a secret; else authentication may be switched off there */
    readonly needsSecret: boolean;
    /** where its API is, if no address is entered: one that is the same for everybody. Not set: it must be entered */
    readonly usualAddress?: string;
    /** whose right is missing when it says 403 */
    readonly rightsOf: 'secret' | 'user';
    /** InvenTree is given links to its pages */
    readonly isLinkedTo: boolean;
    /** the lowest API version that works; not set: any does */
    readonly oldestApi?: number;
    /**
     * The call that tells who the server is, asked without the secret before anything else; not set: its API has none, and
     * `test` alone tells.
     */
    readonly identity?: {
        readonly path: string;
        /** it answers without a secret, so the server is recognised at the address of another one */
        readonly isPublic: boolean;
        /** @param body of the answer. @returns null: another server's */
        readonly read: (body: unknown) => ServerVersion | null;
    };
    /**
     * Looks at the server with a connection of its own, which ends with the signal. Changes nothing there.
     * @throws ConfigError for an address that cannot be one
     */
    test(target: ServerTarget, findings: Findings, signal: AbortSignal): Promise<void>;
}

/** Closes a client with the signal. */
export function closedBy<T extends { close(): void }>(signal: AbortSignal, client: T): T {
    signal.addEventListener('abort', () => client.close(), { once: true });
    return client;
}
