import { UNREADABLE, type LogRow, type RunRow } from '../../../clients/bambuddy/answers';
import { runsNewestFirst } from '../../../clients/bambuddy/pages';
import { utc } from '../../../clients/bambuddy/times';
import { isReadable, type UnreadableRow } from '../../../http/checked';
import { Failure } from '../../../http/errors';
import type { PrintRecord } from '../../../store/ledger/records';
import { runOfRow } from '../finished-run';
import type { Candidate } from '../import/classifier';
import type { Intake } from '../import/intake';
import { contentKey } from '../import/log-comparison';
import type { SourceContext } from '../../source';
import { BAMBUDDY_PRINTS } from '../print-kind';

/** What is listed: rows of the print log, and archives of servers without one. */
type Kind = 'row' | 'archive';

const PAGE = 500;
/** The server's version is asked for this often, and only while something waits for a newer one. */
const VERSION_EVERY_MS = 3600_000;

/**
 * Rows that cannot be read. Each becomes a parked record with what could be read of it, so that nothing is lost behind it;
 * the rows beside it go on. The record stands for the row, not for a run: it never takes a run's code.
 */
export class UnreadableRows {
    private askedAt: number | null = null;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
    ) {}

    /** @returns whether it is new. One whose run the ledger knows is of no interest. */
    async park(row: UnreadableRow, kind: Kind): Promise<boolean> {
        const { ledger } = this.sync.delivery;
        const key = keyOf(row.row, kind);
        if (ledger.printByRun(key) !== undefined) return false;
        const archiveId = idIn(row, kind === 'row' ? 'archive_id' : 'id');
        const startedAt = utc(textIn(row, 'started_at'));
        if (
            archiveId !== null &&
            startedAt !== null &&
            ledger.printOfRun(BAMBUDDY_PRINTS.kind, archiveId, startedAt) !== undefined
        )
            return false;
        const completedAt = utc(textIn(row, 'completed_at'));
        const printerName = textIn(row, 'printer_name');
        await ledger.setPrintDurable({
            batch: `${this.intake.reader.bambuddy.prefix}-${kind}-${contentKey(key)}`,
            source: BAMBUDDY_PRINTS.kind,
            // the run has no record yet: it is looked at when the row can be read
            archiveId: null,
            runId: null,
            startedAt,
            run: key,
            identity: '',
            name: textIn(row, 'print_name') ?? '',
            ...(printerName === null ? {} : { printerName }),
            ...(completedAt === null ? {} : { completedAt }),
            state: 'parked',
            reason: reasonOf(row, kind, archiveId),
        });
        return true;
    }

    /** An archive that was told of and cannot be read. @param reason the server's words, as `BambuddyClient.archive` has them */
    async parkArchive(archiveId: number, reason: string): Promise<void> {
        const { ledger } = this.sync.delivery;
        const key = `archive:${archiveId}:`;
        if (ledger.printByRun(key) !== undefined) return;
        await ledger.setPrintDurable({
            batch: `${this.intake.reader.bambuddy.prefix}-archive-${contentKey(key)}`,
            source: BAMBUDDY_PRINTS.kind,
            archiveId: null,
            runId: null,
            startedAt: null,
            run: key,
            identity: '',
            name: '',
            state: 'parked',
            reason,
        });
    }

    /**
     * What a parked record of this kind stands for, as the server tells it now.
     * @returns undefined for a record of another kind; null where the row is gone or still cannot be read
     * @throws as `retryWhileUnavailable`
     */
    async readAgain(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Candidate | null | undefined> {
        const { run: key } = record;
        if (key === undefined || !isKey(key)) return undefined;
        if (key.startsWith('archive:')) {
            const archiveId = Number(key.split(':')[1]);
            if (!Number.isSafeInteger(archiveId) || archiveId < 1) return null;
            const archive = await this.intake.reader.archive(archiveId, signal);
            return archive === null ? null : { archiveId, run: null, archive };
        }
        const pages = runsNewestFirst((query) => this.intake.reader.logPage(query, signal), {}, PAGE);
        for await (const rows of pages) {
            const row = rows?.find((each: LogRow) => isReadable(each) && keyOf(each, 'row') === key);
            if (row === undefined || !isReadable(row)) continue;
            const found = runOfRow(row);
            return found === null ? null : { archiveId: found.archiveId, run: found, archive: null };
        }
        return null;
    }

    /** A row that could not be read before is read: its record waits for nothing any more. */
    async wasRead(row: RunRow): Promise<void> {
        const record = this.sync.delivery.ledger.printByRun(keyOf(row, 'row'));
        if (record?.state === 'parked') await this.settle(record);
    }

    /** The row was read: its run has a record of its own. */
    async settle(record: Readonly<PrintRecord>): Promise<void> {
        await this.sync.delivery.ledger.changePrint(record.batch, { state: 'skipped', reason: 'read again' });
    }

    /**
     * Parked records whose rows or archives could not be read, where the server's version is another than when that was
     * asked last: what cannot be read may be a later version's. Where the version is not told, nothing waits for it.
     */
    async afterUpdate(signal: AbortSignal): Promise<Readonly<PrintRecord>[]> {
        const waiting = [...this.sync.delivery.ledger.parked()].filter(
            ({ source, reason }) => source === BAMBUDDY_PRINTS.kind && reason?.startsWith(`${UNREADABLE}:`) === true,
        );
        const now = performance.now();
        if (waiting.length === 0 || (this.askedAt !== null && now - this.askedAt < VERSION_EVERY_MS)) return [];
        const { bambuddy } = this.intake.reader;
        this.askedAt = now;
        const version = await bambuddy.version(signal).catch((error: unknown) => {
            if (error instanceof Failure) return null;
            throw error;
        });
        if (version === null) return [];
        const note = `version:${bambuddy.prefix}`;
        const known = this.sync.delivery.ledger.meta(note);
        if (known !== version) await this.sync.delivery.ledger.setMetaDurable(note, version);
        return known === undefined || known === version ? [] : waiting;
    }
}

function reasonOf(row: UnreadableRow, kind: Kind, archiveId: number | null): string {
    const id = idIn(row, 'id');
    if (kind === 'archive') return `${UNREADABLE}: archive ${archiveId ?? 'without an id'}, ${row.why}`;
    const of = archiveId === null ? '' : ` (archive ${archiveId})`;
    return `${UNREADABLE}: row ${id ?? 'without an id'} of the print log${of}, ${row.why}`;
}

function isKey(run: string): boolean {
    return run.startsWith('row:') || run.startsWith('archive:');
}

/** Stands for a row, whether it can be read or not: its id and when it was made; where it has no id, all that is in it. */
function keyOf(row: unknown, kind: Kind): string {
    const { id, created_at: created } = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>;
    if (!isId(id)) return `${kind}:${contentKey(row)}`;
    return `${kind}:${id}:${typeof created === 'string' ? created.slice(0, 19) : ''}`;
}

function idIn(row: UnreadableRow, field: string): number | null {
    const value = row.field(field);
    return isId(value) ? value : null;
}

function isId(value: unknown): value is number {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function textIn(row: UnreadableRow, field: string): string | null {
    const value = row.field(field);
    return typeof value === 'string' && value.trim() !== '' ? value : null;
}
