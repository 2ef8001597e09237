import { UNREADABLE } from '../../../clients/bambuddy/answers';
import { BackfillProgress, isOnItsWay, ON_ITS_WAY, whyNotSent } from './progress';
import type { BackfillMode, BackfillReport } from './reports';
import { RejectedError } from '../../../http/errors';
import { abortable } from '../../../concurrency/abortable';
import type { Settled } from '../../../delivery/in-flight';
import {
    archiveIndex,
    newestFirst,
    oldestFirst,
    runOfItem,
    type ArchiveIndex,
    type HistoryItem,
    type HistoryRange,
    type Orphan,
} from '../import/history';
import { inStartOrder } from '../import/start-order';
import type { Candidate, Classification } from '../import/classifier';
import type { Intake } from '../import/intake';
import type { Pass, Print } from '../../../print/print';
import { readAhead } from '../import/prefetch';
import type { SourceContext } from '../../source';
import { UnreadableRows } from '../import/unreadable-rows';

export { BACKFILL_MODES, type BackfillMode, type BackfillReport, type PrintFate } from './reports';

export interface BackfillOptions {
    mode: BackfillMode;
    /** only the newest so many, sent oldest first; skipped ones do not count */
    max?: number;
    since?: string;
    until?: string;
}

interface BackfillTools {
    /** accepts and sends, in a slot that was taken */
    send: (
        judged: Extract<Classification, { kind: 'print' }>,
        pass: Pass,
    ) => Promise<{ sent: true; landing: Promise<Settled> }>;
    /** waits for a slot, behind the live ones, and begins the work, which waits for whoever else judges a run of that archive */
    begin: <T extends { sent: boolean }>(archiveId: number, work: () => Promise<T>) => Promise<{ result: Promise<T> }>;
    progress: (report: BackfillReport) => void;
}

type Sent = { sent: true; landing: Promise<Settled> } | { sent: false };

const PACK = 50;

/** One pass through the history. */
export class Backfill {
    private progress: BackfillProgress;
    private readonly unreadable: UnreadableRows;

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly settings: { pageSize: number; ipnPrefix: string; filter: { successOnly: boolean } },
        private readonly tools: BackfillTools,
    ) {
        this.progress = new BackfillProgress('all', tools.progress);
        this.unreadable = new UnreadableRows(sync, intake);
    }

    get report(): BackfillReport {
        return this.progress.report;
    }

    async run(options: BackfillOptions, signal: AbortSignal): Promise<BackfillReport> {
        this.progress = new BackfillProgress(options.mode, this.tools.progress);
        if (options.mode === 'preview' || options.mode === 'adopt') await this.compare(options, signal);
        else await this.send(options, signal);
        return this.progress.end();
    }

    /** `all` and `parts`: every print that is new goes out, in slots behind the live ones. */
    private async send(options: BackfillOptions, signal: AbortSignal): Promise<void> {
        const pass: Pass = { force: false, mode: options.mode === 'parts' ? 'parts' : 'all' };
        const under = new Set<Promise<void>>();
        let hasFailed = false;
        const items = readAhead(this.sync, this.intake, this.items(options, null, signal), this.settings, signal);
        for await (const item of items) {
            if (hasFailed) break;
            if ('orphan' in item) {
                await this.passOver(item);
                continue;
            }
            const glance = this.intake.classifier.classifyFromLedger(item);
            if (glance !== null) {
                this.progress.countJudged(glance);
                continue;
            }
            // one after the other to where it is known what each is; that they are accepted is on the disk together
            let known: () => void = () => undefined;
            const isKnown = new Promise<void>((resolve) => (known = resolve));
            const { result } = await this.tools.begin(item.archiveId, () => this.sendOne(item, pass, known, signal));
            const work = this.landed(result);
            under.add(work);
            // what failed stays, for who waits for all
            work.then(
                () => under.delete(work),
                () => (hasFailed = true),
            );
            await Promise.race([isKnown, work]);
        }
        await abortable(Promise.all(under), signal);
    }

    /** A row whose archive is gone; one that cannot be read is parked. */
    private async passOver(item: Orphan): Promise<void> {
        const { unreadable } = item;
        if (unreadable !== undefined) await this.unreadable.park(unreadable.row, unreadable.kind);
        this.progress.count(unreadable === undefined ? 'skipped' : 'failed', reasonOf(item));
    }

    /** An archive that cannot be read is left out with that reason: those beside it go on. @throws as `retryWhileUnavailable` */
    private async judge(item: Candidate, signal: AbortSignal): Promise<Classification> {
        try {
            return await this.intake.classifier.classify(item, signal);
        } catch (error) {
            if (!(error instanceof RejectedError) || error.trouble !== 'unreadable') throw error;
            return { kind: 'skipped', reason: error.message, run: item.run, gone: false };
        }
    }

    private async landed(sending: Promise<Sent>): Promise<void> {
        const flight = await sending;
        if (!('landing' in flight)) return;
        const { failed, created } = await flight.landing;
        this.progress.count(failed ? 'failed' : created ? 'created' : 'existing');
    }

    /** @param known told when it is known what the item is */
    private async sendOne(item: Candidate, pass: Pass, known: () => void, signal: AbortSignal): Promise<Sent> {
        const classification = this.intake.classifier.recheck(await this.judge(item, signal));
        known();
        if (classification.kind === 'print') return this.tools.send(classification, pass);
        // where only Parts are made, nothing is said of the stock
        if (classification.kind !== 'known' && (pass.mode === 'all' || 'gone' in classification))
            await this.intake.acceptance.remember(classification);
        if (
            classification.kind === 'skipped' &&
            classification.reason.startsWith(`${UNREADABLE}:`) &&
            item.run !== null
        )
            await this.intake.acceptance.park(item.run, classification.reason);
        this.progress.countJudged(classification);
        return { sent: false };
    }

    /** `preview` and `adopt`: what InvenTree has is held against what Bambuddy has; looked up in packs. */
    private async compare(options: BackfillOptions, signal: AbortSignal): Promise<void> {
        this.report.prints = [];
        const index = await archiveIndex(this.intake, signal);
        /** codes that prints before in this pass would take */
        const bound = new Map<string, string>();
        let pack: { print: Print; first: boolean }[] = [];
        for await (const item of this.items(options, index, signal)) {
            const judged = await this.judgeInPassing(item, index, bound, signal);
            if (judged !== null) pack.push(judged);
            if (pack.length < PACK) continue;
            await this.comparePack(pack, options.mode, signal);
            pack = [];
        }
        await this.comparePack(pack, options.mode, signal);
    }

    private async judgeInPassing(
        item: HistoryItem,
        index: ArchiveIndex,
        bound: Map<string, string>,
        signal: AbortSignal,
    ): Promise<{ print: Print; first: boolean } | null> {
        if ('orphan' in item) {
            this.progress.list(null, { outcome: 'skip', reason: reasonOf(item) });
            return null;
        }
        const classification: Classification =
            this.intake.classifier.classifyFromLedger(item) ??
            (index.mayHave(item.archiveId)
                ? await this.judge(item, signal)
                : { kind: 'skipped', reason: 'archive gone', run: item.run, gone: true });
        if (classification.kind === 'known') {
            const { record } = classification;
            if (record.state === 'parked') {
                this.progress.list(record, { outcome: 'skip', reason: 'parked' });
                return null;
            }
            if (isOnItsWay(record)) {
                this.progress.list(record, { outcome: 'skip', reason: ON_ITS_WAY });
                return null;
            }
            this.progress.list(record, { outcome: 'exists', part: record.partPk, stock: record.stockPk });
            return null;
        }
        if (classification.kind !== 'print') {
            const what =
                classification.kind === 'skipped' ? (classification.print ?? classification.run) : classification.print;
            const { verdict: _verdict, ...told } = what ?? { archiveId: item.archiveId, verdict: null };
            this.progress.list(told, { outcome: 'skip', reason: whyNotSent(classification) });
            return null;
        }
        return { first: classification.first, print: this.withOwnCode(classification.print, bound) };
    }

    /** Nothing is written in a preview, so the codes bound on the way are remembered here. */
    private withOwnCode(print: Print, bound: Map<string, string>): Print {
        const start = print.startedAt ?? '';
        const holder = bound.get(print.batch);
        const batch = holder === undefined || holder === start ? print.batch : `${print.batch}-${print.runId ?? ''}`;
        bound.set(batch, start);
        return { ...print, batch };
    }

    private async comparePack(
        pack: { print: Print; first: boolean }[],
        mode: BackfillMode,
        signal: AbortSignal,
    ): Promise<void> {
        if (pack.length === 0) return;
        const { destination } = this.sync;
        const items = await destination.itemsOf(
            pack.map(({ print }) => print.batch),
            signal,
        );
        const { ipnPrefix } = this.settings;
        for (const { print, first } of pack) {
            const there = items.get(print.batch.toLowerCase()) ?? [];
            const match = await destination.match(
                print,
                there,
                { first, ipnPrefix, generous: mode === 'adopt' },
                signal,
            );
            if (mode === 'adopt' && match.item !== null) await destination.adopt(print, first, match, signal);
            if (match.item === null) {
                this.progress.list(
                    print,
                    mode === 'adopt' ? { outcome: 'skip', reason: 'not in stock' } : { outcome: 'create' },
                );
                continue;
            }
            this.progress.list(print, {
                outcome: match.unmarked ? 'adopt' : 'exists',
                part: match.item.part,
                stock: match.item.pk,
            });
        }
    }

    private async *items(
        options: BackfillOptions,
        index: ArchiveIndex | null,
        signal: AbortSignal,
    ): AsyncGenerator<HistoryItem> {
        const range: HistoryRange = {
            since: options.since,
            until: options.until,
            successOnly: this.settings.filter.successOnly,
            pageSize: this.settings.pageSize,
        };
        this.report.phase = 'working';
        if (options.max !== undefined) {
            const newest = await this.newest(options.max, range, index, signal);
            this.report.total = newest.length;
            yield* newest;
            return;
        }
        for await (const { item, total } of oldestFirst(this.intake, range, index, signal)) {
            this.report.total = total;
            yield asked(item);
        }
    }

    /** The newest so many that count, oldest first. */
    private async newest(
        max: number,
        range: HistoryRange,
        index: ArchiveIndex | null,
        signal: AbortSignal,
    ): Promise<HistoryItem[]> {
        const taken: HistoryItem[] = [];
        let counted = 0;
        if (max <= 0) return taken;
        for await (const found of newestFirst(this.intake, range, signal)) {
            const item =
                'orphan' in found
                    ? found
                    : { ...found, asked: true as const, archive: index?.get(found.archiveId) ?? null };
            taken.push(item);
            if ('orphan' in item || (await this.judge(item, signal)).kind === 'skipped') continue;
            if (++counted >= max) break;
        }
        return inStartOrder(taken.reverse(), runOfItem);
    }
}

/** Why a row leads nowhere. Texts of the server are not repeated here: reasons are counted. */
function reasonOf({ unreadable }: Orphan): string {
    return unreadable === undefined ? 'no archive' : UNREADABLE;
}

/** A person asked for the history: what was offered after a lost ledger is taken with it. */
function asked(item: HistoryItem): HistoryItem {
    return 'orphan' in item ? item : { ...item, asked: true };
}
