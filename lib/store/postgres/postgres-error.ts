/** What a person does about it, by SQLSTATE or the system's error code. */
const ACTIONS: Record<string, string> = {
    '28P01': 'it refuses user or password: check both',
    '28000': 'it does not let this user in from here: check the user and pg_hba.conf',
    '3D000': 'it has no such database: create it, or name another one',
    '42501': 'the user lacks a right: have the owner of the database grant it',
    '42P01': 'a table is missing: let a user who may create tables open the store once',
    '3F000': 'the schema is missing: let a user who may create it open the store once',
    '25006': 'it takes no writes, as a standby server does: give the address of the primary one',
    '53100': 'its disk is full: free space there',
    '53300': 'it has no connection left: raise max_connections, or put pgbouncer before it',
    '57P01': 'it is being shut down',
    '57P03': 'it is starting',
    ECONNREFUSED: 'nothing answers at this address and port: start the server, or correct them',
    ECONNRESET: 'it broke off the connection',
    ENOTFOUND: 'no server has this name: correct the address',
    EAI_AGAIN: 'the name cannot be looked up at the moment: check the network',
    ETIMEDOUT: 'it did not answer in time: check the network between them',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: have Node.js trust it (NODE_EXTRA_CA_CERTS)',
    SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: have Node.js trust it (NODE_EXTRA_CA_CERTS)',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted: have Node.js trust it (NODE_EXTRA_CA_CERTS)',
    ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: give the address that the certificate names',
};

/** The server refused a statement, or did not answer: whether it did what it was told is then not known. */
export class PostgresError extends Error {
    constructor(
        server: string,
        /** SQLSTATE, or the system's error code */
        readonly code: string,
        override readonly cause: Error,
    ) {
        const action = ACTIONS[code];
        super(`PostgreSQL ${server}: ${action === undefined ? '' : `${action}. `}${cause.message}`);
        this.name = 'PostgresError';
    }

    /** The server answered: the connection is as good as before. */
    get isAnswer(): boolean {
        return /^[0-9A-Z]{5}$/.test(this.code) && !/^(08|57)/.test(this.code);
    }
}

/** @param server as a person knows it, without user and password */
export function postgresError(server: string, error: unknown): PostgresError {
    if (error instanceof PostgresError) return error;
    const cause = error instanceof Error ? error : new Error(String(error));
    return new PostgresError(server, codeOf(cause), cause);
}

function codeOf(error: Error): string {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return code;
    // the client's own failures have no code
    if (/timeout/i.test(error.message)) return 'ETIMEDOUT';
    return /terminated|not queryable/i.test(error.message) ? 'ECONNRESET' : 'UNKNOWN';
}
