import { ConfigError } from '../../../lib/http/errors';
import { StoreInUse } from '../../../lib/store/engine/lock/store-lock';
import type { StoreTrouble } from '../flow/server-nodes';

/** The status of the nodes whose store could not be opened. */
export function troubleOf(error: unknown): StoreTrouble {
    if (error instanceof StoreInUse) return 'storeInUse';
    return error instanceof ConfigError ? 'notConfigured' : 'storeUnusable';
}
