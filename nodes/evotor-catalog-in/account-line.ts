import type { EvotorClient } from '../../lib/clients/evotor/client';
import { systemClock } from '../../lib/concurrency/clock';
import { CatalogPasses } from '../../lib/delivery/products/catalog-passes';
import { inTime } from '../../lib/delivery/retry/answer-in-time';
import type { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../lib/delivery/retry/retry-while-unavailable';
import type { PassProgress, PassReport } from '../../lib/sources/catalog/pass-report';
import { readAccount } from '../../lib/sources/evotor/account-pass';
import { AccountReaders } from '../../lib/sources/evotor/accounts/account-readers';
import type { Catalog } from '../../lib/store/catalog/catalog';
import { NOTHING_READ } from '../runtime/flow/catalog-source';
import type { ValuesOf } from '../runtime/settings/read-settings';
import { pictureLooks, type PictureLooks } from './picture-looks';
import type { SETTINGS } from './settings';

/** What is told of an account that is being read. */
export interface LineEvents {
    /** how far a pass is; null: none is under way */
    reading: (account: string, progress: PassProgress | null) => void;
    done: (account: string, report: PassReport) => void;
    failed: (account: string, error: unknown) => void;
    warned: (account: string, text: string) => void;
}

export interface LineParts {
    /** id of the account's record */
    account: string;
    client: EvotorClient;
    catalog: Catalog;
    breaker: CircuitBreaker;
    settings: ValuesOf<typeof SETTINGS.settings>;
    events: LineEvents;
    /** whether a person has paused the source */
    isPaused: () => boolean;
}

/** One account that is read, with passes, pictures and a line to Evotor of its own: what goes wrong with it stays with it. */
export class AccountLine {
    readonly passes: CatalogPasses<PassReport>;
    private readonly pictures: PictureLooks;
    private readonly leave: () => void;

    constructor(readonly parts: LineParts) {
        const { account, client, catalog, breaker, settings, events } = parts;
        this.passes = new CatalogPasses<PassReport>({
            clock: systemClock,
            intervalMs: { all: settings.interval * 1000, stock: settings.stockInterval * 1000 },
            read: (kind, signal) => retryWhileUnavailable(breaker, () => this.read(kind, signal), signal),
            done: (_kind, report) => {
                events.done(account, report);
                this.pictures.look();
            },
            failed: (error) => events.failed(account, error),
        });
        this.pictures = pictureLooks((text) => events.warned(account, text), { client, catalog, account }, settings);
        this.leave = AccountReaders.of(catalog).add({
            account,
            isTyped: false,
            stop: () => this.close(),
            wake: (what) => this.passes.soon(what),
        });
    }

    /** @param atOnce whether the first pass is made now, or after an interval */
    start(atOnce: boolean): void {
        if (this.parts.isPaused()) this.passes.pause();
        this.passes.start(atOnce);
        this.pictures.look();
    }

    /** A pass over all, in the time that a person waits for. @throws as `CatalogPasses.refresh`; Failure of an outage */
    refresh(): Promise<PassReport> {
        return inTime([this.parts.breaker], () => this.passes.refresh());
    }

    /** The account has another token. */
    useToken(token: string): void {
        this.parts.client.useToken(token);
        this.parts.breaker.wake();
        this.passes.soon('all');
    }

    async close(): Promise<void> {
        this.leave();
        await Promise.allSettled([this.passes.close(), this.pictures.close()]);
    }

    private async read(kind: 'all' | 'stock', signal: AbortSignal): Promise<PassReport> {
        const { account, client, catalog, events } = this.parts;
        events.reading(account, NOTHING_READ);
        try {
            return await readAccount(
                {
                    client,
                    catalog,
                    account,
                    onWarning: (text) => events.warned(account, text),
                    progress: (progress) => events.reading(account, progress),
                },
                kind === 'all' ? 'full' : 'stock',
                signal,
            );
        } finally {
            events.reading(account, null);
        }
    }
}
