import { PARTINGS, partingOf, type Parting } from '../parting';
import { CatalogActionError, textOf, type ActionFields } from './names';
import type { CatalogActionParts } from './parts';

/** What people decide about the accounts of a source that come by themselves. */
export interface AccountActions {
    list: () => readonly object[];
    /** @throws where there is no such account */
    approve: (account: string) => Promise<object>;
    suspend: (account: string) => Promise<object>;
    /** Deletes its tokens and what is known of its catalog, at once. */
    remove: (account: string, parting: Parting) => Promise<object>;
    /** A person connects an account of Evotor's user with its token, and says yes to it. */
    connect: (user: string, token: string) => Promise<object>;
    /** A one-time name and code, for the owner of a till. */
    offerCode: (name: string) => Promise<object>;
}

export const accountActions = {
    accounts: (parts: CatalogActionParts) => ({ accounts: peopleOf(parts).list() }),
    approve: (parts: CatalogActionParts, fields: ActionFields) => peopleOf(parts).approve(textOf(fields, 'account')),
    suspend: (parts: CatalogActionParts, fields: ActionFields) => peopleOf(parts).suspend(textOf(fields, 'account')),
    remove: (parts: CatalogActionParts, fields: ActionFields) => {
        const parting = partingOf(fields['products'] ?? 'keep');
        if (parting === null) throw new CatalogActionError(`"products" must be one of ${PARTINGS.join(', ')}`);
        return peopleOf(parts).remove(textOf(fields, 'account'), parting);
    },
    code: (parts: CatalogActionParts, fields: ActionFields) => peopleOf(parts).offerCode(textOf(fields, 'name')),
};

function peopleOf({ accountActions: actions }: CatalogActionParts): AccountActions {
    if (actions === undefined) throw new CatalogActionError('This source has no accounts to decide about');
    return actions;
}
