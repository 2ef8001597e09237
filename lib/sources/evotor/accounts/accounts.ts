import type { Clock } from '../../../concurrency/clock';
import type { AccountActions } from '../../../delivery/products/actions/account-actions';
import { forgetCatalogOf } from '../../../delivery/products/forget-catalog';
import { partWith, type Parting } from '../../../delivery/products/parting';
import type { Catalog } from '../../../store/catalog/catalog';
import type { AccountRecord, AccountState } from '../../../store/catalog/records';
import type { TokenVault } from '../../../store/catalog/token-vault';
import { freeze } from '../../catalog/freeze';
import { AccountError } from './account-error';
import { AccountLinking, USER_ID } from './account-linking';
import { AccountReaders } from './account-readers';
import type { AccountView, OneTimeCode } from './account-view';
import { liveToken, newToken } from './cloud-token';
import { OneTimeCodes } from './one-time-codes';

/** What a removal did. */
export interface AccountRemoval {
    id: string;
    parting: Parting;
    /** products that were deleted from the catalog */
    products: number;
    /** items in shops that they had */
    items: number;
}

export interface AccountsParts {
    catalog: Catalog;
    vault: TokenVault;
    clock: Clock;
}

/**
 * What people decide about the Evotor accounts of a catalog: who may be read, who is left alone, who is removed. The sidebar
 * and the service API ask here.
 */
export class EvotorAccounts implements AccountActions {
    readonly codes: OneTimeCodes;

    constructor(private readonly parts: AccountsParts) {
        this.codes = new OneTimeCodes(parts.catalog, parts.clock);
    }

    /** Those that wait for a yes first. */
    list(): AccountView[] {
        const accounts = [...this.parts.catalog.all('accounts')].filter(({ source }) => source === 'evotor');
        const views = accounts.map((account) => this.viewOf(account));
        return views.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.id < b.id ? -1 : 1));
    }

    /**
     * A person says yes: the account is read from now on. Stores that are new are off until they are switched on.
     * @throws AccountError where there is none; as `Catalog.put`
     */
    async approve(id: string): Promise<AccountView> {
        const account = this.mustBeThere(id);
        const isSwitched = account.state !== 'active';
        if (isSwitched) await this.parts.catalog.put('accounts', { ...account, state: 'active' });
        return this.viewOf(this.mustBeThere(id));
    }

    /**
     * A person connects an account by its user and token, and says yes to it.
     * @throws AccountError where that is no user of Evotor; as `Catalog.put`
     */
    async connect(user: string, token: string): Promise<AccountView> {
        if (!USER_ID.test(user))
            throw new AccountError(`"${user.slice(0, 40)}" is no user id of Evotor (01-000000000000001)`, 400);
        const account = await new AccountLinking(this.parts).takeToken(user, token);
        return this.approve(account.id);
    }

    /**
     * It is not read any more, and its items stay as they are.
     * @throws AccountError where there is none; as `Catalog.put`
     */
    async suspend(id: string): Promise<AccountView> {
        const { catalog } = this.parts;
        const account = this.mustBeThere(id);
        await catalog.put('accounts', { ...account, state: 'suspended' });
        for (const store of [...catalog.find('stores', 'account', id)]) await freeze(catalog, store.id, 'suspended');
        return this.viewOf(this.mustBeThere(id));
    }

    /**
     * Deletes an account with its tokens and all that is known of its catalog, at once.
     * @param parting what becomes of its items in shops
     * @throws AccountError where there is none, or it is typed in a config node, which would bring it back
     */
    async remove(id: string, parting: Parting = 'keep'): Promise<AccountRemoval> {
        const { catalog, vault } = this.parts;
        const account = this.mustBeThere(id);
        const readers = AccountReaders.of(catalog);
        if (readers.isTyped(id))
            throw new AccountError(
                `The account ${account.name ?? id} is typed in a config node. Delete that node and deploy, then remove the account.`,
                409,
            );
        // what is under way writes nothing afterwards
        if (account.state !== 'suspended') await catalog.put('accounts', { ...account, state: 'suspended' });
        await readers.stop(id);
        const items = await partWith(catalog, productKeys(catalog, id), parting);
        const products = await forgetCatalogOf(catalog, id);
        await catalog.remove('tokens', newToken(id));
        await catalog.remove('accounts', id);
        // from the files, too, with all that was removed before
        await vault.forget(liveToken(id));
        return { id, parting, products, items };
    }

    /**
     * A one-time name and code for `/user/verify`, which a person hands to the owner of a till.
     * @param name who it is for
     * @returns the code, which is shown this once
     */
    offerCode(name: string): Promise<OneTimeCode> {
        return this.codes.offer(name);
    }

    private mustBeThere(id: string): Readonly<AccountRecord> {
        const account = this.parts.catalog.get('accounts', id);
        if (account?.source === 'evotor') return account;
        throw new AccountError(`There is no Evotor account ${id} in this catalog`, 404);
    }

    private viewOf({ id, name, user, state, node, verifiedAs, at }: Readonly<AccountRecord>): AccountView {
        const { catalog } = this.parts;
        const has = (token: string): boolean => catalog.get('tokens', token) !== undefined;
        return {
            id,
            name: name ?? null,
            user: user ?? null,
            state,
            node: node ?? null,
            verifiedAs: verifiedAs ?? null,
            hasToken: has(liveToken(id)) || has(newToken(id)),
            stores: catalog.count('stores', 'account', id),
            products: catalog.count('products', 'account', id),
            at,
        };
    }
}

const ORDER: readonly AccountState[] = ['pending', 'active', 'suspended'];

function* productKeys(catalog: Catalog, account: string): IterableIterator<string> {
    for (const { store, id } of catalog.find('products', 'account', account)) yield `${store}/${id}`;
}
