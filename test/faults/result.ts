/** What a proof found. A case is one crash, one fault, one sequence, one kill. */
export interface ProofResult {
    cases: number;
    /** prints without their item */
    lost: number;
    /** items or Parts too many */
    duplicated: number;
    /** anything else that is not exactly as it must be: parameters, image, link, a person's value overwritten, a secret shown */
    wrong: number;
    /** what was found, one line each, with all that is needed to see it again */
    findings: string[];
    /** figures worth a line in the table, e.g. requests spent probing */
    notes: string[];
}

export interface ProofOptions {
    /** the part that `npm test` runs; else the whole */
    fast: boolean;
}

export function emptyResult(): ProofResult {
    return { cases: 0, lost: 0, duplicated: 0, wrong: 0, findings: [], notes: [] };
}

export function isClean(result: ProofResult): boolean {
    return result.cases > 0 && result.lost + result.duplicated + result.wrong === 0;
}
