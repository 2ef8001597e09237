/** Versions whose behaviour is simulated. Others may be named; they behave as the newest of these that is not newer. */
export const DEFAULT_VERSION = '1.2.5.2';
export const NEWEST_VERSION = '1.2.5.7';

/** What changed with which version (facts: release notes 1.2.5.3 to 1.2.5.7 and the source of 1.2.6b1). */
const SINCE = {
    /** `/print-log/` takes `sort_by` and `sort_dir`, sorts by the print's start by default, and tells cost and energy (#2636) */
    sortedLog: '1.2.5.3',
    /** pictures are given by the key in the header; every token that an API key can have is refused (#3025) */
    mediaByKey: '1.2.5.6',
    /** archives say `confirm_requested` and `user_verdict`, rows of the log `user_verdict` (#1898, #3047) */
    verdicts: '1.2.5.7',
} as const;

/** Whether a server of this version behaves so. */
export function behaves(version: string, change: keyof typeof SINCE): boolean {
    return compareVersions(version, SINCE[change]) >= 0;
}

function compareVersions(a: string, b: string): number {
    const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
    for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
        const difference = (left![i] ?? 0) - (right![i] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}
