import { createHash } from 'node:crypto';
import { VK } from '../../lib/clients/vk/server-traits';
import { TokenRenewal } from '../../lib/clients/vk/tokens/token-renewal';
import { renewPair, vkIdAddress, type TokenPair } from '../../lib/clients/vk/tokens/vk-id';
import { systemClock, type Clock } from '../../lib/concurrency/clock';
import { serverAddress } from '../../lib/http/address';
import type { Secret, TokenVault } from '../../lib/store/catalog/token-vault';
import type { VkCredential } from '../runtime/flow/catalog-nodes';

type Seed = Readonly<Record<VkCredential, string>>;

/**
 * Who makes calls, told without a token: communities with the same client and device share one live pair. A pasted token
 * is told by its fingerprint.
 */
export function ownerOf(node: string, { accessToken, clientId, deviceId }: Seed): string {
    if (clientId !== '' && deviceId !== '') return `${clientId}/${deviceId}`;
    if (accessToken === '') return node;
    return createHash('sha256').update(accessToken).digest('hex').slice(0, 16);
}

/** Under which name a community's live pair rests in the vault. */
export function tokenIdOf(node: string, { clientId, deviceId }: Seed): string {
    return clientId !== '' && deviceId !== '' ? `vk:${clientId}/${deviceId}` : `vk:${node}`;
}

/**
 * The tokens of a community: the live pair rests in the vault, what is typed is the seed of it.
 * @param node id of the community's node
 */
export function renewalOf(
    node: string,
    vault: TokenVault,
    seed: Seed,
    { url, timeout, ca }: { url: string; timeout: number; ca: string },
    clock: Clock = systemClock,
): TokenRenewal {
    const { accessToken, refreshToken, clientId, deviceId } = seed;
    const id = tokenIdOf(node, seed);
    const vkId = { url: vkIdAddress(serverAddress(url, VK)), clientId, timeout, ca };
    return new TokenRenewal({
        store: {
            read: async () => pairOf(await vault.live(id, { accessToken, refreshToken }, node)),
            write: (pair) => vault.renew(id, secretOf(pair)),
        },
        clientId,
        deviceId,
        renew: (spent, signal) => renewPair(vkId, { refreshToken: spent, deviceId }, clock.now(), signal),
        clock,
    });
}

function pairOf(secret: Secret | null): TokenPair | null {
    if (secret === null) return null;
    const { accessToken = '', refreshToken = '', endsAt, scope } = secret;
    return {
        accessToken: String(accessToken),
        refreshToken: String(refreshToken),
        endsAt: typeof endsAt === 'number' ? endsAt : null,
        scope: typeof scope === 'string' ? scope : null,
    };
}

function secretOf({ accessToken, refreshToken, endsAt, scope }: TokenPair): Secret {
    return {
        accessToken,
        refreshToken,
        ...(endsAt === null ? {} : { endsAt }),
        ...(scope === null ? {} : { scope }),
    };
}
