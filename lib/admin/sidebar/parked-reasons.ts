import { createHash } from 'node:crypto';
import type { Ledger } from '../../store/ledger/ledger';
import { questionOf } from '../../delivery/open-questions';
import type { ParkedReason } from './wire';

const MOST = 20;

/**
 * The parked prints that `retry-all` takes, by their reason, the most frequent first. Its cost grows with the parked prints
 * alone. Those that a person is asked about are left out, as `retry-all` leaves them alone.
 * @returns at most 20; where there are more, the last one has the rest and an empty reason
 */
export function parkedReasons(ledger: Pick<Ledger, 'parked'>): ParkedReason[] {
    const counts = new Map<string, number>();
    for (const record of ledger.parked()) {
        if (questionOf(record) !== null) continue;
        const reason = record.reason ?? '';
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    const all = [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
    if (all.length <= MOST) return all;
    const rest = all.slice(MOST - 1).reduce((sum, { count }) => sum + count, 0);
    return [...all.slice(0, MOST - 1), { reason: '', count: rest }];
}

/** @returns the same for the same reasons with the same counts */
export function markOf(parked: readonly ParkedReason[]): string {
    return createHash('sha1').update(JSON.stringify(parked)).digest('base64url');
}
