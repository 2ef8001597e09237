import { RejectedError } from '../../http/errors';

/** 402: the app is not installed on every till of this store, or not paid for. Other stores of the account are not concerned. */
export class PaymentRequiredError extends RejectedError {
    /**
     * @param storeId null: the account was asked, not a store
     * @param refusal as it came
     */
    constructor(
        readonly storeId: string | null,
        refusal: RejectedError,
    ) {
        const what = storeId === null ? 'this account' : `the store ${storeId}`;
        super(
            `${refusal.message}. Evotor does not serve ${what}: is the app installed on each of its tills, and paid for?`,
            refusal,
        );
    }
}
