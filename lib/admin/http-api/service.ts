import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Verdict } from '../../store/ledger/records';
import { BackfillRunning } from '../../sources/bambuddy/commands/backfills';
import type { BackfillReport } from '../../sources/bambuddy/commands/backfill';
import { heldPrints } from '../../delivery/open-questions';
import type { Source } from '../../sources/bambuddy/source';
import type { Sync } from '../../sync';
import { figuresOf } from '../prints/figures';
import { printAnswer } from '../prints/print-answer';
import { printCsv } from '../prints/print-csv';
import type { PrintFilter } from '../prints/print-filter';
import { listPage, type ListQuery } from '../prints/print-list';
import { sendCsv, whileWaited } from '../prints/send-csv';
import { rowOf } from '../sidebar/print-row';
import { failureAnswer, send, type Answer } from './answer';
import { CatalogService } from './catalog/catalog-service';
import type { Call, Guard } from './calls/call';
import { callOf } from './calls/call-of';
import { jsonObject } from './json-body';
import { openApi } from './calls/openapi';
import { textOfPlace } from './calls/print-list-routes';
import { bearsSecret, bearsToken } from './secret';
import type { ServedCatalog, ServedPrints, ServedSource } from './served-source';
import { ServiceError } from './service-error';
import { statusReport } from './status-report';
import { validate } from './validate';
import { LOOK_MS, Waits } from './waits';
import { isEndOfPrint } from './webhook';

export interface ServiceOptions {
    version: string;
    /** empty: everybody may ask */
    serviceToken: string;
    /** empty: everybody may wake the source */
    webhookSecret: string;
    /** the source as it is now; null: there is none */
    source: () => ServedSource | null;
    /** work that was begun here failed, after its answer */
    failed: (error: Error) => void;
}

/** Serves scripts, monitors and Bambuddy's webhook over HTTP, for one source: of prints, or of products. */
export class Service {
    private readonly waits: Waits;
    private readonly catalogs: CatalogService;
    private lastBackfill: { endedAt: string; report: BackfillReport } | null = null;

    constructor(private readonly options: ServiceOptions) {
        this.waits = new Waits(options.failed);
        this.catalogs = new CatalogService(this.waits);
    }

    /** Requests under way are answered as interrupted. */
    close(): void {
        this.waits.close();
        this.catalogs.close();
    }

    /** @param below path below the service's own */
    async handle(request: IncomingMessage, response: ServerResponse, below: string, search: string): Promise<void> {
        try {
            const { call, guard } = callOf(request.method ?? 'GET', below, search);
            this.mustBeAllowed(request, guard);
            if (call.ask === 'prints-csv') await this.sendTable(call.filter, response);
            else send(response, await this.perform(call, request));
        } catch (error) {
            const answer = failureAnswer(error);
            if (answer.status === 500) this.options.failed(error instanceof Error ? error : new Error(String(error)));
            send(response, answer);
        }
    }

    private mustBeAllowed({ headers }: IncomingMessage, guard: Guard): void {
        const { serviceToken, webhookSecret } = this.options;
        if (guard === 'token' && serviceToken !== '' && !bearsToken(headers, serviceToken))
            throw new ServiceError(401, 'Send the service token in the header X-Service-Token');
        if (guard === 'secret' && webhookSecret !== '' && !bearsSecret(headers, webhookSecret))
            throw new ServiceError(401, 'Unauthorized');
    }

    private async sendTable(filter: PrintFilter, response: ServerResponse): Promise<void> {
        const signal = this.waits.untilClosed(whileWaited(response));
        await sendCsv(response, 'prints.csv', printCsv(await this.sync(), filter, signal));
    }

    private async perform(call: Exclude<Call, { ask: 'prints-csv' }>, request: IncomingMessage): Promise<Answer> {
        switch (call.ask) {
            case 'health':
                return { status: 200, body: { status: 'ok', version: this.options.version, ...(await this.health()) } };
            case 'openapi':
                return { status: 200, body: openApi(this.options.version) };
            case 'validate':
                return { status: 200, body: await validate(this.options.source(), this.waits.within(LOOK_MS)) };
            case 'status':
                return { status: 200, body: statusReport(await this.opened(), await this.sync(), this.lastBackfill) };
            case 'archive':
                return this.archive(call.archiveId, call.force);
            case 'backfill':
                return this.backfill(call.mode, call.max);
            case 'held':
                return { status: 200, body: { prints: heldPrints((await this.sync()).delivery.ledger) } };
            case 'offered':
                return { status: 200, body: { prints: (await this.opened()).manual.offered.list() } };
            case 'imports':
                return { status: 200, body: { imports: (await this.opened()).imports() } };
            case 'prints':
                return { status: 200, body: await this.prints(call.list) };
            case 'figures':
                return { status: 200, body: await this.figures(call.filter, call.days) };
            case 'apply':
                return this.apply(call.batch, call.less);
            case 'release':
                return this.release(call.batch, call.verdict, call.pieces);
            case 'import-offered':
                return this.importOffered(call.batch);
            case 'dismiss-offered':
                return { status: 200, body: await (await this.opened()).manual.offered.dismiss(call.batch) };
            case 'webhook':
                return this.webhook(request);
            case 'catalog':
                return this.catalogs.read(this.servedCatalog(), call.read);
            case 'catalog-action':
                return this.catalogs.act(this.servedCatalog(), call.action, call.fields);
            case 'catalog-body':
                return this.catalogs.act(this.servedCatalog(), call.action, await jsonObject(request));
        }
    }

    /** Which kind of source is served, and whether it works. */
    private async health(): Promise<object> {
        const source = this.options.source();
        if (source === null) return { source: null, working: false };
        const opened: Promise<unknown> = source.opened;
        const isOpen = opened.then(
            () => true,
            () => false,
        );
        // one that is just being opened does not work yet
        return { source: source.of, working: await Promise.race([isOpen, setImmediate(false)]) };
    }

    /** 202 before any work: the sender of a webhook does not wait for it. */
    private async webhook(request: IncomingMessage): Promise<Answer> {
        const payload = await jsonObject(request);
        const { opened } = this.served();
        const wakes = isEndOfPrint(payload);
        const after = (): void => {
            // why there is no source is shown by the source
            if (wakes) opened.then((source) => source.wake()).catch(() => undefined);
        };
        return { status: 202, body: { status: 'accepted' }, after };
    }

    private async archive(archiveId: number, force: boolean): Promise<Answer> {
        const source = await this.opened();
        const { bambuddy } = await this.sync();
        // asked once, not held in the line of an outage: the caller hears at once that there is none
        const archive = await this.waits.inTime('Bambuddy', (signal) => bambuddy!.archive(archiveId, signal));
        if (archive === null) throw new ServiceError(404, `Bambuddy has no archive ${archiveId}`);
        const work = source.manual.offerArchive(archiveId, force);
        const answer = await this.waits.patiently(work);
        if (answer === undefined) return { status: 202, body: { archiveId, sent: false, state: 'waiting' } };
        return { status: answer.sent ? 202 : 200, body: answer };
    }

    private async backfill(mode: BackfillReport['mode'], max: number | undefined): Promise<Answer> {
        const source = await this.opened();
        if (source.status().backfill !== null) throw new BackfillRunning();
        source
            .runBackfill({ mode, max }, () => undefined)
            .then(
                (report) => (this.lastBackfill = { endedAt: new Date().toISOString(), report }),
                (error: unknown) => this.waits.failedLater(error),
            );
        return { status: 202, body: { status: 'started', mode, maxArchives: max ?? null } };
    }

    private async prints(list: ListQuery): Promise<object> {
        const sync = await this.sync();
        const page = await this.waits.inTime('The search', (signal) => listPage(sync.delivery.ledger, list, signal));
        const { prints, total, more, next } = page;
        const answers = prints.map((record) => printAnswer(rowOf(sync, record)));
        return { prints: answers, total, more, next: next && textOfPlace(next) };
    }

    private async figures(filter: PrintFilter, days: readonly string[]): Promise<object> {
        const { ledger } = (await this.sync()).delivery;
        return this.waits.inTime('The search', (signal) => figuresOf(ledger, filter, days, signal));
    }

    private async release(batch: string, verdict: Verdict, pieces: number | undefined): Promise<Answer> {
        const source = await this.opened();
        const answer = await this.waits.patiently(source.release(batch, verdict, pieces));
        if (answer === undefined)
            return {
                status: 202,
                body: { batch, ...(pieces === undefined ? { verdict } : { pieces }), sent: false, state: 'waiting' },
            };
        return { status: answer.sent ? 202 : 200, body: answer };
    }

    private async apply(batch: string, less: boolean): Promise<Answer> {
        const answer = await this.waits.patiently((await this.opened()).apply(batch, less));
        return { status: 202, body: answer ?? { batch, sent: false, state: 'waiting' } };
    }

    /** Many prints take long: then it is answered as begun, with how many there are. */
    private async importOffered(batch: string | null): Promise<Answer> {
        const { offered } = (await this.opened()).manual;
        const count = batch === null ? offered.list().length : 1;
        const answer = await this.waits.patiently(offered.import(batch));
        if (answer === undefined) return { status: 202, body: { sent: 0, remaining: count, state: 'waiting' } };
        return { status: answer.sent > 0 ? 202 : 200, body: answer };
    }

    /** @throws ServiceError 503 where there is none, or it cannot work */
    private async opened(): Promise<Source> {
        return this.waits.whenReady(this.served().opened);
    }

    private async sync(): Promise<Sync> {
        return this.waits.whenReady(this.served().store());
    }

    /** @throws ServiceError 503, 404 */
    private served(): ServedPrints {
        const source = this.selected();
        if (source.of === 'prints') return source;
        throw new ServiceError(404, 'The source of this service API offers products: see /catalog/status');
    }

    /** @throws ServiceError 503, 404 */
    private servedCatalog(): ServedCatalog {
        const source = this.selected();
        if (source.of === 'catalog') return source;
        throw new ServiceError(404, 'The source of this service API offers prints: see /sync/status');
    }

    private selected(): ServedSource {
        const source = this.options.source();
        if (source === null)
            throw new ServiceError(503, 'No source is selected: select one in the service API node, and deploy');
        return source;
    }
}
