export type RunEnd = 'completed' | 'failed' | 'cancelled' | 'aborted';

export type Server = 'bambuddy' | 'inventree';

/** Two Node-REDs with a ledger each on the same two servers: `first` is there all the time. */
export type Instance = 'first' | 'second';

/** What something between us and a server answers in its place. */
export type ForeignBody = 'page' | 'text' | 'empty' | 'other JSON' | 'cut JSON';
export const FOREIGN_STATUSES = [200, 302, 400, 401, 403, 404, 409, 500] as const;
export type ForeignStatus = (typeof FOREIGN_STATUSES)[number];

/** One thing that happens. `pick` chooses among what is there, counted round; where there is nothing, nothing happens. */
export type Command =
    /** a new archive; file 0 and 1 are sliced files (so a second print of one is the same Part), 2 has no 3MF, 3 not even a name */
    | { do: 'print'; file: number; plate: number | null; pieces: number; end: RunEnd; minutes: number; asks: boolean }
    | { do: 'reprint'; pick: number; end: RunEnd; minutes: number; asks: boolean }
    /** the newest print of a sliced file once more, by another archive: Bambuddy was restarted in the middle of it */
    | { do: 'tell twice' }
    /** a person says how a print came out whose outcome Bambuddy asks for */
    | { do: 'outcome'; pick: number; says: 'good' | 'reject' }
    /** Bambuddy gets the file of a print that it had none of */
    | { do: 'the file comes'; pick: number }
    | { do: 'poll' | 'retry-all' | 'restart' | 'crash' | 'name the nameless' }
    | { do: 'backfill'; max: number | null }
    | { do: 'by hand'; pick: number; force: boolean }
    | { do: 'all at once'; pick: number }
    /** a person answers for prints that are offered after a lost ledger, one of them or (null) all */
    | { do: 'import-offered' | 'dismiss-offered'; pick: number | null }
    /** the process dies with the n-th request from now, before or after the server has done it */
    | { do: 'die'; requests: number; done: boolean }
    /** the process dies before the n-th write of its ledger from now */
    | { do: 'die at a write'; writes: number }
    /** with it the file of what is known */
    | { do: 'lose the ledger'; how: 'deleted' | 'unreadable' }
    | { do: 'keep a backup' | 'restore the backup' }
    | { do: 'outage'; of: Server }
    | { do: 'well again'; of: Server }
    /** something between answers in the server's place, every request but the first ones */
    | { do: 'foreign answers'; of: Server; status: ForeignStatus; body: ForeignBody; after: number }
    /** the server itself refuses the token, or says that it may not */
    | { do: 'refuse'; of: Server; status: 401 | 403 }
    /** the next POST to InvenTree is done, and its answer does not come; a number: something between answers that */
    | { do: 'lose an answer'; how: 'reset' | 'cut' | ForeignStatus | 502 }
    | { do: 'wait'; minutes: number }
    | { do: 'clear the log' | 'purge the newest archive' | 'a row that cannot be read' }
    | { do: 'delete a row'; pick: number }
    | { do: 'hide an archive'; pick: number }
    | { do: 'split' | 'merge' | 'sell out' | 'count' | 'change the batch' | 'move'; pick: number }
    /** the next item that is made is sold and deleted before anybody asks for it */
    | { do: 'sell out at once' }
    | { do: 'rename' | 'renumber' | 'delete the Part' | 'own image' | 'deactivate'; pick: number }
    /** a Part of the same IPN with another revision */
    | { do: 'revise'; pick: number; deactivate: boolean }
    /** somebody sets a clock, forward or back; the database's is set to another zone */
    | { do: 'our clock' | "Bambuddy's clock"; minutes: number }
    | { do: 'zone'; hours: number }
    | { do: 'second starts' | 'second stops' | 'second dies' | 'second polls' | 'both poll' };

export interface Sequence {
    startWith: 'now' | 'all';
    /** of Bambuddy: they sort the log by the end and by the start of prints */
    bambuddy: '1.2.5.2' | '1.2.5.7';
    /** API versions of InvenTree */
    inventree: 479 | 530;
    /** rows of the log that are asked for at a time: a look is one page, or several */
    pageSize: 50 | 2;
    /** prints of before the flow was deployed */
    before: Command[];
    commands: Command[];
}

/** A sequence as it is read: one line per command. */
export function reported({ startWith, bambuddy, inventree, pageSize, before, commands }: Sequence): string {
    const line = ({ do: what, ...how }: Command): string =>
        `${what}${Object.entries(how)
            .map(([key, value]) => ` ${key}=${value}`)
            .join('')}`;
    const deploy = `deploy on Bambuddy ${bambuddy} and InvenTree ${inventree}, start with ${startWith}, pages of ${pageSize}`;
    return [...before.map(line), deploy, ...commands.map(line)].join('; ');
}
