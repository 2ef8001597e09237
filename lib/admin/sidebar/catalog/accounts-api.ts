import { partingOf } from '../../../delivery/products/parting';
import type { EvotorAccounts } from '../../../sources/evotor/accounts/accounts';
import type { Answer } from '../../http-api/answer';
import { ServiceError } from '../../http-api/service-error';
import type { AccountView } from './wire';

type Fields = Readonly<Record<string, unknown>>;
type Perform = (accounts: EvotorAccounts, fields: Fields) => Promise<object>;

const PERFORM: Readonly<Record<string, Perform>> = {
    approve: (accounts, fields) => accounts.approve(textOf(fields, 'id')),
    suspend: (accounts, fields) => accounts.suspend(textOf(fields, 'id')),
    remove: (accounts, fields) => {
        const parting = partingOf(fields['parting']);
        if (parting === null) throw new ServiceError(400, '"parting" must be keep, hide or let-go');
        return accounts.remove(textOf(fields, 'id'), parting);
    },
    code: (accounts, fields) => accounts.offerCode(textOf(fields, 'name')),
};

/** What the sidebar asks about the Evotor accounts of a catalog. */
export class AccountsApi {
    constructor(private readonly accounts: EvotorAccounts) {}

    rows(): AccountView[] {
        return this.accounts.list();
    }

    /**
     * @param body `{ action: "approve" | "suspend" | "remove" | "code" }` with the account's `id`, `parting`, or `name`
     * @throws ServiceError 400; AccountError
     */
    async act(body: Fields): Promise<Answer> {
        const { action } = body;
        const perform = typeof action === 'string' && Object.hasOwn(PERFORM, action) ? PERFORM[action] : undefined;
        if (perform === undefined) throw new ServiceError(400, `"${String(action)}" is not available here`);
        return { status: 200, body: await perform(this.accounts, body) };
    }
}

function textOf(fields: Fields, name: string): string {
    const value = fields[name];
    if (typeof value !== 'string' || value.trim() === '') throw new ServiceError(400, `"${name}" is missing`);
    return value.trim();
}
