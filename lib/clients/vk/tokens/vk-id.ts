import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { serverAddress } from '../../../http/address';
import { AuthError, ConfigError, UnavailableError } from '../../../http/errors';
import { Http } from '../../../http/http';
import { checked } from '../answers';
import { VK_ID_FORM } from '../own-form';
import { VK } from '../server-traits';

export interface VkIdSettings {
    /** `https://id.vk.com`, see `vkIdAddress` */
    url: string;
    /** number of the application */
    clientId: string;
    /** seconds */
    timeout: number;
    /** as `VkSettings.ca` */
    ca: string;
}

/** What VK ID hands out. */
export interface TokenPair {
    accessToken: string;
    /** empty: there is none, so that the access token cannot be renewed */
    refreshToken: string;
    /** ms since 1970; null: not known */
    endsAt: number | null;
    /** rights, with blanks between; null: not told */
    scope: string | null;
}

/** A sign-in that a person is to finish in a browser. */
export interface SignIn {
    /** to open */
    url: string;
    /** comes back with the person, and is good once */
    state: string;
    /** never leaves the runtime before the code is redeemed */
    verifier: string;
}

/** What VK ID sends the browser back with. */
export interface SignInCallback {
    code: string;
    deviceId: string;
    state: string;
}

export const SCOPE = 'market photos groups';
const SIGN_IN_AGAIN = 'Sign in to VK again in the community node.';
/** Of OAuth: a person has to sign in again. What VK ID calls it is not documented but for the first. */
const ENDED = ['invalid_grant', 'invalid_token', 'access_denied', 'invalid_request'];
const BUSY = ['temporarily_unavailable', 'server_error', 'slow_down'];
const HOSTS: Readonly<Record<string, string>> = {
    'api.vk.com': 'https://id.vk.com',
    'api.vk.ru': 'https://id.vk.ru',
    'partners.api.vk.ru': 'https://id.vk.ru',
};

const answerSchema = v.looseObject({
    access_token: v.pipe(v.string(), v.minLength(1)),
    refresh_token: v.fallback(v.optional(v.string(), ''), ''),
    expires_in: v.fallback(v.optional(v.nullable(v.pipe(v.number(), v.minValue(0))), null), null),
    scope: v.fallback(v.optional(v.nullable(v.string()), null), null),
    state: v.fallback(v.optional(v.string()), undefined),
});

/** Where VK ID is that belongs to an API; an own address answers for both. @param apiAddress as `serverAddress` gives it */
export function vkIdAddress(apiAddress: string): string {
    return HOSTS[new URL(apiAddress).host] ?? apiAddress;
}

/**
 * Begins a sign-in (OAuth with PKCE, S256).
 * @param redirectUri an address that is entered in the application's cabinet, word for word
 */
export function beginSignIn({ url, clientId }: VkIdSettings, redirectUri: string): SignIn {
    const verifier = randomBytes(48).toString('base64url');
    const state = randomBytes(24).toString('base64url');
    const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
    });
    return { url: `${url}/authorize?${query.toString()}`, state, verifier };
}

/**
 * Reads the address that the browser landed on; people paste it where VK cannot reach the editor.
 * @returns null where it holds no code
 */
export function readCallback(address: string): SignInCallback | null {
    if (!URL.canParse(address.trim())) return null;
    const { search, hash } = new URL(address.trim());
    const query = new URLSearchParams(`${search.slice(1)}&${hash.slice(1)}`);
    const [code, deviceId, state] = ['code', 'device_id', 'state'].map((name) => query.get(name) ?? '');
    return code === '' || deviceId === '' ? null : { code: code!, deviceId: deviceId!, state: state! };
}

/** Reads an address that the browser landed on without a code. @returns null where it tells no refusal of a sign-in */
export function readRefusal(address: string): { state: string; error: string } | null {
    if (!URL.canParse(address.trim())) return null;
    const { search, hash } = new URL(address.trim());
    const query = new URLSearchParams(`${search.slice(1)}&${hash.slice(1)}`);
    const [state, error] = [query.get('state') ?? '', query.get('error') ?? ''];
    return state === '' || error === '' ? null : { state, error: error.slice(0, 100) };
}

/** Redeems what a person came back with. @throws AuthError, UnavailableError, ConfigError */
export function redeemCode(
    settings: VkIdSettings,
    { code, deviceId, state }: SignInCallback,
    { verifier, redirectUri }: { verifier: string; redirectUri: string },
    now: number,
): Promise<TokenPair> {
    const form = {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
        device_id: deviceId,
        state,
    };
    return ask(settings, form, [code, verifier], now);
}

/**
 * Spends a refresh token. The answer has another, and the old one is used up, even where the answer is lost.
 * @param now ms since 1970
 * @throws AuthError where a person must sign in again; UnavailableError, ConfigError
 */
export function renewPair(
    settings: VkIdSettings,
    { refreshToken, deviceId }: { refreshToken: string; deviceId: string },
    now: number,
    signal?: AbortSignal,
): Promise<TokenPair> {
    const state = randomBytes(24).toString('base64url');
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, device_id: deviceId, state, scope: SCOPE };
    return ask(settings, form, [refreshToken], now, signal);
}

async function ask(
    { url, clientId, timeout, ca }: VkIdSettings,
    form: Record<string, string>,
    secrets: string[],
    now: number,
    signal?: AbortSignal,
): Promise<TokenPair> {
    const address = serverAddress(url, { ...VK, apiPath: '/oauth2/auth' });
    const http = new Http({
        server: VK,
        baseUrl: address,
        headers: {},
        secrets,
        timeoutMs: timeout * 1000,
        insecure: false,
        ca,
        ownForm: VK_ID_FORM,
    });
    try {
        const answer = await http.request('POST', '/oauth2/auth', {
            fields: { ...form, client_id: clientId },
            accept: [400, 401, 403],
            signal,
        });
        const { error, error_description: why } = answer.body as Record<string, unknown>;
        if (typeof error === 'string') throw refusal(address, error, typeof why === 'string' ? why : '');
        const pair = checked(answerSchema, answer.body, 'POST /oauth2/auth');
        if (pair.state !== undefined && pair.state !== form['state'])
            throw new AuthError(`VK ID (${address}) answered another sign-in than ours. ${SIGN_IN_AGAIN}`, {
                server: 'VK',
            });
        return {
            accessToken: pair.access_token,
            refreshToken: pair.refresh_token,
            endsAt: pair.expires_in === null || pair.expires_in === 0 ? null : now + pair.expires_in * 1000,
            scope: pair.scope,
        };
    } finally {
        http.close();
    }
}

function refusal(address: string, error: string, why: string): AuthError | ConfigError | UnavailableError {
    const told = `VK ID (${address}) answered ${error}${why === '' ? '' : `: ${why.slice(0, 200)}`}`;
    if (BUSY.includes(error)) return new UnavailableError(told, { server: 'VK', outcome: 'unknown' });
    if (ENDED.includes(error)) return new AuthError(`${told}. ${SIGN_IN_AGAIN}`, { server: 'VK' });
    return new ConfigError(`${told}. Are the number of the application and its redirect address right?`, {
        server: 'VK',
        setting: 'clientId',
    });
}
