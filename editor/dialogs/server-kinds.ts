/** A kind of server, as `ServerKind` of `lib/clients/server-kind.ts` has it. */
interface DialogServer {
    /** in the path of its test */
    id: string;
    label: string;
    /** the credential that holds its secret */
    secret: string;
    /** the settings and other credentials that a connection takes */
    connection: readonly string[];
}

declare global {
    /** What `lib/clients/server-kinds.ts` says, by type of config node. The build puts a literal in its place. */
    var SERVER_KINDS: Readonly<Record<string, DialogServer>>;
}

/** By type of config node. */
export const SERVERS = SERVER_KINDS;
