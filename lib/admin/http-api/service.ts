import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClosedError } from '../../http/errors';
import type { Verdict } from '../../store/ledger/records';
import { BackfillRunning } from '../../sources/bambuddy/commands/backfills';
import type { BackfillReport } from '../../sources/bambuddy/commands/backfill';
import { heldPrints } from '../../delivery/open-questions';
import type { Source } from '../../sources/bambuddy/source';
import type { Sync } from '../../sync';
import { failureAnswer, send, type Answer } from './answer';
import { callOf, type Call, type Guard } from './calls/call';
import { jsonObject } from './json-body';
import { openApi } from './calls/openapi';
import { bearsSecret, bearsToken } from './secret';
import type { ServedSource } from './served-source';
import { ServiceError } from './service-error';
import { statusReport } from './status-report';
import { validate } from './validate';
import { tellsOfAnEnd } from './webhook';

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

/** A look at a server, for an answer, takes no longer. */
const LOOK_MS = 10_000;
/** What takes longer goes on, and is answered as begun. */
const PATIENCE_MS = 3_000;

/** Serves scripts, monitors and Bambuddy's webhook over HTTP, for one source. */
export class Service {
    private readonly closed = new AbortController();
    private lastBackfill: { endedAt: string; report: BackfillReport } | null = null;

    constructor(private readonly options: ServiceOptions) {
        setMaxListeners(0, this.closed.signal);
    }

    /** Requests under way are answered as interrupted. */
    close(): void {
        this.closed.abort();
    }

    /** @param below path below the service's own */
    async handle(request: IncomingMessage, response: ServerResponse, below: string, search: string): Promise<void> {
        try {
            const { call, guard } = callOf(request.method ?? 'GET', below, search);
            this.mustBeAllowed(request, guard);
            send(response, await this.perform(call, request));
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

    private async perform(call: Call, request: IncomingMessage): Promise<Answer> {
        switch (call.ask) {
            case 'health':
                return { status: 200, body: { status: 'ok', version: this.options.version } };
            case 'openapi':
                return { status: 200, body: openApi(this.options.version) };
            case 'validate':
                return { status: 200, body: await validate(this.options.source(), this.within(LOOK_MS)) };
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
            case 'release':
                return this.release(call.batch, call.verdict);
            case 'import-offered':
                return this.importOffered(call.batch);
            case 'dismiss-offered':
                return { status: 200, body: await (await this.opened()).manual.offered.dismiss(call.batch) };
            case 'webhook':
                return this.webhook(request);
        }
    }

    /** 202 before any work: whoever sends a webhook does not wait for us. */
    private async webhook(request: IncomingMessage): Promise<Answer> {
        const payload = await jsonObject(request);
        const { opened } = this.served();
        const wakes = tellsOfAnEnd(payload);
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
        const archive = await this.inTime('Bambuddy', (signal) => bambuddy!.archive(archiveId, signal));
        if (archive === null) throw new ServiceError(404, `Bambuddy has no archive ${archiveId}`);
        const work = source.manual.offerArchive(archiveId, force);
        const answer = await this.patiently(work);
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
                (error: unknown) => this.failedLater(error),
            );
        return { status: 202, body: { status: 'started', mode, maxArchives: max ?? null } };
    }

    private async release(batch: string, verdict: Verdict): Promise<Answer> {
        const source = await this.opened();
        const answer = await this.patiently(source.release(batch, verdict));
        if (answer === undefined) return { status: 202, body: { batch, verdict, sent: false, state: 'waiting' } };
        return { status: answer.sent ? 202 : 200, body: answer };
    }

    /** Many prints take long: then it is answered as begun, with how many there are. */
    private async importOffered(batch: string | null): Promise<Answer> {
        const { offered } = (await this.opened()).manual;
        const count = batch === null ? offered.list().length : 1;
        const answer = await this.patiently(offered.import(batch));
        if (answer === undefined) return { status: 202, body: { sent: 0, remaining: count, state: 'waiting' } };
        return { status: answer.sent > 0 ? 202 : 200, body: answer };
    }

    /** @throws ServiceError 503 where there is none, or it cannot work */
    private async opened(): Promise<Source> {
        return this.whenReady(this.served().opened);
    }

    private async sync(): Promise<Sync> {
        return this.whenReady(this.served().store());
    }

    private served(): ServedSource {
        const source = this.options.source();
        if (source === null)
            throw new ServiceError(503, 'No source is selected: select one in the service API node, and deploy');
        return source;
    }

    private async whenReady<T>(work: Promise<T>): Promise<T> {
        const ready = await this.race(
            work.catch((error: unknown) => {
                throw new ServiceError(503, error instanceof Error ? error.message : String(error));
            }),
            LOOK_MS,
        );
        if (ready === undefined) throw new ServiceError(503, 'The source is not ready yet');
        return ready;
    }

    private async inTime<T>(server: string, look: (signal: AbortSignal) => Promise<T>): Promise<T> {
        try {
            return await look(this.within(LOOK_MS));
        } catch (error) {
            if (!(error instanceof ClosedError) || this.closed.signal.aborted) throw error;
            throw new ServiceError(503, `${server} did not answer within ${LOOK_MS / 1000} s`);
        }
    }

    /** @returns undefined where it takes longer: it goes on */
    private async patiently<T>(work: Promise<T>): Promise<T | undefined> {
        const answer = await this.race(work, PATIENCE_MS);
        if (answer === undefined) work.catch((error: unknown) => this.failedLater(error));
        return answer;
    }

    private race<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
        const { signal } = this.closed;
        if (signal.aborted) return Promise.reject(new ClosedError());
        let end: () => void = () => undefined;
        const over = new Promise<undefined>((resolve, reject) => {
            const timer = setTimeout(() => resolve(undefined), ms);
            const leave = (): void => reject(new ClosedError());
            signal.addEventListener('abort', leave, { once: true });
            end = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', leave);
            };
        });
        return Promise.race([work, over]).finally(end);
    }

    private within(ms: number): AbortSignal {
        const signal = AbortSignal.any([this.closed.signal, AbortSignal.timeout(ms)]);
        setMaxListeners(0, signal);
        return signal;
    }

    private failedLater(error: unknown): void {
        if (error instanceof ClosedError) return;
        this.options.failed(error instanceof Error ? error : new Error(String(error)));
    }
}
