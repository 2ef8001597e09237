/** An account is asked for something that it cannot do. */
export class AccountError extends Error {
    readonly code = 'ACCOUNT';
    constructor(
        message: string,
        /** as an HTTP status says it: it cannot be one, there is none, or its state forbids it */
        readonly status: 400 | 404 | 409,
    ) {
        super(message);
        this.name = 'AccountError';
    }
}
