import type { Archive, ListedArchiveRow, Printer, RunPage } from '../../../clients/bambuddy/answers';
import type { BambuddyClient, PrintLogQuery } from '../../../clients/bambuddy/client';
import { utc } from '../../../clients/bambuddy/times';
import { isReadable } from '../../../http/checked';
import { AuthError, RejectedError } from '../../../http/errors';
import {
    UNANSWERED,
    ARCHIVE_GONE,
    OFFERED,
    type PrintRecord,
    type Step,
    type Verdict,
} from '../../../store/ledger/records';
import {
    admit,
    ADMISSION_DEFAULTS,
    outcomeOf,
    rulesByHand,
    type Admission,
    type AdmissionRules,
} from '../admission-rules';
import { batchFor } from '../../../print/batch-code';
import { isFresh } from '../../../concurrency/clock';
import type { Acceptance, Acceptor } from '../../../delivery/dispatcher';
import { onlyRun, printOfRun } from '../print-of-run';
import { refusedArchive, refusedRun, type PrintFilter } from '../filter';
import { isSuccessful, mayBeOf, runOfArchive, runOfRow, type FinishedRun } from '../finished-run';
import { formerIdentityOf, identityOf, type IdentityRule } from '../../../print/part-identity';
import type { CircuitBreaker } from '../../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { isWithoutFile, type Print } from '../../../print/print';
import { recordOf, shownOf } from '../../../print/record-fields';
import { reasonOfDouble, toldBefore } from '../../../print/duplicate-report';
import { withoutArchive } from '../../../delivery/delivery';
import type { SourceContext } from '../../source';

/** Something that may be a print to take: a run of the print log, or an archive without runs (`run` null). */
export interface Candidate {
    archiveId: number;
    run: FinishedRun | null;
    /** where it was read already */
    archive: Archive | null;
    /** a person wants it: what was offered after a lost ledger is taken */
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
    | { kind: 'held'; print: Print; first: boolean; until: string }
    | { kind: 'double'; print: Print; first: boolean; of: string }
    | { kind: 'keyless'; print: Print };

/** What is not sent and has to be remembered. */
export type Remembered = Extract<Classification, { kind: 'skipped' | 'held' | 'double' | 'keyless' }>;

export const NO_IDENTITY = 'no key: none of the key fields has a value';

const PRINTERS_MS = 10 * 60_000;

/** Judges what the feed finds and takes prints into the ledger: the door of the source. */
export class Intake implements Acceptor {
    readonly source = 'bambuddy';
    /** told when a print is held from now on */
    onHold: () => void = () => undefined;
    /** told of a print that was taken without its 3MF */
    onWithoutFile: (batch: string) => void = () => undefined;
    /** told of what a row says that was read for whatever reason: it costs nothing */
    onVerdict: (record: Readonly<PrintRecord>, verdict: Verdict) => void = () => undefined;
    private printers: { list: Printer[]; readAt: number } | null = null;

    constructor(
        private readonly sync: SourceContext,
        readonly bambuddy: BambuddyClient,
        private readonly breaker: CircuitBreaker,
        private readonly rule: IdentityRule,
        private readonly filter: PrintFilter,
        private readonly via: string,
        private readonly rules: AdmissionRules = ADMISSION_DEFAULTS,
    ) {}

    /** What is known without asking anybody. @returns null where the archive has to be looked at */
    classifyFromLedger(candidate: Candidate): Classification | null {
        const { run, listed } = candidate;
        if (run === null) {
            const record = listed && this.sync.delivery.ledger.printOfRun(listed.archiveId, listed.startedAt);
            return record === undefined || record.state === 'skipped' ? null : { kind: 'known', record };
        }
        const refused = refusedRun(run, this.filter);
        if (refused !== null) return { kind: 'skipped', reason: refused, run, gone: false };
        const record = this.sync.delivery.ledger.printOfRun(run.archiveId, run.startedAt);
        if (record === undefined) return null;
        if (record.state !== 'skipped') return { kind: 'known', record };
        // whose archive is in hand, it is not gone
        if (record.reason === ARCHIVE_GONE && candidate.archive !== null) return null;
        if (record.reason === OFFERED && candidate.asked === true) return null;
        return { kind: 'skipped', reason: record.reason ?? '', run, gone: false };
    }

    /** Looks at the archive and says what the print is. Changes nothing. @throws as `retryWhileUnavailable` */
    async classify(candidate: Candidate, signal: AbortSignal): Promise<Classification> {
        const glance = this.classifyFromLedger(candidate);
        if (glance !== null) return glance;
        const archive = candidate.archive ?? (await this.archive(candidate.archiveId, signal));
        if (archive === null || (candidate.run !== null && !(await this.hasRun(archive, candidate.run, signal))))
            return { kind: 'skipped', reason: ARCHIVE_GONE, run: candidate.run, gone: true };
        const run = candidate.run ?? runOfArchive(archive);
        const refused =
            refusedRun(run, this.filter) ?? refusedArchive(archive, this.filter, await this.printerName(run, signal));
        if (refused !== null) return { kind: 'skipped', reason: refused, run, gone: false };
        const record = this.sync.delivery.ledger.printOfRun(run.archiveId, run.startedAt);
        if (record !== undefined && record.state !== 'skipped') return { kind: 'known', record };
        return this.newPrint(archive, run, signal);
    }

    /**
     * Whether a run is of this archive: between the look at the log and the one at the archive it may have been purged, and
     * its id given again. Where the times do not say so, for a clock may have been set back, the archive's runs do.
     */
    private async hasRun(archive: Archive, run: FinishedRun, signal: AbortSignal): Promise<boolean> {
        if (mayBeOf(archive, run.startedAt, this.bambuddy.databaseClock)) return true;
        return (await this.runs(archive.id, signal)).some((each) => sameStart(each, run));
    }

    /**
     * A run whose archive was taken for gone, by the archive as it is now.
     * @returns null where it is gone, or another one has its id
     */
    async classifyAgain(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Classification | null> {
        const archive = await this.archiveOf(record, signal);
        if (archive === null) return null;
        const run = await this.runOf(archive, record, signal);
        return this.classify({ archiveId: archive.id, run, archive, asked: true }, signal);
    }

    /** The print of a record once more, with the archive as it is now where it is still there. */
    async again(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Print | null> {
        const kept = (record.print ?? null) as Print | null;
        const archive = await this.archiveOf(record, signal);
        if (archive === null) return kept;
        const run = kept === null ? await this.runOf(archive, record, signal) : runOfPrint(kept, archive);
        const print = printOfRun(archive, run, {
            batch: record.batch,
            identity: record.identity,
            server: this.bambuddy.address,
            url: this.bambuddy.archivePage(archive.id),
            printer: await this.printer(run.printerId ?? archive.printer_id, signal),
        });
        const { verdict = print.verdict, stockStatus } = record;
        return {
            ...print,
            ...(verdict === undefined ? {} : { verdict }),
            ...(stockStatus === undefined ? {} : { stockStatus }),
        };
    }

    /**
     * Of an archive, by the source's rule. One that is known keeps its identity, whatever hash, plate or name Bambuddy
     * filled in later. @returns `identity` null where it has none
     */
    identityOf(archive: Archive): { identity: string | null; formerIdentity: string | null } {
        const known = this.sync.delivery.ledger.printOfArchive(archive.id);
        if (known !== undefined && mayBeOf(archive, known.startedAt, this.bambuddy.databaseClock))
            return { identity: known.identity, formerIdentity: null };
        return {
            identity: identityOf(archive, this.rule),
            formerIdentity: formerIdentityOf(archive, this.rule),
        };
    }

    /**
     * What the rules say of a print that is known and not in stock, by its archive as it is now. Changes nothing.
     * @returns null where its archive is gone. @throws as `retryWhileUnavailable`
     */
    async readmit(
        record: Readonly<PrintRecord>,
        signal: AbortSignal,
    ): Promise<Admission | Extract<Classification, { kind: 'keyless' }> | null> {
        const archive = await this.archiveOf(record, signal);
        if (archive === null) return null;
        const found = await this.runOf(archive, record, signal);
        // what was said of it here counts where Bambuddy has nothing to say
        const run = { ...found, verdict: outcomeOf(archive, found).verdict ?? record.verdict ?? null };
        const identity = record.identity === '' ? this.identityOf(archive).identity : record.identity;
        const print = printOfRun(archive, run, {
            batch: record.batch,
            identity: identity ?? '',
            server: this.bambuddy.address,
            url: this.bambuddy.archivePage(archive.id),
            printer: await this.printer(run.printerId ?? archive.printer_id, signal),
        });
        if (identity === null) return { kind: 'keyless', print };
        return admit(
            this.sync.delivery.ledger,
            print,
            archive,
            run,
            rulesByHand(this.rules, record),
            this.sync.delivery.now(),
        );
    }

    /** A known print waits from now on for its outcome. @param until UTC */
    async hold(record: Readonly<PrintRecord>, print: Print, until: string): Promise<void> {
        const { reason: _reason, ...kept } = record;
        await this.sync.delivery.ledger.putPrint({
            ...kept,
            state: 'accepted',
            hold: 'verdict',
            holdSince: new Date(this.sync.delivery.now()).toISOString(),
            holdUntil: until,
            print: withoutArchive(print),
            via: this.via,
        });
        this.onHold();
    }

    /** The identity that a print's archive has now. @returns null where it has none, or is gone */
    async identityNow(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<string | null> {
        const archive = await this.archiveOf(record, signal);
        return archive === null ? null : this.identityOf(archive).identity;
    }

    /** Puts a print into the ledger: from here on it is not lost. */
    async accept(
        print: Print,
        first: boolean,
        want: Step[],
        { force = false, patient = false }: Acceptance = {},
    ): Promise<void> {
        const record: Omit<PrintRecord, 'at'> = {
            ...recordOf(print),
            state: want.length === 0 ? 'done' : 'accepted',
            ...(first ? { first: true as const } : {}),
            ...(want.length === 0 ? {} : { want, print: withoutArchive(print), via: this.via }),
            ...(force && want.length > 0 ? { force: true as const } : {}),
            ...(isWithoutFile(print) ? { fileAwaited: new Date(this.sync.delivery.now()).toISOString() } : {}),
        };
        await this.bind(record, patient);
        if (record.fileAwaited !== undefined) this.onWithoutFile(record.batch);
    }

    /** Puts the record of a run; where it was skipped under another code, it gives that up. */
    private async bind(record: Omit<PrintRecord, 'at'>, patient = false): Promise<void> {
        const { ledger } = this.sync.delivery;
        const { archiveId, startedAt, batch } = record;
        const skipped = archiveId === null ? undefined : ledger.printOfRun(archiveId, startedAt);
        if (skipped !== undefined && skipped.batch !== batch) await ledger.rebind(skipped.batch, record);
        else await ledger.putPrint(record, patient);
    }

    /**
     * The last word on a print, in the moment in which it is accepted: another one may have been accepted since it was
     * judged. Asks nobody, and nothing may be waited for between this and the acceptance.
     */
    recheck<T extends Classification | null>(judgement: T): T | Extract<Classification, { kind: 'double' }> {
        if (judgement?.kind !== 'print' || this.rules.doubles === 'take') return judgement;
        const { print, first } = judgement;
        const before = toldBefore(this.sync.delivery.ledger, print);
        return before === null ? judgement : { kind: 'double', print, first, of: before.batch };
    }

    /** What is not sent, and is not to be judged again at every look. @returns what of it a person has to see; null: nothing */
    async remember(judgement: Remembered): Promise<string | null> {
        const { ledger } = this.sync.delivery;
        switch (judgement.kind) {
            case 'keyless':
                await this.bind({ ...recordOf(judgement.print), state: 'parked', reason: NO_IDENTITY });
                return NO_IDENTITY;
            case 'double': {
                const reason = reasonOfDouble(judgement.of, ledger.print(judgement.of));
                await this.keep(judgement, { state: 'parked', reason, doubleOf: judgement.of });
                return reason;
            }
            case 'held': {
                const { until } = judgement;
                const now = new Date(this.sync.delivery.now()).toISOString();
                if (until > now) {
                    await this.keep(judgement, {
                        state: 'accepted',
                        hold: 'verdict',
                        holdSince: now,
                        holdUntil: until,
                    });
                    this.onHold();
                    return null;
                }
                await this.keep(judgement, { state: 'parked', reason: UNANSWERED });
                return UNANSWERED;
            }
            case 'skipped':
                if (judgement.print !== undefined)
                    await this.keep(
                        { print: judgement.print, first: false },
                        { state: 'skipped', reason: judgement.reason },
                    );
                else await this.rememberGone(judgement);
                return null;
        }
    }

    private async keep(
        { print, first }: { print: Print; first: boolean },
        what: Pick<PrintRecord, 'state' | 'reason' | 'hold' | 'holdSince' | 'holdUntil' | 'doubleOf'>,
    ): Promise<void> {
        await this.bind({
            ...recordOf(print),
            ...what,
            ...(first ? { first: true as const } : {}),
            ...(what.state === 'skipped' ? {} : { print: withoutArchive(print), via: this.via }),
        });
    }

    /** A run whose archive is gone is remembered, so that nobody asks for it again. */
    private async rememberGone({ run, gone, reason }: Extract<Classification, { kind: 'skipped' }>): Promise<void> {
        const { ledger } = this.sync.delivery;
        if (!gone || run === null || ledger.printOfRun(run.archiveId, run.startedAt) !== undefined) return;
        await ledger.putPrint({
            // never a code that is another's already: ids of rows come back
            batch: batchFor(ledger, this.bambuddy.prefix, { ...run, successful: false }),
            source: 'bambuddy',
            archiveId: run.archiveId,
            runId: run.runId,
            startedAt: run.startedAt,
            identity: '',
            name: run.name ?? '',
            ...shownOf(run),
            state: 'skipped',
            reason,
        });
    }

    /** A run that cannot be looked at is parked with the server's words: those behind it go on. */
    async park(run: FinishedRun, reason: string): Promise<void> {
        const { ledger } = this.sync.delivery;
        if (ledger.printOfRun(run.archiveId, run.startedAt) !== undefined) return;
        const { archiveId, runId, startedAt, name } = run;
        const batch = batchFor(ledger, this.bambuddy.prefix, { ...run, successful: isSuccessful(run) });
        await ledger.putPrint({
            batch,
            source: 'bambuddy',
            archiveId,
            runId,
            startedAt,
            identity: '',
            name: name ?? '',
            ...shownOf(run),
            state: 'parked',
            reason,
        });
    }

    async archive(archiveId: number, signal: AbortSignal): Promise<Archive | null> {
        const isWell = (): Promise<unknown> => this.bambuddy.printLog({ limit: 1 }, signal);
        return retryWhileUnavailable(this.breaker, () => this.bambuddy.archive(archiveId, signal), signal, isWell);
    }

    private tellVerdicts(page: RunPage): void {
        for (const row of page.items) {
            if (!isReadable(row) || row.user_verdict === null || row.archive_id === null) continue;
            const record = this.sync.delivery.ledger.printOfRun(row.archive_id, utc(row.started_at));
            if (record?.hold !== undefined) this.onVerdict(record, row.user_verdict);
        }
    }

    /** A page of the print log, for as long as it takes. @returns null on servers without one */
    readonly logPage = async (query: PrintLogQuery, signal: AbortSignal): Promise<RunPage | null> => {
        const page = await retryWhileUnavailable(this.breaker, () => this.bambuddy.printLog(query, signal), signal);
        if (page !== null) this.tellVerdicts(page);
        // the newest rows tell of the present
        if (page !== null && (query.offset ?? 0) === 0) {
            const rows = page.items.filter(isReadable);
            this.bambuddy.databaseClock.learn(
                rows.map((row) => ({ created: utc(row.created_at), written: utc(row.completed_at) })),
            );
        }
        return page;
    };

    readonly archivePage = async (
        query: Parameters<BambuddyClient['archives']>[0],
        signal: AbortSignal,
    ): Promise<ListedArchiveRow[]> => {
        const list = await retryWhileUnavailable(this.breaker, () => this.bambuddy.archives(query, signal), signal);
        if ((query.offset ?? 0) === 0) {
            const printedOnce = list.filter(isReadable).filter(onlyRun);
            this.bambuddy.databaseClock.learn(
                printedOnce.map((row) => ({ created: utc(row.created_at), written: utc(row.started_at) })),
            );
        }
        return list;
    };

    /** The runs of an archive, newest first. */
    async runs(archiveId: number, signal: AbortSignal): Promise<FinishedRun[]> {
        const page = await retryWhileUnavailable(this.breaker, () => this.bambuddy.runs(archiveId, signal), signal);
        return page.items
            .filter(isReadable)
            .map(runOfRow)
            .filter((run) => run !== null);
    }

    /** The archive of a print, where that is still there and not another one under its id. */
    private async archiveOf(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Archive | null> {
        const archive = record.archiveId === null ? null : await this.archive(record.archiveId, signal);
        return archive !== null && mayBeOf(archive, record.startedAt, this.bambuddy.databaseClock) ? archive : null;
    }

    private async newPrint(archive: Archive, found: FinishedRun, signal: AbortSignal): Promise<Classification> {
        let run = found;
        let first = isSuccessful(run);
        // a run that is not in the log is no row of it: one row there is already another run
        if (!onlyRun(archive) || (run.runId === null && archive.run_count === 1)) {
            const runs = await this.runs(archive.id, signal);
            const successful = runs.filter(isSuccessful);
            first &&= sameStart(successful.at(-1), run);
            const withCost = runs.find((each) => sameStart(each, run));
            if (withCost !== undefined) run = { ...run, cost: withCost.cost, energyCost: withCost.energyCost };
        }
        const { identity, formerIdentity } = this.identityOf(archive);
        const print = printOfRun(archive, run, {
            batch: batchFor(this.sync.delivery.ledger, this.bambuddy.prefix, {
                ...run,
                successful: isSuccessful(run),
                first,
            }),
            identity: identity ?? '',
            formerIdentity,
            server: this.bambuddy.address,
            url: this.bambuddy.archivePage(archive.id),
            printer: await this.printer(run.printerId ?? archive.printer_id, signal),
        });
        if (identity === null) return { kind: 'keyless', print };
        const admission = admit(this.sync.delivery.ledger, print, archive, run, this.rules, this.sync.delivery.now());
        if (admission.kind !== 'skipped') return { ...admission, first };
        // a run that is not stocked never takes the archive's own code from one that is
        const batch = batchFor(this.sync.delivery.ledger, this.bambuddy.prefix, { ...run, successful: false });
        return { ...admission, print: { ...admission.print, batch }, run, gone: false };
    }

    private async runOf(archive: Archive, record: Readonly<PrintRecord>, signal: AbortSignal): Promise<FinishedRun> {
        if (record.runId === null && onlyRun(archive)) return runOfArchive(archive);
        const runs = await this.runs(archive.id, signal);
        return (
            runs.find((run) => run.startedAt === record.startedAt) ?? {
                ...runOfArchive(archive),
                startedAt: record.startedAt,
                // the archive's may be another run's
                verdict: null,
            }
        );
    }

    private async printerName(run: FinishedRun, signal: AbortSignal): Promise<string | null> {
        if (run.printerName !== null || this.filter.printers.length === 0) return run.printerName;
        return (await this.printer(run.printerId, signal))?.name ?? null;
    }

    /** Names and models of printers: nice to have, so a key that may not see them is no reason to stop. */
    private async printer(id: number | null, signal: AbortSignal): Promise<Printer | undefined> {
        if (id === null) return undefined;
        if (this.printers === null || !isFresh(this.printers.readAt, PRINTERS_MS, Date.now())) {
            const list = await retryWhileUnavailable(
                this.breaker,
                () =>
                    this.bambuddy.printers(signal).catch((error: unknown) => {
                        if (error instanceof AuthError || error instanceof RejectedError) return [];
                        throw error;
                    }),
                signal,
            );
            this.printers = { list, readAt: Date.now() };
        }
        return this.printers.list.find((printer) => printer.id === id);
    }
}

function sameStart(a: FinishedRun | undefined, b: FinishedRun): boolean {
    return a?.startedAt?.slice(0, 19) === b.startedAt?.slice(0, 19);
}

function runOfPrint(print: Print, archive: Archive): FinishedRun {
    return {
        archiveId: archive.id,
        runId: print.runId,
        status: print.status,
        startedAt: print.startedAt,
        completedAt: print.completedAt,
        seconds: print.printSeconds,
        grams: print.weightGrams,
        cost: print.cost,
        energyCost: print.energyCost,
        printerId: print.printer.id,
        printerName: print.printer.name,
        name: print.name,
        verdict: print.verdict ?? null,
    };
}
