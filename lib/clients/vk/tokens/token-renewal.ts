import { AuthError, Failure } from '../../../http/errors';
import type { Clock } from '../../../concurrency/clock';
import { KeyedMutex } from '../../../concurrency/keyed-mutex';
import type { AccessTokens } from './access-tokens';
import type { TokenPair } from './vk-id';

/** Where the live pair rests; one for each client and device id, whichever communities use it. */
export interface TokenStore {
    /** @returns null: nobody has signed in */
    read(): Promise<TokenPair | null>;
    /** Resolves when it is on the disk. */
    write(pair: TokenPair): Promise<void>;
}

export interface RenewalParts {
    store: TokenStore;
    /** number of the application; empty: the token was pasted and cannot be renewed */
    clientId: string;
    deviceId: string;
    /** asks VK ID, as `renewPair` does */
    renew: (refreshToken: string, signal?: AbortSignal) => Promise<TokenPair>;
    clock: Clock;
}

/** So long before its end a token is renewed: they live an hour, and public clients renew after 55 minutes. */
const EARLY_MS = 5 * 60_000;
const SIGN_IN = 'Sign in to VK in the community node.';

/**
 * The access token of a community, renewed before it ends: one renewal at a time for a client and device id in this
 * process, and a new refresh token is on the disk before it is used, since the old one is spent.
 */
export class TokenRenewal implements AccessTokens {
    private pair: TokenPair | null = null;
    /** what VK gave and the disk did not take yet: it is not used, and not lost */
    private unsaved: TokenPair | null = null;
    /** a refresh token that VK does not take any more, with what it said */
    private refused: { refreshToken: string; error: AuthError } | null = null;
    private readonly old = new Set<string>();

    constructor(private readonly parts: RenewalParts) {}

    async current(signal?: AbortSignal): Promise<string> {
        const pair = (this.pair ??= await this.read());
        if (pair === null)
            throw new AuthError(`VK has no access token for this community. ${SIGN_IN}`, { server: 'VK' });
        const { clock } = this.parts;
        if (pair.endsAt === null || clock.now() < pair.endsAt - EARLY_MS || !this.isRenewable(pair))
            return pair.accessToken;
        try {
            await this.renew(pair.accessToken, signal);
        } catch (error) {
            // it is good for some minutes yet
            if (clock.now() >= pair.endsAt || !(error instanceof Failure)) throw error;
        }
        return this.pair?.accessToken ?? pair.accessToken;
    }

    renew(ended: string, signal?: AbortSignal): Promise<boolean> {
        const { clientId, deviceId } = this.parts;
        return KeyedMutex.for('VK ID').run(`${clientId}/${deviceId}`, () => this.renewOnce(ended, signal));
    }

    /**
     * A person has signed in: this pair takes the place of what there was.
     * @throws AuthError for one without the right "market": a token that works is kept
     */
    async signedIn(pair: TokenPair): Promise<void> {
        if (pair.scope !== null && !hasMarket(pair.scope))
            throw new AuthError(
                'VK signed in without the right "market". Ask for it in the cabinet of the application (accesses "goods" and "communities"), then sign in again.',
                { server: 'VK' },
            );
        await this.keep(pair);
    }

    secrets(): readonly string[] {
        const pairs = [this.pair, this.unsaved].filter((pair) => pair !== null);
        return [...this.old, ...pairs.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])];
    }

    private async renewOnce(ended: string, signal?: AbortSignal): Promise<boolean> {
        if (this.unsaved !== null) await this.keep(this.unsaved);
        // somebody else may have renewed it, or a person signed in
        const pair = await this.read();
        this.pair = pair;
        if (pair === null || (pair.accessToken !== ended && pair.accessToken !== '')) return pair !== null;
        if (!this.isRenewable(pair)) return false;
        const { refreshToken } = pair;
        if (this.refused?.refreshToken === refreshToken) throw this.refused.error;
        try {
            const next = await this.parts.renew(refreshToken, signal);
            // should VK ever keep the old one, it is still the one to renew with
            await this.keep({ ...next, refreshToken: next.refreshToken === '' ? refreshToken : next.refreshToken });
            return true;
        } catch (error) {
            if (error instanceof AuthError) this.refused = { refreshToken, error };
            throw error;
        }
    }

    private async read(): Promise<TokenPair | null> {
        const pair = await this.parts.store.read();
        if (pair !== null) this.forgetNot(pair);
        return pair;
    }

    private async keep(pair: TokenPair): Promise<void> {
        this.unsaved = pair;
        this.forgetNot(pair);
        await this.parts.store.write(pair);
        this.unsaved = null;
        this.pair = pair;
        this.refused = null;
    }

    private isRenewable({ refreshToken }: TokenPair): boolean {
        const { clientId, deviceId } = this.parts;
        return refreshToken !== '' && clientId !== '' && deviceId !== '';
    }

    /** A text may hold the token of before: an answer that comes late. */
    private forgetNot({ accessToken, refreshToken }: TokenPair): void {
        for (const secret of [accessToken, refreshToken]) {
            this.old.delete(secret);
            this.old.add(secret);
        }
        for (const secret of this.old) if (this.old.size > MOST_OLD) this.old.delete(secret);
    }
}

const MOST_OLD = 8;

/** Whether a scope holds the right to edit goods. */
export function hasMarket(scope: string): boolean {
    return scope.split(/[\s,]+/).includes('market');
}
