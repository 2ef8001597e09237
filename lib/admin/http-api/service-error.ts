/** What a caller did wrong, or must wait for; the text is for the caller and never holds a secret. */
export class ServiceError extends Error {
    constructor(
        readonly status: number,
        message: string,
        readonly headers: Record<string, string> = {},
    ) {
        super(message);
        this.name = 'ServiceError';
    }
}
