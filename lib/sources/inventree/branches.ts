import type { TreeRow } from '../../clients/inventree/catalog/lists';
import type { WholeList } from '../../clients/inventree/catalog/whole-list';
import { isReadable, type UnreadableRow } from '../../http/checked';
import { ConfigError, UnreadableRowError } from '../../http/errors';

/** Categories or locations that a person chose, with all that is below them. */
export interface Branches {
    /** none of them lies in another: each is asked for once */
    roots: readonly number[];
    /** pks of them and of all below; null: everything, since none was chosen */
    members: ReadonlySet<number> | null;
}

/**
 * @param of what they are called, and the setting that they are chosen by
 * @throws UnreadableRowError where a row is missing: what is below it would count as gone
 * @throws ConfigError naming those that are not there: InvenTree shows everything where it is asked for one that it does not know
 */
export function branchesOf(
    { rows, isComplete }: WholeList<TreeRow>,
    chosen: readonly number[],
    of: { label: string; setting: string },
): Branches {
    if (chosen.length === 0) return { roots: [], members: null };
    const unreadable = rows.find((row) => !isReadable<TreeRow>(row));
    if (!isComplete || unreadable !== undefined)
        throw new UnreadableRowError(
            `Which ${of.label} of InvenTree lies in which is unknown (${(unreadable as UnreadableRow | undefined)?.why ?? 'the list changed while it was read'}), so nothing is read this time.`,
            { server: 'InvenTree', setting: of.setting },
        );
    const parents = new Map(rows.filter(isReadable<TreeRow>).map(({ pk, parent }) => [pk, parent]));
    const missing = chosen.filter((pk) => !parents.has(pk));
    if (missing.length > 0)
        throw new ConfigError(
            `InvenTree has no ${of.label} ${missing.join(', ')}. Nothing is read before the setting is right, so nothing counts as gone.`,
            { server: 'InvenTree', setting: of.setting },
        );
    const wanted = new Set(chosen);
    const isBelow = (pk: number): boolean => lineOf(parents, pk).some((each) => wanted.has(each));
    return {
        roots: [...wanted].filter((pk) => !lineOf(parents, parents.get(pk) ?? null).some((each) => wanted.has(each))),
        members: new Set([...parents.keys()].filter(isBelow)),
    };
}

/** A row and those above it. A ring of parents is cut where it closes. */
function lineOf(parents: ReadonlyMap<number, number | null>, pk: number | null): number[] {
    const line: number[] = [];
    for (let next = pk; next !== null && !line.includes(next); next = parents.get(next) ?? null) line.push(next);
    return line;
}
