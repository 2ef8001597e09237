import { Failure } from '../../http/errors';
import { emptyReport, type PassReport } from './pass-report';

/**
 * What the passes of several accounts brought, as one report. An account whose pass failed is among the failures, with its
 * id in the place of a store's.
 * @param accounts ids, in the order of the outcomes
 */
export function mergedReport(
    accounts: readonly string[],
    outcomes: readonly PromiseSettledResult<PassReport>[],
): PassReport {
    const merged = emptyReport('full');
    for (const [at, outcome] of outcomes.entries()) {
        if (outcome.status === 'rejected') {
            const { reason } = outcome as { reason: unknown };
            if (reason instanceof Failure) merged.failures.push({ store: accounts[at]!, failure: reason });
            continue;
        }
        const { value } = outcome;
        for (const name of ['stores', 'groups', 'products', 'changed', 'gone'] as const) merged[name] += value[name];
        merged.unreadable.push(...value.unreadable);
        merged.failures.push(...value.failures);
        merged.quantitiesLost.push(...value.quantitiesLost);
        merged.quantitiesTold.push(...value.quantitiesTold);
    }
    return merged;
}
