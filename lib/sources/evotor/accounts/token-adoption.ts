import type { EvotorClient } from '../../../clients/evotor/client';
import type { Clock } from '../../../concurrency/clock';
import { CoalescedRun } from '../../../concurrency/coalesced-run';
import { ClosedError } from '../../../http/errors';
import { adoptToken, newToken } from './cloud-token';
import type { AccountsParts } from './accounts';

export interface AdoptionParts extends Pick<AccountsParts, 'catalog' | 'vault'> {
    clock: Clock;
    /** id of the account's record */
    account: string;
    /** makes a connection with a token */
    connect: (token: string) => EvotorClient;
    /** another token is in use now */
    adopted: (token: string) => void;
    /** told what a person should know */
    onWarning: (text: string) => void;
}

const MINUTE = 60_000;
/** A token that nothing can be said of is tried again so much later. */
const AGAIN_MS: readonly number[] = [1, 5, 15, 60].map((minutes) => minutes * MINUTE);

/** Takes tokens into use that Evotor sends for an account, while that is active. */
export class TokenAdoption {
    private readonly closed = new AbortController();
    private readonly looks = new CoalescedRun(() => this.look());
    private readonly unlisten: () => void;
    private attempts = 0;
    private told = '';

    constructor(private readonly parts: AdoptionParts) {
        const { catalog, account } = parts;
        this.unlisten = catalog.onChange((collection, key) => {
            const isNew = collection === 'tokens' && key === newToken(account);
            if (!isNew && !(collection === 'accounts' && key === account)) return;
            if (isNew) this.attempts = 0;
            this.start();
        });
    }

    /** Looks whether there is one. */
    start(): void {
        if (this.closed.signal.aborted) return;
        // what goes wrong is told there
        this.looks.run().catch(() => undefined);
    }

    async close(): Promise<void> {
        this.unlisten();
        this.closed.abort();
        await this.looks.inFlight?.catch(() => undefined);
    }

    private async look(): Promise<void> {
        const { catalog, vault, account: id, connect, adopted } = this.parts;
        const account = catalog.get('accounts', id);
        if (account?.state !== 'active' || catalog.get('tokens', newToken(id)) === undefined) return;
        const about = `Evotor has sent a new token for the account ${account.name ?? account.user ?? id}`;
        try {
            const what = await adoptToken({ catalog, vault }, account, connect, adopted, this.closed.signal);
            if (what === 'foreign') this.warn(`${about}, which reads the stores of another account: it is not used.`);
            if (what === 'unsaid') this.again(`${about}, which reads no store yet: it is tried again, and not used.`);
        } catch (error) {
            if (error instanceof ClosedError) return;
            this.again(`${about}, which could not be tried: ${error instanceof Error ? error.message : String(error)}`);
        }
    }

    private again(why: string): void {
        this.warn(why);
        const ms = AGAIN_MS[Math.min(this.attempts++, AGAIN_MS.length - 1)]!;
        this.parts.clock.sleep(ms, this.closed.signal).then(
            () => this.start(),
            () => undefined,
        );
    }

    private warn(text: string): void {
        if (text !== this.told) this.parts.onWarning(text);
        this.told = text;
    }
}
