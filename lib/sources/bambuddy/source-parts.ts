import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { Clock } from '../../concurrency/clock';
import { KeyedMutex } from '../../concurrency/keyed-mutex';
import { Dispatcher } from '../../delivery/dispatcher';
import type { SourceActivity } from '../../delivery/source-activity';
import type { Step } from '../../store/ledger/records';
import { ADMISSION_DEFAULTS } from './admission-rules';
import { ApplyEdits } from './commands/apply';
import { Backfills } from './commands/backfills';
import { ManualCommands } from './commands/manual-commands';
import type { BambuddyContext } from './context';
import { GoodPieces } from './follow-up/good-pieces';
import { HeldPrints } from './follow-up/held-prints';
import { LateFiles } from './follow-up/late-files';
import { RefusedCandidates } from './follow-up/refused-candidates';
import { UnreadableRows } from './follow-up/unreadable-rows';
import { Admission } from './import/admission';
import { Intake } from './import/intake';
import { Poll } from './import/poll';
import { Startup } from './recovery/startup';
import type { SourceOutput, SourceSettings } from './settings';
import type { BambuddyClient } from '../../clients/bambuddy/client';

/** What the parts of a source work with. */
export interface SourceTools {
    sync: BambuddyContext;
    settings: SourceSettings;
    /** the steps that a print sent from here will meet */
    reachable: (print: { filamentOnly?: true }) => Step[];
    output: SourceOutput;
    activity: SourceActivity;
    clock: Clock;
    signal: AbortSignal;
    /** looks for new prints, soon */
    look: () => Promise<void>;
}

/** What a source of prints of a Bambuddy is made of, joined with one another. Begins nothing. */
export class SourceParts {
    readonly intake: Intake;
    readonly dispatcher: Dispatcher;
    readonly poller: Poll;
    readonly refused: RefusedCandidates;
    readonly admission: Admission;
    readonly startup: Startup;
    readonly held: HeldPrints;
    readonly goodPieces: GoodPieces;
    readonly lateFiles: LateFiles;
    readonly unreadable: UnreadableRows;
    readonly manual: ManualCommands;
    readonly edits: ApplyEdits;
    readonly backfills: Backfills;
    /** the same run coming in by several ways at once is admitted once */
    private readonly mutex = new KeyedMutex();

    constructor(tools: SourceTools, bambuddy: BambuddyClient, breaker: CircuitBreaker) {
        const { sync, settings, output, activity, clock, signal } = tools;
        const { mutex } = this;
        const fail = (error: unknown): void => activity.fail(error);
        const report = (error: unknown): void => activity.reportError(error);
        const changed = (): void => activity.changed();
        const prepare = (): Promise<void> => this.startup.prepare();

        const intake = new Intake(sync, bambuddy, breaker, settings);
        const dispatcher = new Dispatcher(
            sync.delivery,
            intake.acceptance,
            settings,
            tools.reachable,
            (print, pass) => activity.send(print, pass),
            signal,
            clock,
        );
        this.intake = intake;
        this.dispatcher = dispatcher;
        this.poller = new Poll(sync, intake, {
            id: settings.id,
            startWith: settings.startWith,
            successOnly: settings.filter.successOnly,
            pageSize: settings.pageSize,
        });
        this.refused = new RefusedCandidates(sync.delivery, clock, () => void tools.look().catch(fail));
        this.admission = new Admission(
            sync,
            intake,
            dispatcher,
            mutex,
            this.refused,
            settings,
            (error) => output.failed(error),
            clock,
            signal,
        );
        this.startup = new Startup(
            sync,
            intake,
            settings,
            {
                poller: this.poller,
                dispatcher,
                admissionMutex: mutex,
                offerEarlier: (isMine, failed) => this.manual.offerEarlier(isMine, failed),
                failed: fail,
            },
            signal,
        );
        const rules = settings.admission ?? ADMISSION_DEFAULTS;
        const { outcome } = rules;
        const heldTools = { failed: report, changed, prepare };
        this.held = new HeldPrints(
            sync,
            intake,
            dispatcher,
            mutex,
            { id: settings.id, outcome },
            heldTools,
            clock,
            signal,
        );
        this.goodPieces = new GoodPieces(sync, dispatcher, mutex, settings, heldTools, clock, signal);
        this.lateFiles = new LateFiles(sync, intake, dispatcher, mutex, settings.id, report, clock, signal);
        intake.acceptance.onWithoutFile = (batch) => this.lateFiles.added(batch);
        intake.acceptance.onHold = (hold) => (hold === 'number' ? this.goodPieces : this.held).added();
        intake.reader.onVerdict = (record, verdict) => this.held.onVerdict(record, verdict);
        this.unreadable = new UnreadableRows(sync, intake);
        this.manual = new ManualCommands(sync, intake, dispatcher, mutex, prepare, signal, this.unreadable);
        const { successOnly } = settings.filter;
        const { reachable } = tools;
        this.edits = new ApplyEdits(sync, intake, dispatcher, mutex, rules, successOnly, reachable, prepare, signal);
        this.backfills = new Backfills(sync, intake, dispatcher, mutex, settings, prepare, changed, signal);
    }
}
