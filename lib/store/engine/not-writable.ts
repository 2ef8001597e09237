import { StoreInUse } from './lock/store-lock';

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

/** The store was opened again from the disk, because another process had it: what was to be written rested on older data. */
export class StoreReloaded extends Error {
    readonly code = 'STORE_RELOADED';
    constructor(file: string) {
        super(
            `${file} was in use by another process meanwhile and is opened again from the disk: nothing older is written.`,
        );
        this.name = 'StoreReloaded';
    }
}

/**
 * Whether an error says that the ledger did not take a change, and nothing of the print or of a server: it stays as it is,
 * and goes on when the ledger can be written again.
 */
export function isOfStore(error: unknown): boolean {
    return error instanceof NotWritable || error instanceof StoreReloaded || error instanceof StoreInUse;
}

/** The same error, said so that a person knows what to do. */
export function explainDiskError(file: string, error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof NotWritable) return error;
    const { code } = error as NodeJS.ErrnoException;
    return code !== undefined && code in REASONS ? new NotWritable(file, code, error) : error;
}
