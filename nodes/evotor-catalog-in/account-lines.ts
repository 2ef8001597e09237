import type { EvotorClient } from '../../lib/clients/evotor/client';
import type { Catalog } from '../../lib/store/catalog/catalog';
import type { AccountLine } from './account-line';

/** The accounts of a source that are read now: those that are active, and for which there is a token. */
export interface AccountLines {
    /** in the order of the accounts */
    all: () => readonly AccountLine[];
    /** ids of all accounts whose products the source offers, those that are not read now, too */
    accounts: () => readonly string[];
    /** @returns null: the account is not read here */
    clientOf: (account: string) => EvotorClient | null;
    /** Begins to read. @param atOnce whether first passes are made now */
    start: (atOnce: boolean) => void;
    close: () => Promise<void>;
}

/** The one account of a config node, while it is active. */
export function oneLine(catalog: Catalog, account: string, make: () => AccountLine, changed: () => void): AccountLines {
    let line: AccountLine | null = null;
    let isStarted = false;
    const closing: Promise<void>[] = [];
    const follow = (atOnce: boolean): void => {
        const isActive = catalog.get('accounts', account)?.state === 'active';
        if (!isActive && line !== null) closing.push(line.close());
        if (isActive === (line !== null)) return;
        line = isActive ? make() : null;
        if (isStarted) line?.start(atOnce);
        changed();
    };
    follow(false);
    const unlisten = catalog.onChange((collection, key) => {
        if (collection === 'accounts' && key === account) follow(true);
    });
    return {
        all: () => (line === null ? [] : [line]),
        accounts: () => [account],
        clientOf: (asked) => (asked === account ? (line?.parts.client ?? null) : null),
        start: (atOnce) => {
            isStarted = true;
            line?.start(atOnce);
        },
        close: async () => {
            unlisten();
            await Promise.allSettled([line?.close(), ...closing]);
        },
    };
}
