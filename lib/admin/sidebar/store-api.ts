import { isFresh } from '../../concurrency/clock';
import { within } from '../../concurrency/within';
import { ClosedError } from '../../http/errors';
import { actionOf, type Action } from '../../sources/bambuddy/commands/action';
import { heldCount } from '../../delivery/open-questions';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { Sync } from '../../sync';
import type { Answer } from '../http-api/answer';
import { ServiceError } from '../http-api/service-error';
import { SIDEBAR_ACTIONS } from './source-adapter';
import { PICTURE_MS, PictureCache, type Thumbnail } from './picture-cache';
import { boundsOf, figuresOf, printGroups } from '../prints/figures';
import { printCsv } from '../prints/print-csv';
import { printFilterOf } from '../prints/print-filter';
import { listPage, type ListQuery } from '../prints/print-list';
import type { Figures, PrintGroups } from '../prints/wire';
import { markOf, parkedReasons } from './parked-reasons';
import { rowOf } from './print-row';
import { PrintersAtWork } from './printers-at-work';
import type { LongJobs } from './long-jobs';
import { tickedOf, type Preview } from './preview';
import type { SourceHandle } from './source-handle';
import type { LedgerOverview, Note, Outage, PreviewPage, PrintPage } from './wire';

const PATIENCE_MS = 3000;
const HANDSHAKE_MS = 1000;
const HANDSHAKE_AGAIN_MS = 60_000;

/** What the sidebar asks of one open store and of the sources that work with it. */
export class StoreApi {
    readonly printers: PrintersAtWork;
    private readonly thumbnails = new PictureCache();
    private handshakeAt = 0;

    constructor(
        private readonly sync: Sync,
        private readonly sources: () => readonly SourceHandle[],
        /** work that was begun here failed, after its answer */
        private readonly failed: (source: string, error: Error) => void,
    ) {
        this.printers = new PrintersAtWork(sync, sources);
    }

    overview(): LedgerOverview {
        const parked = parkedReasons(this.sync.delivery.ledger);
        return {
            counts: this.sync.delivery.ledger.counts(),
            questions: { held: heldCount(this.sync.delivery.ledger), offered: this.sync.delivery.ledger.offeredCount },
            off: this.outages(),
            parked,
            parkedMark: markOf(parked),
            sources: this.sources().map((source) => source.overview()),
        };
    }

    note(): Note {
        const { counts, questions, off, parkedMark, sources } = this.overview();
        return {
            counts,
            questions,
            off: off.map(({ server, since }) => ({ server, since })),
            parkedMark,
            sources: sources.map(({ id, paused, backfill, problem, ready, lastError, longJobs }) => ({
                id,
                paused,
                backfill:
                    backfill === null
                        ? null
                        : {
                              mode: backfill.mode,
                              phase: backfill.phase,
                              done: backfill.done,
                              total: backfill.total,
                              secondsLeft: backfill.secondsLeft,
                          },
                mark: [ready, problem !== null, lastError !== null, ...longJobs.map((each) => each.endedAt)].join(),
            })),
        };
    }

    /** @throws ClosedError when `signal` ends it */
    async list(query: ListQuery, signal: AbortSignal): Promise<PrintPage> {
        const [page] = await Promise.all([listPage(this.sync.delivery.ledger, query, signal), this.handshake()]);
        return { ...page, prints: page.prints.map((record) => rowOf(this.sync, record)) };
    }

    /**
     * What prints add up to.
     * @param query as a page's, and `days`: where each day begins and the last one ends. @throws ServiceError 400; ClosedError
     */
    figures(query: Record<string, unknown>, signal: AbortSignal): Promise<Figures> {
        return figuresOf(this.sync.delivery.ledger, printFilterOf(query), boundsOf(query['days']), signal);
    }

    /** The prints that are meant as a table (CSV), piece by piece. @throws ServiceError 400, at once; ClosedError */
    csv(query: Record<string, unknown>, signal: AbortSignal): AsyncIterable<string> {
        const filter = printFilterOf(query);
        const known = this.handshake();
        const { sync } = this;
        return (async function* () {
            await known;
            yield* printCsv(sync, filter, signal);
        })();
    }

    /** By what prints can be chosen. */
    groups(): Promise<PrintGroups> {
        return printGroups(this.sync.delivery.ledger);
    }

    /** @throws ServiceError 404 for a print that is not known */
    async thumbnail(batch: string): Promise<Thumbnail | null> {
        const record = this.sync.delivery.ledger.print(batch);
        if (record === undefined) throw new ServiceError(404, `There is no print ${batch}`);
        return this.thumbnails.of(batch, async () => {
            // who is off is not asked by every row
            const from = this.sync.delivery.printSource(record.source);
            return from === undefined || from.isOff()
                ? undefined
                : from.thumbnail(record, AbortSignal.timeout(PICTURE_MS));
        });
    }

    /**
     * @param body the action as messages have it, with the id of the `source` where one is meant
     * @throws ActionError; ServiceError; as the action
     */
    async act(body: Record<string, unknown>): Promise<Answer> {
        const action = actionOf(body);
        if (!SIDEBAR_ACTIONS.has(action.action))
            throw new ServiceError(400, `"${action.action}" is not available here`);
        const handle = this.sourceFor(action, body['source']);
        const { adapter, longJobs } = await handle.ready();
        if (!adapter.can.has(action.action))
            throw new ServiceError(
                400,
                `"${action.action}" is nothing that "${this.sync.delivery.printSource(handle.kind)?.node ?? handle.kind}" can do`,
            );
        if (action.action === 'backfill' || action.action === 'reconcile') {
            longJobs.begin(action.action === 'backfill' ? withTicked(action, body, longJobs) : { action: 'reconcile' });
            return { status: 202, body: { started: true } };
        }
        // who asks for a look has seen to the server, or thinks so: it is not waited for the end of the pause
        if (action.action === 'poll') for (const breaker of this.breakers()) breaker.wake();
        const work = adapter.perform(action);
        const result = await within(work, PATIENCE_MS);
        if (result !== undefined) return { status: 200, body: result };
        work.catch((error: unknown) => {
            if (!(error instanceof ClosedError)) this.failed(handle.id, error as Error);
        });
        return { status: 202, body: { action: action.action, waiting: true } };
    }

    /** A page of what the last pass through the history of a source listed. @throws ServiceError 404, 503 */
    async preview(query: Record<string, unknown>): Promise<PreviewPage> {
        return (await this.previewOf(query['source'])).page(query);
    }

    /** The picture of an archive that is listed there. @throws ServiceError 404, 503 */
    async previewPicture({ source, archive }: Record<string, unknown>): Promise<Thumbnail | null> {
        const archiveId = Number(archive);
        if (!(await this.previewOf(source)).has(archiveId)) throw new ServiceError(404, 'No such print is listed');
        const { kind } = this.asked(source);
        return this.thumbnails.of(`${kind}/${archiveId}`, async () => {
            const from = this.sync.delivery.printSource(kind);
            if (from === undefined || from.isOff()) return undefined;
            return from.pictureOfValues?.({ archiveId }, AbortSignal.timeout(PICTURE_MS)) ?? null;
        });
    }

    private async previewOf(source: unknown): Promise<Preview> {
        return (await this.asked(source).ready()).longJobs.preview();
    }

    private asked(source: unknown): SourceHandle {
        return theOne(this.sources().find(({ id }) => id === source));
    }

    /** The one that is asked for; else the one that took the print, or one of its kind; else the first that can do it. */
    private sourceFor(action: Action, asked: unknown): SourceHandle {
        const sources = this.sources();
        if (typeof asked === 'string' && asked !== '') return this.asked(asked);
        const record =
            'batch' in action && action.batch !== null ? this.sync.delivery.ledger.print(action.batch) : undefined;
        if (record === undefined) return theOne(sources.find((each) => each.can(action.action)) ?? sources[0]);
        const from = this.sync.delivery.printSource(record.source);
        // a print made by hand has no source
        const own = sources.filter((each) => (from === undefined ? each.hasHistory : each.kind === from.kind));
        return theOne(own.find(({ id }) => id === record.via) ?? own[0], from?.node);
    }

    private outages(): Outage[] {
        return this.breakers().flatMap((breaker) => {
            const { server, downSince, error } = breaker.state;
            if (downSince === null) return [];
            const { nextTryAt } = breaker;
            const next = nextTryAt === null ? null : new Date(nextTryAt).toISOString();
            return [{ server, since: new Date(downSince).toISOString(), error, next }];
        });
    }

    /** One for each server: several sources may have one. */
    private breakers(): CircuitBreaker[] {
        const all = [...this.sync.delivery.breakers.values(), ...this.sources().map((source) => source.breaker())];
        return [...new Set(all)].filter((breaker) => breaker !== null);
    }

    /** Links need the base of InvenTree's pages, which the server tells; it is waited for a short time only. */
    private async handshake(): Promise<void> {
        const { client: inventree, breaker: inventreeBreaker } = this.sync.destination;
        if (inventreeBreaker.state.downSince !== null || isFresh(this.handshakeAt, HANDSHAKE_AGAIN_MS, Date.now()))
            return;
        this.handshakeAt = Date.now();
        const serverInfo = inventree.handshake(AbortSignal.timeout(HANDSHAKE_AGAIN_MS)).catch(() => undefined);
        await within(serverInfo, HANDSHAKE_MS);
    }
}

/** What an import takes of the prints that were ticked in a preview. @throws ServiceError 400, 404, 409 */
function withTicked(
    action: Extract<Action, { action: 'backfill' }>,
    body: Record<string, unknown>,
    longJobs: LongJobs,
): Extract<Action, { action: 'backfill' }> {
    const ticked = tickedOf(body['ticked']);
    return ticked === null ? action : { ...action, ...longJobs.preview().chosen(ticked) };
}

/** @throws ServiceError 503 where there is none */
function theOne(found: SourceHandle | undefined, node = 'finished prints'): SourceHandle {
    if (found !== undefined) return found;
    throw new ServiceError(503, `No "${node}" node works with this store: add one, and deploy`);
}

/** Reads a page's query. @throws ServiceError 400 */
export function listQueryOf(query: Record<string, unknown>): ListQuery {
    const text = (key: string): string => (typeof query[key] === 'string' ? query[key].slice(0, 300) : '');
    const limit = Math.min(200, Math.max(1, Math.trunc(Number(text('limit'))) || 50));
    const after = text('after') === '' ? null : { time: text('afterTime'), batch: text('after') };
    return { ...printFilterOf(query), after, limit };
}
