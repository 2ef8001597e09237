import type { Archive } from '../../../clients/bambuddy/answers';
import { isReadable } from '../../../http/checked';
import { isFresh } from '../../../concurrency/clock';
import type { Intake } from './intake';

/** Maximum pages for one batch; missing archives are requested one by one. */
const MOST_PAGES = 4;
const PAGE = 50;
/** What a page showed beside the pack is good for the next packs of the same days, so long. */
const KEPT_MS = 15_000;
const MOST_KEPT = 500;

/** An archive as a page showed it. */
export interface ReadArchive {
    archive: Archive;
    /** by `Date.now()` */
    readAt: number;
}

interface Wanted {
    archiveId: number;
    /** UTC, of the run or of the archive; null: not known */
    day: string | null;
}

/**
 * Reads the archives of a history in pages. They are listed by the day of their first start, newest first: those of a pack
 * lie close together, those of reprints elsewhere.
 */
export class ArchivePages {
    private readonly kept = new Map<number, ReadArchive>();

    constructor(private readonly intake: Intake) {}

    /** @returns by id, what was found. @throws as `Intake.archivePage` */
    async of(wanted: readonly Wanted[], signal: AbortSignal): Promise<Map<number, ReadArchive>> {
        this.forgetOld();
        const found = new Map<number, ReadArchive>();
        const missing = new Set<number>();
        for (const { archiveId } of wanted) {
            const kept = this.kept.get(archiveId);
            if (kept === undefined) missing.add(archiveId);
            else found.set(archiveId, kept);
        }
        const days = wanted
            .filter(({ archiveId }) => missing.has(archiveId))
            .flatMap(({ day }) => day ?? [])
            .sort();
        if (days.length === 0) return found;
        const range = { dateFrom: days[0]!, dateTo: days.at(-1)! };
        for (let page = 0; page < MOST_PAGES && missing.size > 0; page++) {
            const rows = await this.intake.reader.archivePage({ ...range, limit: PAGE, offset: page * PAGE }, signal);
            const readAt = Date.now();
            for (const archive of rows.filter(isReadable)) {
                const read = { archive, readAt };
                this.kept.set(archive.id, read);
                if (missing.delete(archive.id)) found.set(archive.id, read);
            }
            if (rows.length < PAGE) break;
        }
        return found;
    }

    private forgetOld(): void {
        const now = Date.now();
        for (const [id, { readAt }] of this.kept) {
            if (!isFresh(readAt, KEPT_MS, now) || this.kept.size > MOST_KEPT) this.kept.delete(id);
        }
    }
}
