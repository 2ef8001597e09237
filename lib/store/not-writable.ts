/** What a person reads where the system has only a code. */
const REASONS: Record<string, string> = {
    ENOSPC: 'the disk is full: make room, what waits is written then',
    EDQUOT: 'the disk quota is used up: make room, what waits is written then',
    EROFS: 'the disk is read-only: make it writable again',
    EACCES: 'Node-RED is not allowed to write there: give it the right, or choose another file',
    EPERM: 'Node-RED is not allowed to write there: give it the right, or choose another file',
    EIO: 'the disk reports an error: look after it, and keep a copy of the store',
};

/** The store is not to be written, for a reason outside of it; what was to be written is not acknowledged. */
export class NotWritable extends Error {
    constructor(
        file: string,
        readonly code: string,
        override readonly cause: Error,
    ) {
        super(`${file} cannot be written, ${REASONS[code]!} (${cause.message})`);
        this.name = 'NotWritable';
    }
}

/** The same error, said so that a person knows what to do. */
export function explained(file: string, error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof NotWritable) return error;
    const { code } = error as NodeJS.ErrnoException;
    return code !== undefined && code in REASONS ? new NotWritable(file, code, error) : error;
}
