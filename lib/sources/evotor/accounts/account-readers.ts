import type { Catalog } from '../../../store/catalog/catalog';

/** Whoever reads an account into a catalog: a source, or the config node that its token is typed in. */
export interface AccountReader {
    /** id of the account's record */
    account: string;
    /** Ends what it reads, and resolves when nothing of it is written any more. */
    stop: () => Promise<void>;
    /** Something happened at a till: it is read soon. @param what of the catalog may have changed */
    wake: (what: 'all' | 'stock') => void;
    /** the account is typed in a config node, which brings it back at each deploy */
    isTyped: boolean;
}

/** Who reads which account of a catalog now. */
export class AccountReaders {
    private static readonly shared = new WeakMap<Catalog, AccountReaders>();
    private readonly readers = new Set<AccountReader>();

    static of(catalog: Catalog): AccountReaders {
        let readers = AccountReaders.shared.get(catalog);
        if (readers === undefined) AccountReaders.shared.set(catalog, (readers = new AccountReaders()));
        return readers;
    }

    /** @returns ends it */
    add(reader: AccountReader): () => void {
        this.readers.add(reader);
        return () => void this.readers.delete(reader);
    }

    isTyped(account: string): boolean {
        return this.of(account).some(({ isTyped }) => isTyped);
    }

    wake(account: string, what: 'all' | 'stock'): void {
        for (const reader of this.of(account)) reader.wake(what);
    }

    async stop(account: string): Promise<void> {
        await Promise.all(this.of(account).map((reader) => reader.stop()));
    }

    private of(account: string): AccountReader[] {
        return [...this.readers].filter((reader) => reader.account === account);
    }
}
