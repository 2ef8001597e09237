import { createHash } from 'node:crypto';
import type { RateState, RateStore } from '../../clients/vk/rates';
import type { TokenStore } from '../../clients/vk/token-renewal';
import type { TokenPair } from '../../clients/vk/vk-id';
import type { Catalog } from '../../store/catalog/catalog';
import type { Secret, TokenVault } from '../../store/catalog/token-vault';

/** What stays the same of a token while it is renewed, and tells nothing of it. */
export function ownerOf({ clientId, deviceId, accessToken }: Credentials): string {
    const what = clientId !== '' && deviceId !== '' ? `${clientId}/${deviceId}` : accessToken;
    return createHash('sha256').update(what).digest('hex').slice(0, 16);
}

/** As they are typed in the dialog. */
export interface Credentials {
    accessToken: string;
    refreshToken: string;
    clientId: string;
    deviceId: string;
}

/** The calls of a token in the catalog: figures by month, and the gate that stays shut over restarts. */
export function catalogRates(catalog: Catalog, owner: string): RateStore {
    const id = `vk-rates:${owner}`;
    return {
        read: () => {
            const note = catalog.meta(id);
            return note === undefined ? null : (JSON.parse(note) as RateState);
        },
        write: (state) => {
            catalog.setDeferred('meta', { id, value: JSON.stringify(state) });
            if (state.month !== '')
                catalog.setDeferred('calls', { month: state.month, token: owner, count: state.calls });
        },
    };
}

/**
 * The live pair of a token in the catalog, encrypted. What is typed is a seed, which counts once.
 * @throws LockedToken
 */
export function catalogTokens(vault: TokenVault, typed: Credentials): TokenStore {
    const id = `vk:${ownerOf(typed)}`;
    const seed: Secret = { accessToken: typed.accessToken, refreshToken: typed.refreshToken };
    return {
        read: async () => {
            const live = await vault.live(id, seed);
            return live === null ? null : pairOf(live);
        },
        write: ({ accessToken, refreshToken, endsAt, scope }) =>
            vault.renew(id, {
                accessToken,
                refreshToken,
                ...(endsAt === null ? {} : { endsAt }),
                ...(scope === null ? {} : { scope }),
            }),
    };
}

function pairOf(secret: Secret): TokenPair {
    const text = (name: string): string => {
        const value = secret[name];
        return typeof value === 'string' ? value : '';
    };
    const { endsAt } = secret;
    return {
        accessToken: text('accessToken'),
        refreshToken: text('refreshToken'),
        endsAt: typeof endsAt === 'number' ? endsAt : null,
        scope: secret['scope'] === undefined ? null : text('scope'),
    };
}
