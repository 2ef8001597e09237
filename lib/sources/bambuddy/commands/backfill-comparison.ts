import type { Print } from '../../../print/print';
import type { SourceContext } from '../../source';
import type { Classification } from '../import/classifier';
import { archiveIndex, type ArchiveIndex, type HistoryItem } from '../import/history';
import type { Intake } from '../import/intake';
import { reasonOf, type BackfillHistory, type HistoryChoice } from './backfill-history';
import { isOnItsWay, ON_ITS_WAY, whyNotSent, type BackfillProgress } from './progress';

/** So many batches are looked up in InvenTree at once. */
const PACK = 50;

/** `preview` and `adopt`: what InvenTree has is held against what Bambuddy has; looked up in packs. */
export class BackfillComparison {
    /** codes that prints before in this pass would take, with the start of each */
    private readonly bound = new Map<string, string>();

    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly history: BackfillHistory,
        private readonly progress: BackfillProgress,
        private readonly options: HistoryChoice & { mode: 'preview' | 'adopt' },
        /** IPN prefix of the part node behind the source */
        private readonly ipnPrefix: string,
    ) {}

    /** @throws as `retryWhileUnavailable` */
    async run(signal: AbortSignal): Promise<void> {
        this.progress.report.prints = [];
        const index = await archiveIndex(this.intake, signal);
        let pack: { print: Print; first: boolean }[] = [];
        for await (const item of this.history.items(this.options, index, signal)) {
            const classified = await this.classifyInPassing(item, index, signal);
            if (classified !== null) pack.push(classified);
            if (pack.length < PACK) continue;
            await this.comparePack(pack, signal);
            pack = [];
        }
        await this.comparePack(pack, signal);
    }

    private async classifyInPassing(
        item: HistoryItem,
        index: ArchiveIndex,
        signal: AbortSignal,
    ): Promise<{ print: Print; first: boolean } | null> {
        if ('orphan' in item) {
            this.progress.list(null, { outcome: 'skip', reason: reasonOf(item) });
            return null;
        }
        const classification: Classification =
            this.intake.classifier.classifyFromLedger(item) ??
            (index.mayHave(item.archiveId)
                ? await this.history.classify(item, signal)
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
            const { verdict: _verdict, ...listed } = what ?? { archiveId: item.archiveId, verdict: null };
            this.progress.list(listed, { outcome: 'skip', reason: whyNotSent(classification) });
            return null;
        }
        return { first: classification.first, print: this.withOwnCode(classification.print) };
    }

    /** Nothing is written in a preview, so the codes bound on the way are remembered here. */
    private withOwnCode(print: Print): Print {
        const start = print.startedAt ?? '';
        const holder = this.bound.get(print.batch);
        const batch = holder === undefined || holder === start ? print.batch : `${print.batch}-${print.runId ?? ''}`;
        this.bound.set(batch, start);
        return { ...print, batch };
    }

    private async comparePack(pack: { print: Print; first: boolean }[], signal: AbortSignal): Promise<void> {
        if (pack.length === 0) return;
        const { ipnPrefix } = this;
        const { destination } = this.sync;
        const { mode } = this.options;
        const items = await destination.itemsOf(
            pack.map(({ print }) => print.batch),
            signal,
        );
        for (const { print, first } of pack) {
            const there = items.get(print.batch.toLowerCase()) ?? [];
            const match = await destination.match(
                print,
                there,
                { first, ipnPrefix, acceptLegacyIpn: mode === 'adopt' },
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
}
