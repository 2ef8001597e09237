import { createHash, randomBytes } from 'node:crypto';
import type { Catalog } from '../../../store/catalog/catalog';
import type { AccountRecord } from '../../../store/catalog/records';
import { newToken } from './cloud-token';
import type { AccountsParts } from './accounts';
import { OneTimeCodes } from './one-time-codes';

/** Evotor's id of a user (swagger of 2017). */
export const USER_ID = /^\d{2}-\d{15}$/;
/** Accounts that may wait for a yes at one time. */
const MOST_PENDING = 200;
/** Evotor keeps at most 128 characters. */
const TOKEN_BYTES = 32;

/** So many accounts wait for a yes that no more are taken. */
export class TooManyPending extends Error {
    readonly code = 'PENDING';
    constructor() {
        super(`${MOST_PENDING} accounts wait for approval already`);
        this.name = 'TooManyPending';
    }
}

/**
 * What Evotor's cloud says of users who install the application: accounts come, with our token for them and with theirs for
 * the cloud. Nothing is read for an account before a person says yes (`EvotorAccounts.approve`).
 */
export class AccountLinking {
    private readonly codes: OneTimeCodes;

    constructor(private readonly parts: AccountsParts) {
        this.codes = new OneTimeCodes(parts.catalog, parts.clock);
    }

    /**
     * A user has installed the application. One who is known keeps the state, since Evotor sends again what was not answered.
     * @returns the token that Evotor shows us from now on for this user; that of before ends
     * @throws TooManyPending; as `Catalog.put`
     */
    create(user: string): Promise<string> {
        return this.issue(user, {});
    }

    /**
     * A user signs in with the one-time name and code that a person handed out.
     * @returns as `create`; null: name and code are not right
     * @throws as `create`
     */
    async verify(user: string, name: string, code: string): Promise<string | null> {
        const verifiedAs = await this.codes.redeem(name, code);
        return verifiedAs === null ? null : this.issue(user, { verifiedAs });
    }

    /**
     * Keeps a token for the cloud; it is used once the account is active and `/stores` says that it is this account's.
     * @returns the account
     * @throws TooManyPending; as `Catalog.put`
     */
    async takeToken(user: string, token: string): Promise<Readonly<AccountRecord>> {
        const { catalog, vault } = this.parts;
        const account = accountOfUser(catalog, user) ?? (await this.put(user, {}));
        await vault.renew(newToken(account.id), { token });
        return account;
    }

    /** Whose token of ours it is. @returns null: nobody's, or one that has ended */
    accountOf(issued: string): Readonly<AccountRecord> | null {
        if (issued === '') return null;
        const hash = hashOf(issued);
        for (const account of this.parts.catalog.all('accounts')) if (account.issued === hash) return account;
        return null;
    }

    private async issue(user: string, fields: Partial<AccountRecord>): Promise<string> {
        const token = randomBytes(TOKEN_BYTES).toString('base64url');
        await this.put(user, { ...fields, issued: hashOf(token) });
        return token;
    }

    private put(user: string, fields: Partial<AccountRecord>): Promise<Readonly<AccountRecord>> {
        const { catalog } = this.parts;
        const known = accountOfUser(catalog, user);
        if (known !== undefined) return catalog.put('accounts', { ...known, ...fields });
        const pending = [...catalog.all('accounts')].filter(({ state }) => state === 'pending').length;
        if (pending >= MOST_PENDING) return Promise.reject(new TooManyPending());
        return catalog.put('accounts', { id: user, source: 'evotor', state: 'pending', user, ...fields });
    }
}

/** The account of one of Evotor's users: linked by webhook, or typed with this user id. */
function accountOfUser(catalog: Catalog, user: string): Readonly<AccountRecord> | undefined {
    for (const account of catalog.all('accounts'))
        if (account.source === 'evotor' && account.user === user) return account;
    return undefined;
}

function hashOf(token: string): string {
    return createHash('sha256').update(token).digest('hex');
}
