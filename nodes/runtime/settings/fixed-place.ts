import { placeProblem } from '../../../lib/destinations/inventree/preflight';
import type { Sync } from '../../../lib/sync';
import { numberOf } from '../node-red';
import type { TypedSetting } from './typed-value';

/**
 * At deploy: whether a category or location that is the same for every print is there and takes what we bring.
 * @param isParent what we bring goes below it: it may be structural
 */
export async function fixedPlaceProblem(
    sync: Sync,
    setting: TypedSetting,
    signal: AbortSignal,
    isParent = false,
): Promise<{ fill: 'red'; key: string } | null> {
    if (setting.type !== 'num') return null;
    const kind = setting.label === 'category' ? 'category' : 'location';
    const pk = numberOf(setting.value, 0);
    const problem = pk < 1 ? 'missing' : await placeProblem(sync.destination, kind, pk, signal);
    if (problem === null || (isParent && problem === 'structural')) return null;
    return { fill: 'red', key: `${kind}${problem === 'missing' ? 'Missing' : 'Refused'}` };
}
