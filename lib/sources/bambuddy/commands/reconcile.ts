import type { DestinationItem } from '../../../destinations/destination';
import type { PrintRecord, Verdict } from '../../../store/ledger/records';
import { outcomeOf } from '../admission-rules';
import { isSuccessful, runOfArchive, type FinishedRun } from '../finished-run';
import { archiveIndex, oldestFirst } from '../import/history';
import type { Intake } from '../import/intake';
import { readMark } from '../../../print/stock-marker';
import type { SourceContext } from '../../source';
import type { Difference, Reconciliation } from './reports';
import { BAMBUDDY_PRINTS } from '../print-kind';

const LISTED = 500;

/** Holds ledger, InvenTree and Bambuddy against one another. @throws as `retryWhileUnavailable` */
export async function reconcile(
    sync: SourceContext,
    intake: Intake,
    settings: { pageSize: number },
    signal: AbortSignal,
): Promise<Reconciliation> {
    const result: Reconciliation = {
        runs: 0,
        items: 0,
        matches: 0,
        missing: 0,
        gone: 0,
        extra: 0,
        differing: 0,
        lists: { missing: [], gone: [], extra: [], differing: [] },
    };
    const add = (list: keyof Reconciliation['lists'], difference: Difference): void => {
        result[list]++;
        if (result.lists[list].length < LISTED) result.lists[list].push(difference);
    };
    const { first: items, others } = await itemsByBatch(sync, signal);
    result.items = items.size;
    const accounted = new Set<string>();
    const archives = await archiveIndex(intake, signal);
    const range = { successOnly: false, pageSize: settings.pageSize };
    for await (const { item } of oldestFirst(intake, range, archives, signal)) {
        if ('orphan' in item) continue;
        const archive = archives.get(item.archiveId);
        if (archive === undefined && item.run === null) continue;
        const run = item.run ?? runOfArchive(archive!);
        const record = sync.delivery.ledger.printOfRun(BAMBUDDY_PRINTS.kind, run.archiveId, run.startedAt);
        const stock = record === undefined ? undefined : items.get(record.batch.toLowerCase());
        if (record !== undefined && stock !== undefined) accounted.add(record.batch.toLowerCase());
        const verdictNow = archive === undefined ? run.verdict : outcomeOf(archive, run).verdict;
        for (const difference of edits(record, run, verdictNow, archive?.print_name, archive?.quantity))
            add('differing', difference);
        if (!isSuccessful(run)) continue;
        // what the source leaves out is not missing; what is known or would be taken counts
        const classified =
            intake.classifier.classifyFromLedger(item) ??
            (archive === undefined ? 'gone' : await intake.classifier.classify(item, signal));
        if (classified === 'gone' || classified.kind === 'skipped') continue;
        result.runs++;
        const here = describe(run, record, archive?.print_name);
        if (stock !== undefined) result.matches++;
        else if (record?.stockPk !== undefined) add('gone', { ...here, stock: record.stockPk });
        else add('missing', here);
    }
    for (const [batch, stock] of items) {
        // one that was made beside an item that was gone, see `adjustStock`
        const beside = sync.delivery.ledger.print(stock.batch!.replace(/-a\d+$/, ''));
        if (!accounted.has(batch) && (beside === undefined || beside.batch === stock.batch))
            add('extra', describeItem(stock));
    }
    for (const [batch, more] of others) {
        for (const item of beyond(
            sync.delivery.ledger.print(items.get(batch)!.batch!)?.quantity,
            items.get(batch)!,
            more,
        ))
            add('extra', describeItem(item));
    }
    return result;
}

/** Items by their batch in lower case: the oldest of each, and apart what else has the same. */
async function itemsByBatch(
    sync: SourceContext,
    signal: AbortSignal,
): Promise<{ first: Map<string, DestinationItem>; others: Map<string, DestinationItem[]> }> {
    const first = new Map<string, DestinationItem>();
    const others = new Map<string, DestinationItem[]>();
    for await (const page of sync.destination.itemsByPrefix(sync.delivery.batchPrefix, signal)) {
        for (const item of page) {
            const batch = item.batch!.toLowerCase();
            const more = others.get(batch);
            if (!first.has(batch)) first.set(batch, item);
            else if (more === undefined) others.set(batch, [item]);
            else more.push(item);
        }
    }
    return { first, others };
}

/** People split items, and all parts keep the batch. What is more than was printed did not come of that. */
function beyond(
    printed: number | undefined,
    oldest: DestinationItem,
    more: readonly DestinationItem[],
): DestinationItem[] {
    if (printed === undefined) return [];
    let sum = oldest.quantity;
    return more.filter((item) => (sum += item.quantity) > printed);
}

/** What a person changed in Bambuddy after the print came into stock. */
function edits(
    record: Readonly<PrintRecord> | undefined,
    run: FinishedRun,
    verdict: Verdict | null,
    name: string | null | undefined,
    quantity: number | null | undefined,
): Difference[] {
    if (record?.stockPk === undefined) return [];
    const here = { ...describe(run, record, name), stock: record.stockPk };
    const found: Difference[] = [];
    if (!isSuccessful(run)) found.push({ ...here, what: 'status', was: 'completed', is: run.status });
    // nothing said is taken as good
    if (verdict !== null && verdict !== (record.verdict ?? 'good'))
        found.push({ ...here, what: 'outcome', was: record.verdict ?? null, is: verdict });
    if (name !== undefined && record.name !== '' && (name ?? '') !== record.name) {
        found.push({ ...here, what: 'name', was: record.name, is: name });
    }
    if (quantity !== undefined && record.count !== undefined && quantity !== record.count) {
        found.push({ ...here, what: 'quantity', was: record.count, is: quantity });
    }
    return found;
}

function describeItem(stock: DestinationItem): Difference {
    const mark = readMark(stock.notes);
    return {
        batch: stock.batch,
        archiveId: mark?.archiveId ?? null,
        name: null,
        startedAt: mark?.startedAt ?? null,
        completedAt: null,
        stock: stock.pk,
    };
}

function describe(
    run: FinishedRun,
    record: Readonly<PrintRecord> | undefined,
    name: string | null | undefined,
): Difference {
    return {
        batch: record?.batch ?? null,
        archiveId: run.archiveId,
        name: name ?? run.name,
        startedAt: run.startedAt,
        completedAt: run.completedAt,
        stock: null,
    };
}
