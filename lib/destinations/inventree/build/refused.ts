import { RejectedError } from '../../../http/errors';

/** Says what was refused. Other failures stay as they are. */
export function refused(error: unknown, what: string): unknown {
    if (!(error instanceof RejectedError)) return error;
    const { server, status, body } = error;
    return new RejectedError(
        `InvenTree refused ${what}: ${error.message}. Put the order right in InvenTree, then retry.`,
        { server, ...(status === undefined ? {} : { status }), body },
    );
}
