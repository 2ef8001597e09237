import type { Archive } from '../bambuddy/answers';
import { stockByBatches } from '../inventree/stock';
import { orClosed } from './dispatch';
import { adopt, fateOf, type Fate } from './fate';
import type { Landing } from './flights';
import { archiveIndex, newestFirst, oldestFirst, type HistoryItem, type HistoryRange } from './history';
import type { Candidate, Intake, Judgement } from './intake';
import { persist } from './line';
import type { Pass, Print } from './print';
import { readAhead } from './read-ahead';
import type { Sync } from './sync';

export const BACKFILL_MODES = ['preview', 'adopt', 'parts', 'all'] as const;
export type BackfillMode = (typeof BACKFILL_MODES)[number];

export interface BackfillOptions {
    mode: BackfillMode;
    /** only the newest so many, sent oldest first; skipped ones do not count */
    max?: number;
    since?: string;
    until?: string;
}

/** Progress and, at the end, the answer. `created` is what would be created in a preview, and what was in `all` and `parts`. */
export interface BackfillReport {
    mode: BackfillMode;
    phase: 'reading' | 'working' | 'done' | 'stopped';
    done: number;
    total: number;
    created: number;
    existing: number;
    /** of the existing: stock from before us, tied to its print (preview: that would be) */
    adopted: number;
    skipped: number;
    failed: number;
    /** an estimate; null: too early to tell */
    secondsLeft: number | null;
    /** why skipped, how many each */
    reasons: Record<string, number>;
    /** preview and adopt: one line per print, the first 2,000 */
    prints?: PrintFate[];
}

/** What would happen, or happened, to one print. */
export interface PrintFate {
    archiveId: number | null;
    runId: number | null;
    name: string | null;
    startedAt: string | null;
    batch: string | null;
    outcome: 'create' | 'exists' | 'adopt' | 'skip';
    reason?: string;
    part?: number;
    stock?: number;
}

interface BackfillTools {
    /** accepts and sends, in a slot that was taken */
    send: (
        judged: Extract<Judgement, { kind: 'print' }>,
        pass: Pass,
    ) => Promise<{ sent: true; landing: Promise<Landing> }>;
    /** waits for a slot, behind the live ones, and for whoever else judges a run of that archive */
    inSlot: <T extends { sent: boolean }>(archiveId: number, work: () => Promise<T>) => Promise<T>;
    progress: (report: BackfillReport) => void;
}

const MAX_LISTED = 2000;
const PACK = 50;
const PROGRESS_MS = 250;

/** One pass through the history. */
export class Backfill {
    report: BackfillReport = emptyReport('all');
    private started = 0;
    private told = 0;

    constructor(
        private readonly sync: Sync,
        private readonly intake: Intake,
        private readonly settings: { pageSize: number; ipnPrefix: string; filter: { successOnly: boolean } },
        private readonly tools: BackfillTools,
    ) {}

    async run(options: BackfillOptions, signal: AbortSignal): Promise<BackfillReport> {
        this.report = emptyReport(options.mode);
        this.started = Date.now();
        if (options.mode === 'preview' || options.mode === 'adopt') await this.compare(options, signal);
        else await this.send(options, signal);
        this.report.phase = 'done';
        this.report.secondsLeft = 0;
        this.report.total = this.report.done;
        this.tools.progress(this.report);
        return this.report;
    }

    /** `all` and `parts`: every print that is new goes out, in slots behind the live ones. */
    private async send(options: BackfillOptions, signal: AbortSignal): Promise<void> {
        const pass: Pass = { force: false, mode: options.mode === 'parts' ? 'parts' : 'all' };
        const landings = new Set<Promise<void>>();
        const items = readAhead(this.sync, this.intake, this.items(options, null, signal), this.settings, signal);
        for await (const item of items) {
            if ('orphan' in item) {
                this.count('skipped', 'no archive');
                continue;
            }
            const glance = this.intake.glance(item);
            if (glance !== null) {
                this.countJudged(glance);
                continue;
            }
            const flight = await this.tools.inSlot(item.archiveId, () => this.sendOne(item, pass, signal));
            if (!('landing' in flight)) continue;
            const counted = flight.landing.then((landed) => {
                this.count(landed.failed ? 'failed' : landed.created ? 'created' : 'existing');
                landings.delete(counted);
            });
            landings.add(counted);
        }
        await orClosed(Promise.all(landings), signal);
    }

    private async sendOne(
        item: Candidate,
        pass: Pass,
        signal: AbortSignal,
    ): Promise<{ sent: true; landing: Promise<Landing> } | { sent: false }> {
        const judged = await this.intake.judge(item, signal);
        if (judged.kind === 'print') return this.tools.send(judged, pass);
        if (judged.kind !== 'known') await this.intake.remember(judged);
        this.countJudged(judged);
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
        index: Map<number, Archive>,
        bound: Map<string, string>,
        signal: AbortSignal,
    ): Promise<{ print: Print; first: boolean } | null> {
        if ('orphan' in item) {
            this.list(null, { outcome: 'skip', reason: 'no archive' });
            return null;
        }
        const judged =
            this.intake.glance(item) ??
            (index.has(item.archiveId)
                ? await this.intake.judge(item, signal)
                : ({ kind: 'skipped', reason: 'archive gone', run: item.run, gone: true } as const));
        if (judged.kind === 'known') {
            const { record } = judged;
            if (record.state === 'parked') {
                this.list(record, { outcome: 'skip', reason: 'parked' });
                return null;
            }
            this.list(record, { outcome: 'exists', part: record.partPk, stock: record.stockPk });
            return null;
        }
        if (judged.kind !== 'print') {
            const reason = judged.kind === 'keyless' ? 'no key' : judged.reason;
            const what = judged.kind === 'keyless' ? judged.print : judged.run;
            this.list(what === null ? { archiveId: item.archiveId } : { ...what }, { outcome: 'skip', reason });
            return null;
        }
        return { first: judged.first, print: this.withOwnCode(judged.print, bound) };
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
        const items = await persist(
            this.sync.inventreeLine,
            () =>
                stockByBatches(
                    this.sync.inventree,
                    pack.map(({ print }) => print.batch),
                    signal,
                ),
            signal,
        );
        for (const { print, first } of pack) {
            const there = items.get(print.batch.toLowerCase()) ?? [];
            const fate: Fate = await persist(
                this.sync.inventreeLine,
                () => fateOf(this.sync, print, first, there, this.settings.ipnPrefix, mode === 'adopt', signal),
                signal,
            );
            if (mode === 'adopt' && fate.item !== null) await adopt(this.sync, print, first, fate, signal);
            if (fate.item === null) {
                this.list(
                    print,
                    mode === 'adopt' ? { outcome: 'skip', reason: 'not in stock' } : { outcome: 'create' },
                );
                continue;
            }
            this.list(print, {
                outcome: fate.unmarked ? 'adopt' : 'exists',
                part: fate.item.part,
                stock: fate.item.pk,
            });
        }
    }

    private async *items(
        options: BackfillOptions,
        index: Map<number, Archive> | null,
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
            yield item;
        }
    }

    /** The newest so many that count, oldest first. */
    private async newest(
        max: number,
        range: HistoryRange,
        index: Map<number, Archive> | null,
        signal: AbortSignal,
    ): Promise<HistoryItem[]> {
        const taken: HistoryItem[] = [];
        let counted = 0;
        if (max <= 0) return taken;
        for await (const found of newestFirst(this.intake, range, signal)) {
            const item = 'orphan' in found ? found : { ...found, archive: index?.get(found.archiveId) ?? null };
            taken.push(item);
            if ('orphan' in item || (await this.intake.judge(item, signal)).kind === 'skipped') continue;
            if (++counted >= max) break;
        }
        return taken.reverse();
    }

    private countJudged(judged: Judgement): void {
        if (judged.kind === 'known' && judged.record.state === 'parked') this.count('skipped', 'parked');
        else if (judged.kind === 'known') this.count('existing');
        else if (judged.kind === 'skipped') this.count('skipped', judged.reason);
        else this.count('failed', 'no key');
    }

    private list(what: Partial<Print> | null, fate: Pick<PrintFate, 'outcome' | 'reason' | 'part' | 'stock'>): void {
        const { prints } = this.report;
        if (prints !== undefined && prints.length < MAX_LISTED) {
            prints.push({
                archiveId: what?.archiveId ?? null,
                runId: what?.runId ?? null,
                name: what?.name ?? null,
                startedAt: what?.startedAt ?? null,
                batch: what?.batch ?? null,
                ...fate,
            });
        }
        if (fate.outcome === 'adopt') this.report.adopted++;
        this.count(
            ({ create: 'created', exists: 'existing', adopt: 'existing', skip: 'skipped' } as const)[fate.outcome],
            fate.reason,
        );
    }

    private count(what: 'created' | 'existing' | 'skipped' | 'failed', reason?: string): void {
        const { report } = this;
        report.done++;
        report[what]++;
        if (reason !== undefined) report.reasons[reason] = (report.reasons[reason] ?? 0) + 1;
        const now = Date.now();
        if (now - this.told < PROGRESS_MS) return;
        this.told = now;
        const perPrint = (now - this.started) / report.done;
        report.secondsLeft =
            report.done < 5 ? null : Math.round((perPrint * Math.max(0, report.total - report.done)) / 1000);
        this.tools.progress(report);
    }
}

function emptyReport(mode: BackfillMode): BackfillReport {
    return {
        mode,
        phase: 'reading',
        done: 0,
        total: 0,
        created: 0,
        existing: 0,
        adopted: 0,
        skipped: 0,
        failed: 0,
        secondsLeft: null,
        reasons: {},
    };
}
