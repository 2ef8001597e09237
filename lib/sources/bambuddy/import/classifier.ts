import type { Archive } from '../../../clients/bambuddy/answers';
import { batchFor } from '../../../print/batch-code';
import { earlierReport } from '../../../print/duplicate-report';
import { formerIdentityOf, identityOf, type IdentityRule } from '../../../print/part-identity';
import type { Print } from '../../../print/print';
import { ARCHIVE_GONE, OFFERED, type PrintRecord } from '../../../store/ledger/records';
import type { SourceContext } from '../../source';
import { applyRules, outcomeOf, rulesByHand, type Ruling, type AdmissionRules } from '../admission-rules';
import { isForFilament, refusedArchive, refusedRun, type PrintFilter } from '../filter';
import { isSuccessful, mayBeOf, runOfArchive, sameStart, type FinishedRun } from '../finished-run';
import { onlyRun, printOfRun, runOfPrint } from '../print-of-run';
import type { BambuddyReader } from './reader';
import { BAMBUDDY_PRINTS } from '../print-kind';

/** A candidate: a run of the print log, or an archive without runs (`run` null). */
export interface Candidate {
    archiveId: number;
    run: FinishedRun | null;
    /** set if it was already read */
    archive: Archive | null;
    /** requested by a person: a print that was offered after a lost ledger is admitted */
    asked?: true;
    /** of one without runs: what the list of archives said of it */
    listed?: ListedArchive;
}

export interface ListedArchive {
    archiveId: number;
    /** of its `created_at`, by which the list goes */
    day: string | null;
    startedAt: string | null;
}

export type Classification =
    | { kind: 'print'; print: Print; first: boolean }
    | { kind: 'known'; record: Readonly<PrintRecord> }
    | { kind: 'skipped'; reason: string; run: FinishedRun | null; gone: boolean; print?: Print }
    | (Extract<Ruling, { kind: 'held' }> & { first: boolean })
    | { kind: 'double'; print: Print; first: boolean; of: string }
    | { kind: 'noIdentity'; print: Print };

/** Classifications that are not sent, but recorded. */
export type Remembered = Extract<Classification, { kind: 'skipped' | 'held' | 'double' | 'noIdentity' }>;

export const NO_IDENTITY = 'no key: none of the key fields has a value';

/** Classifies a candidate: a new print, a known print, or the reason to skip it. Changes nothing. */
export class Classifier {
    /** the history is asked for to have it in stock */
    private readonly stocked: PrintFilter;

    constructor(
        private readonly sync: SourceContext,
        private readonly reader: BambuddyReader,
        private readonly rule: IdentityRule,
        private readonly filter: PrintFilter,
        private readonly rules: AdmissionRules,
    ) {
        this.stocked = { ...filter, failedForFilament: undefined };
    }

    /** Classifies without a request. @returns null if the archive has to be read */
    classifyFromLedger(candidate: Candidate): Classification | null {
        const { run, listed } = candidate;
        if (run === null) {
            const record =
                listed &&
                this.sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, listed.archiveId, listed.startedAt);
            return record === undefined || record.state === 'skipped' ? null : { kind: 'known', record };
        }
        const refused = refusedRun(run, candidate.asked === true ? this.stocked : this.filter);
        if (refused !== null) return { kind: 'skipped', reason: refused, run, gone: false };
        const record = this.sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, run.archiveId, run.startedAt);
        if (record === undefined) return null;
        if (record.state !== 'skipped') return { kind: 'known', record };
        // whose archive is in hand, it is not gone
        if (record.reason === ARCHIVE_GONE && candidate.archive !== null) return null;
        if (record.reason === OFFERED && candidate.asked === true) return null;
        return { kind: 'skipped', reason: record.reason ?? '', run, gone: false };
    }

    /** Reads the archive and classifies the print. Changes nothing. @throws as `retryWhileUnavailable` */
    async classify(candidate: Candidate, signal: AbortSignal): Promise<Classification> {
        const fromLedger = this.classifyFromLedger(candidate);
        if (fromLedger !== null) return fromLedger;
        const archive = candidate.archive ?? (await this.reader.archive(candidate.archiveId, signal));
        if (archive === null || (candidate.run !== null && !(await this.reader.hasRun(archive, candidate.run, signal))))
            return { kind: 'skipped', reason: ARCHIVE_GONE, run: candidate.run, gone: true };
        const run = candidate.run ?? runOfArchive(archive);
        const refused =
            refusedRun(run, candidate.asked === true ? this.stocked : this.filter) ??
            refusedArchive(archive, this.filter, await this.printerName(run, signal));
        if (refused !== null) return { kind: 'skipped', reason: refused, run, gone: false };
        const record = this.sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, run.archiveId, run.startedAt);
        if (record !== undefined && record.state !== 'skipped') return { kind: 'known', record };
        return this.newPrint(archive, run, signal);
    }

    /**
     * Classifies a run whose archive was recorded as deleted, by the present archive.
     * @returns null if it was deleted, or its id belongs to another archive
     */
    async classifyAgain(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Classification | null> {
        const archive = await this.reader.archiveOf(record, signal);
        if (archive === null) return null;
        const run = await this.reader.runOf(archive, record, signal);
        return this.classify({ archiveId: archive.id, run, archive, asked: true }, signal);
    }

    /**
     * Final check before the acceptance: another print may have been accepted since this one was
     * classified. Sends no request. The caller must not await anything between this check and the acceptance.
     */
    recheck<T extends Classification | null>(classification: T): T | Extract<Classification, { kind: 'double' }> {
        if (classification?.kind !== 'print' || this.rules.doubles === 'take') return classification;
        const { print, first } = classification;
        const before = earlierReport(this.sync.delivery.ledger, print);
        return before === null ? classification : { kind: 'double', print, first, of: before.batch };
    }

    /** Rebuilds the print of a record, with the present archive if it still exists. */
    async again(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Print | null> {
        const kept = (record.print ?? null) as Print | null;
        const archive = await this.reader.archiveOf(record, signal);
        if (archive === null) return kept;
        const run = kept === null ? await this.reader.runOf(archive, record, signal) : runOfPrint(kept, archive);
        const print = printOfRun(archive, run, {
            batch: record.batch,
            identity: record.identity,
            server: this.reader.bambuddy.address,
            url: this.reader.bambuddy.archivePage(archive.id),
            printer: await this.reader.printer(run.printerId ?? archive.printer_id, signal),
        });
        const { apply, stockStatus, filamentOnly } = record;
        const verdict = apply?.verdict ?? record.verdict ?? print.verdict;
        const pieces = apply?.none === true ? 0 : record.pieces;
        return {
            ...print,
            ...(filamentOnly === undefined ? {} : { filamentOnly }),
            ...(verdict === undefined ? {} : { verdict }),
            ...(pieces === undefined ? {} : { pieces }),
            ...(stockStatus === undefined ? {} : { stockStatus }),
        };
    }

    /**
     * What the rules say of a print that is known and not in stock, by its archive as it is now. Changes nothing.
     * @returns null where its archive is gone. @throws as `retryWhileUnavailable`
     */
    async readmit(
        record: Readonly<PrintRecord>,
        signal: AbortSignal,
    ): Promise<Ruling | Extract<Classification, { kind: 'noIdentity' }> | null> {
        const archive = await this.reader.archiveOf(record, signal);
        if (archive === null) return null;
        const found = await this.reader.runOf(archive, record, signal);
        // what was said of it here counts where Bambuddy has nothing to say
        const run = { ...found, verdict: outcomeOf(archive, found).verdict ?? record.verdict ?? null };
        const identity = record.identity === '' ? this.identityOf(archive).identity : record.identity;
        const print = printOfRun(archive, run, {
            batch: record.batch,
            identity: identity ?? '',
            server: this.reader.bambuddy.address,
            url: this.reader.bambuddy.archivePage(archive.id),
            printer: await this.reader.printer(run.printerId ?? archive.printer_id, signal),
        });
        if (identity === null) return { kind: 'noIdentity', print };
        if (record.filamentOnly === true) return { kind: 'print', print: { ...print, filamentOnly: true } };
        return applyRules(
            this.sync.delivery.ledger,
            record.pieces === undefined ? print : { ...print, pieces: record.pieces },
            archive,
            run,
            rulesByHand(this.rules, record),
            this.sync.delivery.now(),
        );
    }

    /**
     * Of an archive, by the source's rule. One that is known keeps its identity, whatever hash, plate or name Bambuddy
     * filled in later. @returns `identity` null where it has none
     */
    identityOf(archive: Archive): { identity: string | null; formerIdentity: string | null } {
        const known = this.sync.delivery.ledger.printOfArchive(BAMBUDDY_PRINTS.kind, archive.id);
        if (known !== undefined && mayBeOf(archive, known.startedAt, this.reader.bambuddy.databaseClock))
            return { identity: known.identity, formerIdentity: null };
        return {
            identity: identityOf(archive, this.rule),
            formerIdentity: formerIdentityOf(archive, this.rule),
        };
    }

    /** The identity that a print's archive has now. @returns null where it has none, or is gone */
    async identityNow(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<string | null> {
        const archive = await this.reader.archiveOf(record, signal);
        return archive === null ? null : this.identityOf(archive).identity;
    }

    private async newPrint(archive: Archive, found: FinishedRun, signal: AbortSignal): Promise<Classification> {
        let run = found;
        let first = isSuccessful(run);
        // a run that is not in the log is no row of it: one row there is already another run
        if (!onlyRun(archive) || (run.runId === null && archive.run_count === 1)) {
            const runs = await this.reader.runs(archive.id, signal);
            const successful = runs.filter(isSuccessful);
            first &&= sameStart(successful.at(-1), run);
            const withCost = runs.find((each) => sameStart(each, run));
            if (withCost !== undefined) run = { ...run, cost: withCost.cost, energyCost: withCost.energyCost };
        }
        const { identity, formerIdentity } = this.identityOf(archive);
        const print = printOfRun(archive, run, {
            batch: batchFor(this.sync.delivery.ledger, BAMBUDDY_PRINTS.kind, this.reader.bambuddy.prefix, {
                ...run,
                successful: isSuccessful(run),
                first,
            }),
            identity: identity ?? '',
            formerIdentity,
            server: this.reader.bambuddy.address,
            url: this.reader.bambuddy.archivePage(archive.id),
            printer: await this.reader.printer(run.printerId ?? archive.printer_id, signal),
        });
        if (identity === null) return { kind: 'noIdentity', print };
        if (isForFilament(run, this.filter, this.rules.failed?.take === 'skip'))
            return { kind: 'print', print: { ...print, filamentOnly: true }, first };
        const ruling = applyRules(this.sync.delivery.ledger, print, archive, run, this.rules, this.sync.delivery.now());
        if (ruling.kind !== 'skipped') return { ...ruling, first };
        // a run that is not stocked never takes the archive's own code from one that is
        const batch = batchFor(this.sync.delivery.ledger, BAMBUDDY_PRINTS.kind, this.reader.bambuddy.prefix, {
            ...run,
            successful: false,
        });
        return { ...ruling, print: { ...ruling.print, batch }, run, gone: false };
    }

    private async printerName(run: FinishedRun, signal: AbortSignal): Promise<string | null> {
        if (run.printerName !== null || this.filter.printers.length === 0) return run.printerName;
        return (await this.reader.printer(run.printerId, signal))?.name ?? null;
    }
}
