/** Which store joins which servers, in this process: two that would give out the same batch codes are found here. */
export interface PrefixClaim {
    store: string;
    file: string;
    inventree: string;
    /** address of the server whose prints it brings; null: of none */
    bambuddy: string | null;
    prefix: string;
    /** that server is an OctoPrint */
    octoprint?: true;
}

export type PrefixConflict = 'storeTwice' | 'prefixTwice';

const joins: PrefixClaim[] = [];

/** @returns a function that takes it back */
export function claimPrefix(join: PrefixClaim): () => void {
    joins.push(join);
    return () => void joins.splice(joins.indexOf(join), 1);
}

/**
 * Whether another store or source, declared before this one, gives out the same codes on the same InvenTree. What shares
 * a ledger and is of one server does no harm.
 */
export function conflictOf(join: PrefixClaim): PrefixConflict | null {
    if (join.bambuddy === null) return null;
    const other = joins
        .slice(0, Math.max(0, joins.indexOf(join)))
        .find(
            (each) =>
                each.bambuddy !== null &&
                !(each.file === join.file && sharesCodes(each, join)) &&
                each.inventree === join.inventree &&
                each.prefix.toLowerCase() === join.prefix.toLowerCase(),
        );
    if (other === undefined) return null;
    return other.bambuddy === join.bambuddy ? 'storeTwice' : 'prefixTwice';
}

/** One ledger keeps Bambuddy's codes apart whoever brings them; of OctoPrints it knows the files by the prefix. */
function sharesCodes(a: PrefixClaim, b: PrefixClaim): boolean {
    return a.bambuddy === b.bambuddy || (a.octoprint !== true && b.octoprint !== true);
}
