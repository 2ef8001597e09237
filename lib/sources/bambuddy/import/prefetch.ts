import { Failure } from '../../../http/errors';
import { ArchivePages, type ReadArchive } from './archive-pages';
import { hasFinished } from './archive-walk';
import { utc } from '../../../clients/bambuddy/times';
import { bareBatch } from '../../../print/batch-code';
import { isFresh } from '../../../concurrency/clock';
import { codesOfRun } from '../../../print/batch-codes-of-run';
import type { HistoryItem } from './history';
import { ipnOf } from '../../../print/part-identity';
import type { Candidate } from './classifier';
import type { Intake } from './intake';
import type { SourceContext } from '../../source';
import { BAMBUDDY_PRINTS } from '../print-kind';

/** The first packs are small: the first print does not wait for many, and how fast the servers are shows only then. */
const FIRST_PACK = 8;
const SMALLEST_PACK = 4;
const LARGEST_PACK = 25;
/** An archive read longer ago is read again: people change them. Look-ups are trusted as long. */
const FRESH_MS = 30_000;

interface Pack {
    items: HistoryItem[];
    /** by id, what was read for it */
    archives: ReadonlyMap<number, ReadArchive>;
    /** of the archive that was read first */
    readAt: number;
}

/**
 * A history with its archives read in pages and its Parts and StockItems looked for in packs, one pack ahead of the one
 * that is sent. In the same order; nothing is left out: what could not be had in advance is asked for print by print.
 */
export async function* readAhead(
    sync: SourceContext,
    intake: Intake,
    items: AsyncIterable<HistoryItem>,
    settings: { ipnPrefix: string },
    signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
    const pages = new ArchivePages(intake);
    let size = FIRST_PACK;
    const packs = packed(
        items,
        (item) => isToBeRead(intake, item),
        () => size,
    );
    const next = async (): Promise<Pack | null> => {
        const pack = await packs.next();
        if (pack.done === true) return null;
        return prepared(sync, intake, pages, pack.value, settings.ipnPrefix, signal);
    };
    for (let coming = next(); ;) {
        const pack = await coming;
        if (pack === null) return;
        coming = next();
        // its failure goes to the caller that waits for it
        coming.catch(() => undefined);
        const began = Date.now();
        for (const item of pack.items) {
            const isOld = !isFresh(pack.readAt, FRESH_MS, Date.now());
            const read = isOld || 'orphan' in item ? undefined : pack.archives.get(item.archiveId);
            yield read === undefined ? item : { ...item, archive: read.archive };
        }
        if (pack.items.length > 1) size = packSize((Date.now() - began) / pack.items.length);
    }
}

/** So many that what is read for the last of them is fresh still when its turn comes, after the pack before. */
function packSize(millisecondsEach: number): number {
    const fits = Math.floor((0.8 * FRESH_MS) / (2 * millisecondsEach));
    return Math.max(SMALLEST_PACK, Math.min(LARGEST_PACK, fits));
}

async function* packed(
    items: AsyncIterable<HistoryItem>,
    counts: (item: HistoryItem) => boolean,
    size: () => number,
): AsyncGenerator<HistoryItem[]> {
    let pack: HistoryItem[] = [];
    let counted = 0;
    for await (const item of items) {
        // known ones pass by at once where nothing before them is waited for
        if (!counts(item) && pack.length === 0) {
            yield [item];
            continue;
        }
        pack.push(item);
        if (counts(item)) counted++;
        if (counted < size()) continue;
        yield pack;
        [pack, counted] = [[], 0];
    }
    if (pack.length > 0) yield pack;
}

function isToBeRead(intake: Intake, item: HistoryItem): item is Candidate {
    return !('orphan' in item) && item.archive === null && intake.classifier.classifyFromLedger(item) === null;
}

async function prepared(
    sync: SourceContext,
    intake: Intake,
    pages: ArchivePages,
    items: HistoryItem[],
    ipnPrefix: string,
    signal: AbortSignal,
): Promise<Pack> {
    const now = Date.now();
    const wanted = items.filter((item) => isToBeRead(intake, item));
    const unread: Pack = { items, archives: new Map(), readAt: now };
    if (wanted.length < 2) return unread;
    try {
        const asked = wanted.map(({ archiveId, run, listed }) => ({
            archiveId,
            day: run?.startedAt?.slice(0, 10) ?? listed?.day ?? null,
        }));
        const archives = await pages.of(asked, signal);
        await lookUp(sync, intake, wanted, archives, ipnPrefix, signal);
        return { items, archives, readAt: Math.min(now, ...[...archives.values()].map(({ readAt }) => readAt)) };
    } catch (error) {
        // not the time to wait or to complain: each print asks by itself, and waits in its line
        if (error instanceof Failure) return unread;
        throw error;
    }
}

/** Has the destination ask for the pack's Parts and items, for the steps. */
async function lookUp(
    sync: SourceContext,
    intake: Intake,
    wanted: readonly Candidate[],
    archives: ReadonlyMap<number, ReadArchive>,
    ipnPrefix: string,
    signal: AbortSignal,
): Promise<void> {
    /** IPNs of Parts, by which they are looked for */
    const ipns: string[] = [];
    const ofArchives = new Map<number, { codes: Set<string>; anyUnder: string | null }>();
    for (const { archiveId, run } of wanted) {
        const archive = archives.get(archiveId)?.archive;
        if (archive === undefined || (run === null && !hasFinished(archive))) continue;
        ipns.push(...ipnsOf(sync, intake.classifier.identityOf(archive), ipnPrefix));
        const { runId, startedAt } = run ?? { runId: null, startedAt: utc(archive.started_at) };
        const batch = bareBatch(sync.delivery.batchPrefix, archiveId);
        const ofArchive = ofArchives.get(archiveId) ?? { codes: new Set(), anyUnder: null };
        ofArchives.set(archiveId, ofArchive);
        // who took the print while a row told of it gave it the code of that row
        if (run === null) ofArchive.anyUnder = batch;
        const coded = { batch, source: BAMBUDDY_PRINTS.kind, archiveId, runId, startedAt };
        for (const code of codesOfRun(sync.delivery.batchPrefix, coded)) ofArchive.codes.add(code);
    }
    const asked = [...ofArchives.values()].map(({ codes, anyUnder }) => ({ codes: [...codes], anyUnder }));
    await sync.destination.prefetch({ ipns, archives: asked }, signal);
}

/** A Part that the ledger knows is asked for by the IPN it has: it may have been deleted, or made inactive. */
function ipnsOf(
    sync: SourceContext,
    { identity, formerIdentity }: { identity: string | null; formerIdentity: string | null },
    prefix: string,
): string[] {
    if (identity === null) return [];
    const known = sync.delivery.ledger.part(identity);
    if (known?.pk !== undefined) return known.IPN === '' ? [] : [known.IPN];
    return [identity, ...(formerIdentity === null ? [] : [formerIdentity])].map((each) => ipnOf(each, prefix));
}
