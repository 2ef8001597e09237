import { ERROR_WORDS } from './schema';

/** An error that VK answers. */
export class Refusal extends Error {
    constructor(
        readonly code: number,
        /** what VK adds to its words */
        detail = '',
        readonly more: Record<string, unknown> = {},
    ) {
        const words = ERROR_WORDS.get(code) ?? 'Access denied';
        super(detail === '' ? words : `${words}: ${detail}`);
    }

    /** As it stands in `error`. @param params VK repeats them all, the token among them (documented example) */
    body(params: Readonly<Record<string, string>>): Record<string, unknown> {
        return {
            error_code: this.code,
            error_msg: this.message,
            request_params: Object.entries(params).map(([key, value]) => ({ key, value })),
            ...this.more,
        };
    }

    /** As it stands in `execute_errors`. */
    inExecute(method: string): Record<string, unknown> {
        return { method, error_code: this.code, error_msg: this.message };
    }
}

export const invalid = (detail: string): Refusal => new Refusal(100, detail);
