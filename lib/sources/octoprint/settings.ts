import type { PrintOutput } from '../../delivery/source-activity';
import type { OctoPrintIntakeSettings } from './intake';

export interface OctoPrintSourceSettings extends OctoPrintIntakeSettings {
    /** the node's id */
    id: string;
    /** seconds between looks at all files; 0: only at each connection, and by hand */
    interval: number;
    startWith: 'now' | 'all';
    /** prints under way at a time */
    window: number;
    /** seconds after which a print that none of our nodes has taken is passed */
    passAfter: number;
}

export type OctoPrintSourceOutput = PrintOutput;

export interface OctoPrintStatus {
    counts: Record<string, number>;
    underWay: number;
    /** prints that wait without a slot for their own sake: a right is missing (403), or a row that decides cannot be read */
    waiting: number;
    /** sent since midnight */
    today: number;
    paused: boolean;
    lastPoll: string | null;
    lastError: string | null;
}
