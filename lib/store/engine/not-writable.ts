import { StoreInUse } from './lock/store-lock';

/** Texts for people, by the system's error code. */
const REASONS: Record<string, string> = {
    ENOSPC: 'the disk is full: free space, pending records are written then',
    EDQUOT: 'the disk quota is exhausted: free space, pending records are written then',
    EROFS: 'the disk is read-only: make it writable again',
    EACCES: 'Node-RED has no permission to write there: grant it, or choose another file',
    EPERM: 'Node-RED has no permission to write there: grant it, or choose another file',
    EIO: 'the disk reports an error: check it, and keep a copy of the store',
};

/** The disk or the system refuses a write. The change is not acknowledged. */
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

/** The store was read again from the disk, because another process had it: the change was based on older data. */
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
 * Whether an error comes from the store alone, not from a print or a server. The work stays as it is, and goes on when the
 * store can be written again.
 */
export function isOfStore(error: unknown): boolean {
    return error instanceof NotWritable || error instanceof StoreReloaded || error instanceof StoreInUse;
}

/** The same error; errors of the disk with a text that says what to do. @returns NotWritable for those */
export function explainDiskError(file: string, error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof NotWritable) return error;
    const { code } = error as NodeJS.ErrnoException;
    return code !== undefined && code in REASONS ? new NotWritable(file, code, error) : error;
}
