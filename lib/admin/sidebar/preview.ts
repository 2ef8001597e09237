import type { BackfillOptions, BackfillReport, PrintOutcome } from '../../sources/bambuddy/commands/backfill';
import type { ChosenPrint } from '../../sources/bambuddy/commands/chosen-prints';
import { ServiceError } from '../http-api/service-error';
import type { PreviewPage, PreviewRow, Ticked } from './wire';

/** What is shown first of a preview: what would change something. */
const RANK: Record<PrintOutcome['outcome'], number> = { create: 0, adopt: 1, skip: 2, exists: 3 };

const PAGE = 50;
const MOST_OF_A_PAGE = 200;

/** The prints that a pass through the history listed, in the order in which they are shown. */
export class Preview {
    private readonly rows: readonly PreviewRow[];
    private readonly created: number;

    /**
     * @param startedAt of the pass, which tells it apart
     * @param options what was asked for
     */
    constructor(
        private readonly startedAt: string,
        private readonly options: BackfillOptions,
        { prints = [], created }: BackfillReport,
    ) {
        this.created = created;
        const isPreview = options.mode === 'preview';
        const keys = new Set<string>();
        this.rows = [...prints]
            .sort((a, b) => RANK[a.outcome] - RANK[b.outcome] || byEnd(a, b))
            .map((print, n) => {
                const own = `${print.archiveId}/${print.startedAt ?? ''}`;
                // of rows that lead nowhere there may be several
                const isTold = print.archiveId !== null && !keys.has(own);
                keys.add(own);
                const tickable = isPreview && isTold && print.outcome === 'create';
                return { ...print, key: isTold ? own : `#${n}`, tickable };
            });
    }

    get listed(): number {
        return this.rows.length;
    }

    get tickable(): number {
        return this.rows.filter(({ tickable }) => tickable).length;
    }

    /** @param query `after`, the `next` of the page before, and `limit`, as they come in an address */
    page({ after, limit }: Record<string, unknown>): PreviewPage {
        const from = Math.max(0, Math.trunc(Number(after)) || 0);
        const to = from + Math.min(MOST_OF_A_PAGE, Math.max(1, Math.trunc(Number(limit)) || PAGE));
        const next = to < this.rows.length ? to : null;
        return { prints: this.rows.slice(from, to), total: this.rows.length, more: false, next };
    }

    /** Whether a print of this archive is listed. */
    has(archiveId: number): boolean {
        return this.rows.some((row) => row.archiveId === archiveId);
    }

    /**
     * What an import takes that a person has ticked: exactly those are created, of the prints they saw. Where all are meant and not all of them
     * are listed, it is the same range once more.
     * @throws ServiceError 409 where another preview was made since; 400 where nothing is ticked, or a key is no row's
     */
    chosen({ at, all, except }: Ticked): Pick<BackfillOptions, 'prints' | 'max' | 'since' | 'until'> {
        if (at !== this.startedAt) throw new ServiceError(409, 'This preview is out of date: preview once more');
        const can = new Map(this.rows.filter(({ tickable }) => tickable).map((row) => [row.key, row]));
        const unknown = except.find((key) => !can.has(key));
        if (unknown !== undefined)
            throw new ServiceError(400, `"${unknown}" is no print that this preview would create`);
        if (all && except.length === 0 && this.created > can.size) {
            const { max, since, until } = this.options;
            return { max, since, until };
        }
        const named = new Set(except);
        const ticked = [...can.values()].filter(({ key }) => named.has(key) !== all);
        if (ticked.length === 0) throw new ServiceError(400, 'No print is ticked');
        // what is in InvenTree already is linked, as the preview says: nothing is created for it
        const there = this.rows.filter(({ outcome }) => outcome === 'exists' || outcome === 'adopt');
        return { prints: [...ticked, ...there].flatMap(chosenPrint) };
    }
}

/** Reads which prints were ticked. @returns null where the action is about no preview. @throws ServiceError 400 */
export function tickedOf(value: unknown): Ticked | null {
    if (value === undefined) return null;
    const { at, all, except } = (value ?? {}) as Record<string, unknown>;
    const isList = Array.isArray(except) && except.every((key) => typeof key === 'string');
    if (typeof at !== 'string' || typeof all !== 'boolean' || !isList)
        throw new ServiceError(400, '"ticked" must be { at, all, except }');
    return { at, all, except };
}

/** Empty: the row leads to no archive. */
function chosenPrint({ archiveId, startedAt }: PreviewRow): ChosenPrint[] {
    return archiveId === null ? [] : [{ archiveId, startedAt }];
}

/** The print that ended last first. */
function byEnd(a: PrintOutcome, b: PrintOutcome): number {
    return (b.completedAt ?? b.startedAt ?? '').localeCompare(a.completedAt ?? a.startedAt ?? '');
}
