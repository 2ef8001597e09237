import type { EvotorStore, Row } from '../../../clients/evotor/answers';
import type { EvotorClient } from '../../../clients/evotor/client';
import { isReadable } from '../../../http/checked';
import type { Catalog } from '../../../store/catalog/catalog';
import type { AccountRecord } from '../../../store/catalog/records';
import type { TokenVault } from '../../../store/catalog/token-vault';

/** Under which name the token in use rests in the vault. @param account id of its record */
export function liveToken(account: string): string {
    return `evotor:${account}`;
}

/** Under which name a token rests that Evotor has sent, and that nobody has tried yet. */
export function newToken(account: string): string {
    return `evotor-new:${account}`;
}

/**
 * Whose a token is, by the stores that it reads.
 * - `own`: one of them names the account's user, or is known as the account's; or nothing is known of the account yet and
 *   nothing speaks against it
 * - `foreign`: they are of somebody else
 * - `unsaid`: the answer says neither
 */
export type TokenOwner = 'own' | 'foreign' | 'unsaid';

export function ownerOf(
    catalog: Catalog,
    { id, user }: Readonly<AccountRecord>,
    rows: readonly Row<EvotorStore>[],
): TokenOwner {
    const stores = rows.filter(isReadable);
    const users = stores.flatMap((store) => (store.user_id === null ? [] : [store.user_id]));
    if (user !== undefined && users.includes(user)) return 'own';
    if (user !== undefined && users.length > 0) return 'foreign';
    const accounts = stores.map((store) => catalog.get('stores', store.id)?.account);
    if (accounts.includes(id)) return 'own';
    if (accounts.some((account) => account !== undefined)) return 'foreign';
    const isNew = catalog.count('stores', 'account', id) === 0;
    if (stores.length === 0) return 'unsaid';
    return isNew ? 'own' : 'foreign';
}

/**
 * Tries a token that Evotor has sent for an account, and takes it into use where `/stores` says that it is this account's.
 * One that is refused, or of which nothing can be said, is kept: Evotor sends each only once.
 * @param at makes a connection with a token; it is closed here
 * @param use told of a token that is in use from now on
 * @returns what became of it; `none`: there is no new one
 * @throws what `EvotorClient.stores` throws: it is to be tried again later
 */
export async function adoptToken(
    { catalog, vault }: { catalog: Catalog; vault: TokenVault },
    account: Readonly<AccountRecord>,
    at: (token: string) => EvotorClient,
    use: (token: string) => void,
    signal: AbortSignal,
): Promise<'none' | 'adopted' | Exclude<TokenOwner, 'own'>> {
    const { id } = account;
    const token = tokenIn(vault, newToken(id));
    if (token === null) return 'none';
    const client = at(token);
    try {
        const owner = ownerOf(catalog, account, (await client.stores(signal)).rows);
        // another one may have come meanwhile
        if (tokenIn(vault, newToken(id)) !== token) return 'unsaid';
        if (owner === 'unsaid') return 'unsaid';
        if (owner === 'own') {
            await vault.renew(liveToken(id), { token });
            use(token);
        }
        // the next one may have come while this one was written
        if (tokenIn(vault, newToken(id)) === token) await catalog.remove('tokens', newToken(id));
        return owner === 'own' ? 'adopted' : 'foreign';
    } finally {
        client.close();
    }
}

/** @returns null: there is none. @throws LockedToken */
export function tokenIn(vault: TokenVault, id: string): string | null {
    const token = vault.read(id)?.['token'];
    return typeof token === 'string' && token !== '' ? token : null;
}
