import type { BackfillReport } from './commands/reports';
import type { AdmissionRules } from './admission-rules';
import type { PrintFilter } from './filter';
import type { IdentityRule } from '../../print/part-identity';
import type { PrintOutput } from '../../delivery/source-activity';

export interface SourceSettings {
    /** the node's id: key of its cursor */
    id: string;
    /** seconds between polls; 0: only by hand */
    interval: number;
    pollOnDeploy: boolean;
    startWith: 'now' | 'all';
    rule: IdentityRule;
    filter: PrintFilter;
    /** default: `ADMISSION_DEFAULTS` */
    admission?: AdmissionRules;
    pageSize: number;
    /** prints under way at a time */
    window: number;
    /** seconds after which a print that none of our nodes has taken is passed */
    passAfter: number;
    /** listen to Bambuddy's WebSocket; default: only poll */
    live?: boolean;
    /** seconds a print is given to settle after its end: energy and weight come late */
    settle: number;
    /** IPN prefix of the part node behind this source: for telling the sidecar's Parts */
    readonly ipnPrefix: string;
}

export interface SourceOutput extends PrintOutput {
    /** a backfill that a restart interrupted goes on */
    progress?: (report: BackfillReport) => void;
}

/** What `status` answers. */
export interface SourceStatus {
    /** prints by state */
    counts: Record<string, number>;
    underWay: number;
    /** prints that wait without a slot for their own sake: a right is missing (403), or a row that decides cannot be read */
    waiting: number;
    /** prints that are not in stock after the ledger was lost, and that nobody has answered for */
    offered: number;
    /** sent since midnight */
    today: number;
    /** prints that wait for what a person says of them */
    held: number;
    paused: boolean;
    /** the WebSocket stands; null: not wanted */
    live: boolean | null;
    lastPoll: string | null;
    lastError: string | null;
    backfill: BackfillReport | null;
}
