import { EvotorClient } from '../../lib/clients/evotor/client';
import { systemClock } from '../../lib/concurrency/clock';
import { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { liveToken, tokenIn } from '../../lib/sources/evotor/accounts/cloud-token';
import { TokenAdoption } from '../../lib/sources/evotor/accounts/token-adoption';
import type { AccountRecord } from '../../lib/store/catalog/records';
import type { OpenCatalog } from '../runtime/flow/catalog-nodes';
import { wordsOf } from '../runtime/flow/catalog-source';
import { AccountLine, type LineParts } from './account-line';
import type { AccountLines } from './account-lines';

/** An account that Evotor linked by webhook and a person approved. */
interface Linked {
    adoption: TokenAdoption;
    breaker: CircuitBreaker;
    /** null: there is no token for it yet */
    line: AccountLine | null;
}

export interface LinkedParts extends OpenCatalog, Pick<LineParts, 'settings' | 'events' | 'isPaused'> {
    /** accounts came or went */
    changed: () => void;
}

const SECONDS = 20;

/** All accounts of a catalog that Evotor linked by webhook and a person approved; they come and go while the source runs. */
export class LinkedLines implements AccountLines {
    private readonly linked = new Map<string, Linked>();
    private readonly closing = new Set<Promise<unknown>>();
    private readonly unlisten: () => void;
    private isStarted = false;
    /** ids of all linked accounts, whatever their state; null: they may have changed */
    private known: readonly string[] | null = null;

    constructor(private readonly parts: LinkedParts) {
        for (const { id } of parts.catalog.all('accounts')) this.follow(id, false);
        this.unlisten = parts.catalog.onChange((collection, key) => {
            if (collection === 'accounts') {
                this.known = null;
                this.follow(key, true);
            }
            if (collection === 'tokens' && key.startsWith(liveToken(''))) this.tokenChanged(key);
        });
    }

    all(): AccountLine[] {
        return [...this.linked.values()].flatMap(({ line }) => (line === null ? [] : [line]));
    }

    accounts(): readonly string[] {
        return (this.known ??= [...this.parts.catalog.all('accounts')].filter(isLinked).map(({ id }) => id));
    }

    clientOf(account: string): EvotorClient | null {
        return this.linked.get(account)?.line?.parts.client ?? null;
    }

    start(atOnce: boolean): void {
        this.isStarted = true;
        for (const { line, adoption } of this.linked.values()) {
            line?.start(atOnce);
            adoption.start();
        }
    }

    async close(): Promise<void> {
        this.unlisten();
        for (const id of [...this.linked.keys()]) this.end(id);
        await Promise.allSettled([...this.closing]);
    }

    private follow(id: string, atOnce: boolean): void {
        const account = this.parts.catalog.get('accounts', id);
        const isRead = account !== undefined && isLinked(account) && account.state === 'active';
        if (isRead && !this.linked.has(id)) this.begin(id, atOnce);
        if (!isRead && this.linked.has(id)) this.end(id);
    }

    private begin(account: string, atOnce: boolean): void {
        const { catalog, vault, events } = this.parts;
        const breaker = new CircuitBreaker('Evotor');
        breaker.watch(({ downSince, error }) => {
            if (downSince !== null && error !== null) events.warned(account, error);
        });
        const adoption = new TokenAdoption({
            catalog,
            vault,
            clock: systemClock,
            account,
            connect: (token) => this.connect(token),
            // the line hears of the token itself
            adopted: () => undefined,
            onWarning: (text) => events.warned(account, text),
        });
        this.linked.set(account, { adoption, breaker, line: null });
        this.open(account, atOnce);
        if (this.isStarted) adoption.start();
        this.parts.changed();
    }

    private open(account: string, atOnce: boolean): void {
        const { catalog, vault, settings, events, isPaused } = this.parts;
        const linked = this.linked.get(account);
        if (linked === undefined || linked.line !== null) return;
        try {
            const token = tokenIn(vault, liveToken(account));
            if (token === null) return;
            const { breaker } = linked;
            linked.line = new AccountLine({
                account,
                client: this.connect(token),
                catalog,
                breaker,
                settings,
                events,
                isPaused,
            });
            if (this.isStarted) linked.line.start(atOnce);
        } catch (error) {
            events.failed(account, error instanceof Error ? error : new Error(wordsOf(error)));
        }
    }

    private tokenChanged(key: string): void {
        const account = key.slice(liveToken('').length);
        const linked = this.linked.get(account);
        if (linked === undefined) return;
        if (linked.line === null) this.open(account, true);
        else {
            const token = tokenIn(this.parts.vault, key);
            if (token !== null) linked.line.useToken(token);
        }
        this.parts.changed();
    }

    private end(account: string): void {
        const linked = this.linked.get(account);
        if (linked === undefined) return;
        this.linked.delete(account);
        const { line, adoption, breaker } = linked;
        const closing = Promise.allSettled([line?.close(), adoption.close()]).finally(() => {
            line?.parts.client.close();
            breaker.close();
            this.closing.delete(closing);
        });
        this.closing.add(closing);
        this.parts.changed();
    }

    private connect(token: string): EvotorClient {
        return new EvotorClient({
            url: this.parts.settings.url,
            token,
            authorization: 'auto',
            timeout: SECONDS,
        });
    }
}

/** Whether Evotor linked it by webhook: it is typed in no config node. */
function isLinked({ source, node }: Readonly<AccountRecord>): boolean {
    return source === 'evotor' && node === undefined;
}
