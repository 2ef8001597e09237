import type { AccountState } from '../../../store/catalog/records';

/** An account as people see it. */
export interface AccountView {
    id: string;
    /** of the config node; null: none */
    name: string | null;
    /** Evotor's `userId`; null: not known */
    user: string | null;
    state: AccountState;
    /** id of the config node that it is typed in; null: Evotor linked it by webhook */
    node: string | null;
    /** name of the one-time code that its owner signed in with; null: none */
    verifiedAs: string | null;
    /** Evotor has sent a token for its cloud, or one is typed */
    hasToken: boolean;
    stores: number;
    products: number;
    /** last change of the record, UTC */
    at: string;
}

/** A one-time code as it is shown to a person, once. */
export interface OneTimeCode {
    name: string;
    code: string;
    /** ms since 1970 */
    until: number;
}
