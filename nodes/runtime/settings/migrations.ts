import { migrateBy } from './migration-rules';
import { SHAPES } from './saved-shapes';

export type { Config } from './migration-rules';

/**
 * A node of a flow that an earlier version of the package saved, as this one has it. The editor does the same as it loads
 * a flow (the build puts this file into the dialogs' script), so that both always agree.
 * @returns the same object where there is nothing to do: it is up to date, from a later version, or not ours
 */
export function migrate<T extends object>(type: string, saved: T): T {
    return migrateBy(SHAPES, type, saved);
}
