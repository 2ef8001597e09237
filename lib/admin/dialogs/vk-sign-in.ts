import { VK } from '../../clients/vk/server-traits';
import { hasMarket } from '../../clients/vk/tokens/token-renewal';
import {
    beginSignIn,
    readCallback,
    readRefusal,
    redeemCode,
    vkIdAddress,
    type SignInCallback,
    type TokenPair,
    type VkIdSettings,
} from '../../clients/vk/tokens/vk-id';
import { isFresh } from '../../concurrency/clock';
import { serverAddress } from '../../http/address';
import { AuthError } from '../../http/errors';
import { MASK } from './connection';
import { aboutServer, problem, problemOf, ProblemError, type Problem } from './problem';
import type { Connection, SignInBegun, SignInResult } from './wire';

/** A person signs in, and maybe confirms by a code on a telephone. */
const LIFE_MS = 10 * 60_000;
/** Sign-ins that are open at one time. */
const MOST = 20;

interface PendingSignIn {
    settings: VkIdSettings;
    redirectUri: string;
    verifier: string;
    /** when it began, ms since 1970 */
    at: number;
    /** the browser came back with it: it is good for nothing else any more */
    isUsed: boolean;
    /** null: not known yet */
    outcome: { pair: TokenPair; deviceId: string } | { problem: Problem } | null;
}

/**
 * Sign-ins at VK ID (OAuth with PKCE) that a person began in the dialog of a community. The browser comes back to the
 * callback route, or a person pastes the address where it landed; the dialog is given the tokens once.
 */
export class VkSignIns {
    /** by state */
    private readonly pending = new Map<string, PendingSignIn>();

    constructor(private readonly now: () => number = Date.now) {}

    /**
     * Begins one.
     * @param connection as the dialog shows it, with `clientId` and `redirectUri` among its texts
     * @param storedClientId of the deployed node, for one that was not typed anew
     * @returns the page of VK to open, and what the result is asked by
     */
    begin({ url, timeout, texts }: Connection, storedClientId: string): SignInBegun {
        const about = aboutServer(VK, url);
        try {
            const { redirectUri = '', ca = '' } = texts;
            const clientId = texts['clientId'] === MASK ? storedClientId : (texts['clientId'] ?? '');
            if (clientId === '') throw new ProblemError(problem('noSecret', { ...about, secret: 'client id' }));
            if (!/^https?:\/\//i.test(redirectUri) || !URL.canParse(redirectUri))
                throw new ProblemError(problem('badAddress', { ...about, address: redirectUri }));
            const settings = {
                url: vkIdAddress(serverAddress(url || 'https://api.vk.com', VK)),
                clientId,
                timeout,
                ca,
            };
            const { url: page, state, verifier } = beginSignIn(settings, redirectUri);
            this.tidy();
            const at = this.now();
            this.pending.set(state, { settings, redirectUri, verifier, at, isUsed: false, outcome: null });
            return { url: page, state, problem: null };
        } catch (error) {
            return { url: null, state: null, problem: problemOf(error, about) };
        }
    }

    /**
     * The browser came back. A state is good once, and for ten minutes.
     * @param address where it landed, as a person pasted it or with the query of the callback
     * @returns whether it was a sign-in of ours; what came of it is asked by `result`
     */
    async land(address: string): Promise<boolean> {
        const landing = readCallback(address);
        const refusal = landing === null ? readRefusal(address) : null;
        const signIn = this.open(landing?.state ?? refusal?.state ?? '');
        if (signIn === undefined || signIn.isUsed) return false;
        signIn.isUsed = true;
        if (landing !== null) signIn.outcome = await this.redeem(signIn, landing);
        else {
            const about = aboutServer(VK, signIn.settings.url);
            signIn.outcome = { problem: problem('vkSignIn', about, `VK ID answered ${refusal!.error}`) };
        }
        return true;
    }

    /** @returns with `done` the tokens, once: they go into the dialog's password fields */
    result(state: string): SignInResult {
        const signIn = this.open(state);
        if (signIn === undefined) return { state: 'ended' };
        const { outcome } = signIn;
        if (outcome === null) return { state: 'waiting' };
        this.pending.delete(state);
        if ('problem' in outcome) return { state: 'problem', problem: outcome.problem };
        const { accessToken, refreshToken } = outcome.pair;
        return { state: 'done', accessToken, refreshToken, deviceId: outcome.deviceId };
    }

    private async redeem(
        { settings, redirectUri, verifier }: PendingSignIn,
        landing: SignInCallback,
    ): Promise<PendingSignIn['outcome']> {
        const about = aboutServer(VK, settings.url);
        try {
            const pair = await redeemCode(settings, landing, { verifier, redirectUri }, this.now());
            // a token that cannot change goods takes the place of none that can
            if (pair.scope !== null && !hasMarket(pair.scope)) return { problem: problem('vkScope', about) };
            return { pair, deviceId: landing.deviceId };
        } catch (error) {
            if (error instanceof AuthError) return { problem: problem('vkSignIn', about, error.message) };
            return { problem: problemOf(error, about) };
        }
    }

    private open(state: string): PendingSignIn | undefined {
        const signIn = this.pending.get(state);
        return signIn !== undefined && isFresh(signIn.at, LIFE_MS, this.now()) ? signIn : undefined;
    }

    private tidy(): void {
        for (const [state, { at }] of this.pending)
            if (!isFresh(at, LIFE_MS, this.now()) || this.pending.size >= MOST) this.pending.delete(state);
    }
}
