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

export type PrefixConflict = 'duplicateStore' | 'duplicatePrefix';

const joins: PrefixClaim[] = [];

/** @returns a function that takes it back */
export function claimPrefix(claim: PrefixClaim): () => void {
    joins.push(claim);
    return () => void joins.splice(joins.indexOf(claim), 1);
}

/**
 * Whether another store or source, declared before this one, gives out the same codes on the same InvenTree. What shares
 * a ledger and is of one server does no harm.
 */
export function conflictOf(claim: PrefixClaim): PrefixConflict | null {
    if (claim.bambuddy === null) return null;
    const other = joins
        .slice(0, Math.max(0, joins.indexOf(claim)))
        .find(
            (each) =>
                each.bambuddy !== null &&
                !(each.file === claim.file && sharesCodes(each, claim)) &&
                each.inventree === claim.inventree &&
                each.prefix.toLowerCase() === claim.prefix.toLowerCase(),
        );
    if (other === undefined) return null;
    return other.bambuddy === claim.bambuddy ? 'duplicateStore' : 'duplicatePrefix';
}

/** One ledger keeps Bambuddy's codes apart for all its sources; the files of an OctoPrint are known by its prefix. */
function sharesCodes(a: PrefixClaim, b: PrefixClaim): boolean {
    return a.bambuddy === b.bambuddy || (a.octoprint !== true && b.octoprint !== true);
}
