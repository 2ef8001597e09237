import type { BackfillReport } from '../../sources/bambuddy/commands/backfill';
import type { Source, SourceStatus } from '../../sources/bambuddy/source';
import type { ParkedPrint } from '../../sources/bambuddy/commands/manual-commands';
import type { Sync } from '../../sync';

export interface StatusReport extends SourceStatus {
    /** servers that do not answer */
    off: { server: string; since: string; error: string | null }[];
    /** newest first; `counts` tells how many there are */
    parked: ParkedPrint[];
    /** the last one that was begun here and is over */
    lastBackfill: { endedAt: string; report: BackfillReport } | null;
}

const MOST_PARKED = 100;

export function statusReport(source: Source, sync: Sync, lastBackfill: StatusReport['lastBackfill']): StatusReport {
    const { backfill, ...status } = source.status();
    const off = [sync.bambuddyBreaker, sync.destination.breaker].flatMap((breaker) => {
        if (breaker?.state.downSince == null) return [];
        const { server, downSince, error } = breaker.state;
        return [{ server, since: new Date(downSince).toISOString(), error }];
    });
    return {
        ...status,
        off,
        // how each print fares is told when it is over
        backfill: backfill === null ? null : { ...backfill, prints: undefined },
        lastBackfill,
        parked: source.manual.parked().slice(0, MOST_PARKED),
    };
}
